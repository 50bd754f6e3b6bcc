"""The published view `inventory_public_holds`: what the SQL of modules above may know of pieces kept for an order."""

from django.db import migrations

VIEW = """
create view inventory_public_holds as
select hold.order_id, hold.sku_id, hold.quantity, hold.state
from inventory_hold as hold
"""


class Migration(migrations.Migration):
    """Create the view."""

    dependencies = [("inventory", "0001_initial")]
    operations = [migrations.RunSQL(VIEW, "drop view inventory_public_holds")]
