"""Published views: what the SQL of modules above may know of payments' parts and refunds."""

from django.db import migrations

SPLITS = """
create view payments_public_splits as
select split.order_id, split.shop_id, split.payment_id, payment.checkout_id, payment.currency,
       payment.is_surplus, payment.captured_at, split.captured_minor, split.refunded_minor
from payments_paymentsplit as split
join payments_payment as payment on payment.id = split.payment_id
where payment.state = 'captured'
"""
REFUNDS = """
create view payments_public_refunds as
select refund.id, refund.order_id, refund.shop_id, refund.payment_id, refund.amount_minor, refund.escrow_minor,
       refund.currency, refund.state, refund.ref, refund.created_at, refund.finished_at
from payments_refund as refund
"""


class Migration(migrations.Migration):
    """Create the views."""

    dependencies = [("payments", "0001_initial"), ("ledger", "0003_public_postings")]

    operations = [
        migrations.RunSQL(SPLITS, "drop view payments_public_splits"),
        migrations.RunSQL(REFUNDS, "drop view payments_public_refunds"),
    ]
