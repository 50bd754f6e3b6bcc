"""The published view `catalog_public_card`: what a product card shows of products that can be seen now."""

from django.db import migrations

VIEW = """
CREATE VIEW catalog_public_card AS
SELECT product.id, product.handle, product.title, product.title_en, product.category_id AS category,
       COALESCE(product.pictures -> 0 ->> 'key', '') AS picture, product.price_min_minor, product.price_max_minor,
       cheapest.compare_price_minor, product.sold_count, product.shop_id, shop.slug AS shop_slug,
       shop.name AS shop_name, shop.name_en AS shop_name_en
  FROM catalog_product AS product
  JOIN shops_public_terms AS shop ON shop.shop_id = product.shop_id AND shop.selling
  LEFT JOIN LATERAL (
       SELECT sku.compare_price_minor FROM catalog_sku AS sku
        WHERE sku.product_id = product.id AND sku.state = 'active' AND sku.price_minor = product.price_min_minor
        ORDER BY sku.position
        LIMIT 1
  ) AS cheapest ON true
 WHERE product.state = 'on_sale'
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0005_search_indexes"), ("shops", "0002_public_terms")]
    operations = [migrations.RunSQL(VIEW, "DROP VIEW catalog_public_card")]
