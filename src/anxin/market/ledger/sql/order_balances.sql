-- What each order still has in an account: the sum of the postings that carry its id.
select order_id, sum(amount_minor)::bigint as balance_minor
from ledger_posting
where account_id = %(account)s and order_id = any(%(orders)s)
group by order_id
