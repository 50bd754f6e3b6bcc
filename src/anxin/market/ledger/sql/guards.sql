-- The triggers that keep the ledger append-only and balanced, and whether each is on.
select tgname as name, tgenabled <> 'D' as enabled
from pg_trigger
where tgname in ('ledger_journal_append_only', 'ledger_posting_append_only', 'ledger_journal_balances')
