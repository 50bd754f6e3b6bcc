-- Add sold pieces to products.
update catalog_product as product
set sold_count = product.sold_count + sold.pieces
from unnest(%(product_ids)s::uuid[], %(pieces)s::bigint[]) as sold (product_id, pieces)
where product.id = sold.product_id
