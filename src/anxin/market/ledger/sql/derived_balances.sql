-- Sum the postings of accounts whose balance is not cached.
select account_id, coalesce(sum(amount_minor), 0)::bigint as balance_minor
from ledger_posting
where account_id = any(%(accounts)s)
group by account_id
