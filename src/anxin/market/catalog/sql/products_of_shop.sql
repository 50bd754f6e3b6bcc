-- A page of a shop's products, the last changed first, by state, category and words of title, handle or SKU code.
select
    product.id, product.handle, product.state, product.version, product.category_id as category, product.title,
    product.title_en, coalesce(product.pictures -> 0 ->> 'key', '') as picture, product.price_min_minor,
    product.price_max_minor, product.sold_count, product.updated_at, product.proposed is not null as is_changing,
    exists (
        select from catalog_review as review where review.product_id = product.id and review.state = 'waiting'
    ) as waiting,
    skus.ids as sku_ids
from catalog_product as product
cross join lateral (
    select coalesce(array_agg(sku.id order by sku.position, sku.id), '{}') as ids
    from catalog_sku as sku
    where sku.product_id = product.id and sku.state = 'active'
) as skus
where product.shop_id = %(shop_id)s
    and (%(state)s::text is null or product.state = %(state)s)
    and (%(state)s::text is not null or product.state <> 'delisted')
    and (%(categories)s::text[] is null or product.category_id = any(%(categories)s))
    and (
        %(like)s::text is null
        or product.title ilike %(like)s
        or product.title_en ilike %(like)s
        or product.handle ilike %(like)s
        or exists (
            select from catalog_sku as sku
            where sku.product_id = product.id and sku.state <> 'retired'
                and (sku.code ilike %(like)s or sku.barcode = %(text)s)
        )
    )
    and (
        %(before)s::timestamptz is null
        or (product.updated_at, product.id) < (%(before)s, %(before_id)s::uuid)
    )
order by product.updated_at desc, product.id desc
limit %(rows)s
