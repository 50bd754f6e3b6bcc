-- Bring sold pieces of entries in line with their products.
UPDATE catalog_searchentry AS entry
   SET sold_count = product.sold_count
  FROM catalog_product AS product
 WHERE entry.product_id = product.id
   AND product.id = ANY(%(product_ids)s)
   AND entry.sold_count <> product.sold_count
