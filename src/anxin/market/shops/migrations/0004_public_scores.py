"""The published view `shops_public_scores`: what other modules' SQL may know of a shop's latest experience score."""

from django.db import migrations

VIEW = """
CREATE VIEW shops_public_scores AS
SELECT latest.*
  FROM shops_shop AS shop
  CROSS JOIN LATERAL (
       SELECT score.shop_id, score.day, score.stage, score.score_hundredths, score.product_hundredths,
              score.logistics_hundredths, score.service_hundredths
         FROM shops_shopscore AS score
        WHERE score.shop_id = shop.id
        ORDER BY score.day DESC
        LIMIT 1
  ) AS latest
"""


class Migration(migrations.Migration):
    dependencies = [("shops", "0003_scores")]
    operations = [migrations.RunSQL(VIEW, "DROP VIEW shops_public_scores")]
