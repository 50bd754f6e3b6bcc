-- SKUs on sale of a shop that are at or below their alert level, emptiest first, each with the number of all of them.
select stock.sku_id, stock.on_hand, stock.held, stock.sold, stock.low_stock_at, count(*) over () as number
from inventory_stock as stock
join catalog_public_sku as sku on sku.id = stock.sku_id
join catalog_public_card as product on product.id = sku.product_id
where stock.shop_id = %(shop_id)s and stock.on_hand <= stock.held + stock.low_stock_at
order by stock.on_hand - stock.held, stock.sku_id
limit %(most)s
