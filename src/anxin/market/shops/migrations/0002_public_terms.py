"""The published view `shops_public_terms`: what other modules' SQL may know of a shop, in one row."""

from django.db import migrations

VIEW = """
CREATE VIEW shops_public_terms AS
SELECT shop.id AS shop_id,
       shop.slug,
       shop.name,
       shop.name_en,
       shop.state,
       shop.state = 'open' AND shop.can_sell AS selling,
       shop.zero_deposit,
       shop.return_address,
       freight.templates AS freight_templates,
       freight.default_template AS default_freight_template
  FROM shops_shop AS shop
  CROSS JOIN LATERAL (
       SELECT COALESCE(jsonb_object_agg(template.id, template.rules), '{}'::jsonb) AS templates,
              max(template.id::text) FILTER (WHERE template.is_default) AS default_template
         FROM shops_freighttemplate AS template
        WHERE template.shop_id = shop.id
  ) AS freight
"""


class Migration(migrations.Migration):
    dependencies = [("shops", "0001_initial")]
    operations = [migrations.RunSQL(VIEW, "DROP VIEW shops_public_terms")]
