-- Keep what is shown of products on sale from now on, where it differs from what was kept last.
with shown as (
    select
        product.id, product.shop_id, product.shown_version,
        jsonb_build_object(
            'handle', product.handle, 'category', product.category_id, 'title', product.title,
            'title_en', product.title_en, 'description_html', product.description_html, 'brand', product.brand,
            'attributes', product.attributes, 'option_names', to_jsonb(product.option_names),
            'pictures', product.pictures, 'skus', skus.listed
        ) as snapshot
    from catalog_product as product
    cross join lateral (
        select coalesce(jsonb_agg(jsonb_build_object(
            'id', sku.id, 'code', sku.code, 'options', to_jsonb(sku.options), 'price_minor', sku.price_minor,
            'compare_price_minor', sku.compare_price_minor, 'barcode', sku.barcode,
            'weight_grams', sku.weight_grams, 'picture', sku.picture
        ) order by sku.position, sku.id), '[]') as listed
        from catalog_sku as sku
        where sku.product_id = product.id and sku.state = 'active'
    ) as skus
    where product.id = any(%(product_ids)s::uuid[]) and product.state = 'on_sale'
), hashed as (
    select shown.*, encode(sha256(convert_to(shown.snapshot::text, 'UTF8')), 'hex') as sha256 from shown
), fresh as (
    select hashed.*
    from hashed
    left join catalog_productversion as last
        on last.product_id = hashed.id and last.number = hashed.shown_version
    where last.sha256 is distinct from hashed.sha256
), kept as (
    insert into catalog_productversion (id, product_id, shop_id, number, snapshot, sha256, shown_from)
    select gen_random_uuid(), id, shop_id, shown_version + 1, snapshot, sha256, %(now)s from fresh
    returning product_id
)
update catalog_product as product
set shown_version = fresh.shown_version + 1,
    first_shown_at = coalesce(product.first_shown_at, %(now)s)
from fresh
where product.id = fresh.id
