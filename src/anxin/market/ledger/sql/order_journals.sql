-- The money story of one order: each posting that carries its id, and the other legs of the same journals.
select journal.id as journal_id, journal.kind, journal.ref, journal.memo, journal.posted_at,
       account.owner_kind, account.owner_id, account.purpose, posting.currency, posting.amount_minor, posting.order_id
from ledger_journal as journal
join ledger_posting as posting on posting.journal_id = journal.id
join ledger_account as account on account.id = posting.account_id
where journal.id in (select journal_id from ledger_posting where order_id = %(order)s)
order by journal.posted_at, journal.id, posting.position
