-- Write new prices of SKUs.
update catalog_sku as sku
set price_minor = price.price_minor, compare_price_minor = price.compare_price_minor
from jsonb_to_recordset(%(prices)s::jsonb) as price (
    sku_id uuid, price_minor bigint, compare_price_minor bigint
)
where sku.id = price.sku_id and sku.shop_id = %(shop_id)s
