"""Published views: what the SQL of modules above may know of disputes, freight policies and automatic compensation."""

from django.db import migrations

DISPUTES = """
create view guarantee_public_disputes as
select dispute.id as dispute_id, dispute.claim_id, dispute.order_id, dispute.line_id, dispute.shop_id,
       dispute.opened_by, dispute.opened_at, dispute.outcome, dispute.ended_at
  from guarantee_dispute as dispute
"""
POLICIES = """
create view guarantee_public_policies as
select policy.order_id, policy.shop_id, policy.state, policy.product, policy.active_at
  from guarantee_freightpolicy as policy
"""
COMPENSATIONS = """
create view guarantee_public_compensations as
select paid.id as compensation_id, paid.order_id, paid.shop_id, paid.kind, paid.stage, paid.amount_minor, paid.made_at
  from guarantee_compensation as paid
"""


class Migration(migrations.Migration):
    dependencies = [("guarantee", "0011_one_open_visit")]
    operations = [
        migrations.RunSQL(DISPUTES, "drop view guarantee_public_disputes"),
        migrations.RunSQL(POLICIES, "drop view guarantee_public_policies"),
        migrations.RunSQL(COMPENSATIONS, "drop view guarantee_public_compensations"),
    ]
