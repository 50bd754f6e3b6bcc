-- Bring the price range of products in line with their active SKUs.
update catalog_product as product
set price_min_minor = ranged.lowest, price_max_minor = ranged.highest
from (
    select
        asked.id,
        coalesce(min(sku.price_minor), 0) as lowest,
        coalesce(max(sku.price_minor), 0) as highest
    from unnest(%(product_ids)s::uuid[]) as asked (id)
    left join catalog_sku as sku on sku.product_id = asked.id and sku.state = 'active' and sku.price_minor > 0
    group by asked.id
) as ranged
where product.id = ranged.id
    and (product.price_min_minor, product.price_max_minor) is distinct from (ranged.lowest, ranged.highest)
