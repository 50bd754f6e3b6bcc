-- One product with all its SKUs that are not retired, and its shop: a whole product page in one statement.
select
    product.id, product.handle, product.state, product.version, product.category_id as category, product.title,
    product.title_en, product.description_html, product.brand, product.attributes, product.option_names,
    product.pictures, product.product_type, product.tags, product.freight_template_id, product.extras,
    product.proposed, product.shop_id, product.price_min_minor, product.price_max_minor, product.sold_count,
    product.shown_version, product.created_at, product.updated_at, product.first_shown_at,
    terms.slug as shop_slug, terms.name as shop_name, terms.name_en as shop_name_en, terms.selling,
    exists (
        select from catalog_review as review where review.product_id = product.id and review.state = 'waiting'
    ) as waiting,
    skus.listed as skus
from catalog_product as product
join shops_public_terms as terms on terms.shop_id = product.shop_id
cross join lateral (
    select coalesce(jsonb_agg(to_jsonb(sku) order by sku.position, sku.id), '[]') as listed
    from catalog_sku as sku
    where sku.product_id = product.id and sku.state <> 'retired'
) as skus
where product.id = %(product_id)s
