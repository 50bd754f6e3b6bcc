-- What the search indexes of the given products; products that are not on sale come back as not shown.
SELECT product.id AS product_id,
       product.shop_id,
       product.state = 'on_sale' AND product.price_min_minor > 0 AS shown,
       product.category_id AS category,
       product.title,
       product.title_en,
       product.brand,
       product.product_type,
       product.tags,
       left(product.description_html, 20000) AS description_html,
       product.attributes,
       product.option_names,
       product.price_min_minor AS price_minor,
       product.sold_count,
       COALESCE(product.first_shown_at, product.created_at) AS shown_at,
       sku.codes,
       sku.options
  FROM catalog_product AS product
  LEFT JOIN LATERAL (
       SELECT array_agg(sku.code) FILTER (WHERE sku.code <> '')
                  || array_agg(sku.barcode) FILTER (WHERE sku.barcode <> '') AS codes,
              jsonb_agg(sku.options) AS options
         FROM catalog_sku AS sku
        WHERE sku.product_id = product.id AND sku.state = 'active'
  ) AS sku ON true
 WHERE product.id = ANY(%(product_ids)s)
 ORDER BY product.id
