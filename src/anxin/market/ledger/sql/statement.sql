-- The postings of an account in a period, oldest first, with the balance after each.
with opening as (
    select coalesce(sum(posting.amount_minor), 0) as minor
    from ledger_posting as posting join ledger_journal as journal on journal.id = posting.journal_id
    where posting.account_id = %(account)s and journal.posted_at < %(start)s
)
select journal.id as journal_id, journal.kind, journal.ref, journal.memo, journal.posted_at,
       posting.amount_minor, posting.order_id,
       ((select minor from opening) + sum(posting.amount_minor) over (order by journal.posted_at, posting.id))::bigint
           as balance_minor
from ledger_posting as posting join ledger_journal as journal on journal.id = posting.journal_id
where posting.account_id = %(account)s and journal.posted_at >= %(start)s and journal.posted_at < %(end)s
order by journal.posted_at, posting.id
limit %(limit)s
