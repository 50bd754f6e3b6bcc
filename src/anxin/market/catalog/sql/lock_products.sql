-- Lock products of one shop by id or handle, in the order of ids, with their SKUs that are not retired.
select
    product.id, product.handle, product.state, product.version, product.category_id as category, product.title,
    product.title_en, product.description_html, product.brand, product.attributes, product.option_names,
    product.pictures, product.product_type, product.tags, product.freight_template_id, product.extras,
    product.proposed, product.shop_id,
    exists (
        select from catalog_review as review where review.product_id = product.id and review.state = 'waiting'
    ) as waiting,
    skus.listed as skus
from catalog_product as product
cross join lateral (
    select coalesce(jsonb_agg(to_jsonb(sku) order by sku.position, sku.id), '[]') as listed
    from catalog_sku as sku
    where sku.product_id = product.id and sku.state <> 'retired'
) as skus
where product.shop_id = %(shop_id)s
    and (product.id = any(%(product_ids)s::uuid[]) or product.handle = any(%(handles)s::text[]))
order by product.id
for update of product
