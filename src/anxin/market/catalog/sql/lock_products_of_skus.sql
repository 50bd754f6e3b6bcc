-- The products of SKUs of one shop, locked in the order of their ids.
select product.id
from catalog_product as product
where product.shop_id = %(shop_id)s
    and product.id in (select product_id from catalog_sku where id = any(%(sku_ids)s::uuid[]))
order by product.id
for update
