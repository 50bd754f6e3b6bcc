"""Timelines of claims are append-only, and what the SQL of modules above may know of claims."""

from django.db import migrations

ENTRIES = """
create trigger guarantee_claimentry_append_only before update or delete on guarantee_claimentry
    for each row execute function guarantee_refuse_change();
revoke update, delete, truncate on guarantee_claimentry from current_user;
"""
ENTRIES_BACK = """
drop trigger guarantee_claimentry_append_only on guarantee_claimentry;
grant update, delete, truncate on guarantee_claimentry to current_user;
"""
CLAIMS = """
create view guarantee_public_claims as
select claim.id as claim_id, claim.order_id, claim.line_id, claim.shop_id, claim.person_id, claim.category,
       claim.type, claim.remedy, claim.promise, claim.reason, claim.state, claim.owner, claim.attempt,
       (claim.terms ->> 'pieces')::int as pieces, claim.refund_minor, claim.compensation_minor,
       claim.automatic, claim.refusal, claim.closing, claim.goods_back,
       claim.applied_at, claim.answered_at, claim.ended_at, claim.due_at
  from guarantee_claim as claim
"""


class Migration(migrations.Migration):
    dependencies = [("guarantee", "0007_claims")]
    operations = [
        migrations.RunSQL(ENTRIES, ENTRIES_BACK),
        migrations.RunSQL(CLAIMS, "drop view guarantee_public_claims"),
    ]
