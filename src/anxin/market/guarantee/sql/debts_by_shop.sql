-- Shops that owe the fund, the largest debt first.
select shop_id, sum(amount_minor - recovered_minor)::bigint as owed_minor, count(*) as debts, min(opened_at) as since
from guarantee_debt
where closed_at is null
group by shop_id
order by owed_minor desc, shop_id
limit %(limit)s
