-- Shops whose debt in the ledger is not the sum of their open debts, and the platform's side where the pairs do not match.
with late as ( -- the provider failed a moment ago: the pair is undone, the debt not void yet
    select debt.shop_id, sum(debt.amount_minor) as minor
    from guarantee_debt as debt
    join guarantee_disbursement as paid on paid.id = debt.disbursement_id and paid.attempts = debt.attempt
    left join payments_public_refunds as refund on refund.id = paid.sent_id
    left join payments_public_transfers as transfer on transfer.id = paid.sent_id
    where paid.state = 'sent' and 'failed' in (refund.state, transfer.state)
    group by debt.shop_id
),
owed as (
    select shop_id, sum(amount_minor - recovered_minor) as minor
    from guarantee_debt where not is_void group by shop_id
),
held as (
    select owner_id as shop_id, -sum(amount_minor) as minor
    from ledger_public_postings where owner_kind = 'shop' and purpose = 'recourse' group by owner_id
),
pairs as (
    select coalesce(sum(amount_minor), 0) as minor
    from ledger_public_postings where purpose = 'recourse'
)
select coalesce(held.shop_id, owed.shop_id)::text as shop, coalesce(held.minor, 0)::bigint as held_minor,
       (coalesce(owed.minor, 0) - coalesce(late.minor, 0))::bigint as owed_minor
from held
full join owed on owed.shop_id = held.shop_id
left join late on late.shop_id = coalesce(held.shop_id, owed.shop_id)
where coalesce(held.minor, 0) <> coalesce(owed.minor, 0) - coalesce(late.minor, 0)
union all
select 'all pairs', minor::bigint, 0 from pairs where minor <> 0
limit 20
