"""The published view `catalog_public_sku`: the SKUs that buyers can choose, and their products."""

from django.db import migrations

VIEW = """
CREATE VIEW catalog_public_sku AS
SELECT id, product_id FROM catalog_sku WHERE state = 'active' AND price_minor > 0
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0006_public_card")]
    operations = [migrations.RunSQL(VIEW, "DROP VIEW catalog_public_sku")]
