-- SKUs whose price is not the newest one of their history.
select
    count(*) as skus,
    count(*) filter (where wrong) as wrong,
    min(id::text) filter (where wrong) as example
from (
    select
        sku.id,
        (last.price_minor, last.compare_price_minor)
        is distinct from (sku.price_minor, sku.compare_price_minor) as wrong
    from catalog_sku as sku
    left join lateral (
        select past.price_minor, past.compare_price_minor
        from catalog_pricechange as past
        where past.sku_id = sku.id
        order by past.changed_at desc, past.id desc
        limit 1
    ) as last on true
) as looked_at
