-- Prices of SKUs in force since a moment: the last change before it and all changes after it.
select distinct on (sku_id, since) sku_id, price_minor, changed_at
from (
    select
        sku_id, price_minor, changed_at, id,
        case when changed_at >= %(since)s then id end as since
    from catalog_pricechange
    where sku_id = any(%(sku_ids)s::uuid[])
) as past
order by sku_id, since, changed_at desc, id desc
