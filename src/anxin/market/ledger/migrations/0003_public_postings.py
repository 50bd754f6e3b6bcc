"""The published view `ledger_public_postings`: what the SQL of modules above may know of money moved."""

from django.db import migrations

VIEW = """
create view ledger_public_postings as
select
    posting.id,
    posting.journal_id,
    journal.kind,
    journal.ref,
    journal.shop_id,
    journal.posted_at,
    journal.reverses_id,
    account.owner_kind,
    account.owner_id,
    account.purpose,
    posting.currency,
    posting.amount_minor,
    posting.order_id
from ledger_posting as posting
join ledger_journal as journal on journal.id = posting.journal_id
join ledger_account as account on account.id = posting.account_id
"""


class Migration(migrations.Migration):
    """Create the view."""

    dependencies = [("ledger", "0002_guards")]

    operations = [migrations.RunSQL(VIEW, "drop view ledger_public_postings")]
