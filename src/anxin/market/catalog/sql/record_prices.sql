-- Note prices that are in force from now on.
insert into catalog_pricechange (id, sku_id, shop_id, price_minor, compare_price_minor, changed_at, changed_by_id)
select id, sku_id, %(shop_id)s, price_minor, compare_price_minor, %(now)s, %(by)s
from jsonb_to_recordset(%(prices)s::jsonb) as price (
    id uuid, sku_id uuid, price_minor bigint, compare_price_minor bigint
)
