"""The published view `shops_public_standing`: what promises ask of a shop: its type, its deposit, its latest score."""

from django.db import migrations

VIEW = """
CREATE VIEW shops_public_standing AS
SELECT shop.id AS shop_id, shop.shop_type,
       NOT shop.zero_deposit AND deposit.shop_id IS NOT NULL AND deposit.short_since IS NULL AS deposit_paid,
       latest.score_hundredths
  FROM shops_shop AS shop
  LEFT JOIN shops_deposit AS deposit ON deposit.shop_id = shop.id
  LEFT JOIN shops_public_scores AS latest ON latest.shop_id = shop.id
"""


class Migration(migrations.Migration):
    dependencies = [("shops", "0005_experience_deposit")]
    operations = [migrations.RunSQL(VIEW, "DROP VIEW shops_public_standing")]
