-- SKUs of one shop by id, those that are not retired.
select id, product_id, code, options, price_minor, compare_price_minor
from catalog_sku
where id = any(%(sku_ids)s::uuid[]) and shop_id = %(shop_id)s and state <> 'retired'
