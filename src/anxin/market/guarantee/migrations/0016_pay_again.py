"""Money that is tried again has a kind of deadline of its own: claims whose money is late use the old one, and lost it."""

from django.db import migrations

OF_MONEY = """
update infra_deadline as due set kind = 'guarantee.pay_again'
  from guarantee_disbursement as money
 where due.kind = 'guarantee.money_retry' and due.subject = money.id
"""
OF_CLAIMS = """
insert into infra_deadline (id, kind, subject, due_at, next_try_at, expected_version, attempts, last_error)
select gen_random_uuid(), claim.clock, claim.id, claim.due_at, claim.due_at, claim.version, 0, ''
  from guarantee_claim as claim
 where claim.clock = 'guarantee.money_retry'
   and not exists (select from infra_deadline as due where due.kind = claim.clock and due.subject = claim.id)
"""
BACK = "update infra_deadline set kind = 'guarantee.money_retry' where kind = 'guarantee.pay_again'"


class Migration(migrations.Migration):
    dependencies = [("guarantee", "0015_erasing"), ("infra", "0001_initial")]
    operations = [migrations.RunSQL(OF_MONEY, BACK), migrations.RunSQL(OF_CLAIMS, migrations.RunSQL.noop)]
