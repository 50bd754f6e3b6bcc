"""Published view: what the SQL of modules above may know of transfers to people."""

from django.db import migrations

TRANSFERS = """
create view payments_public_transfers as
select transfer.id, transfer.person_id, transfer.order_id, transfer.shop_id, transfer.amount_minor, transfer.currency,
       transfer.state, transfer.ref, transfer.created_at, transfer.finished_at
from payments_transfer as transfer
"""


class Migration(migrations.Migration):
    """Create the view."""

    dependencies = [("payments", "0003_transfers")]

    operations = [migrations.RunSQL(TRANSFERS, "drop view payments_public_transfers")]
