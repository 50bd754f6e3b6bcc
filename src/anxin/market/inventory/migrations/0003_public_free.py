"""The published view `inventory_public_free`: how many pieces of each SKU can be bought now."""

from django.db import migrations

VIEW = """
CREATE VIEW inventory_public_free AS
SELECT sku_id, on_hand - held AS pieces FROM inventory_stock
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0002_public_holds")]
    operations = [migrations.RunSQL(VIEW, "DROP VIEW inventory_public_free")]
