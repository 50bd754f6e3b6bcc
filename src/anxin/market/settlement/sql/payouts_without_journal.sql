-- Payouts whose journals do not say what their state says.
with said as (
    select ref,
           coalesce(sum(amount_minor) filter (where purpose = 'paying_out'), 0) as paying_minor,
           coalesce(sum(amount_minor) filter (where purpose = 'payouts'), 0) as paid_minor
    from ledger_public_postings
    where kind like 'payout.%%'
    group by ref
)
select payout.id as payout_id, payout.state, said.paying_minor::bigint, said.paid_minor::bigint
from settlement_payout as payout
full join said on said.ref = payout.id::text
where payout.id is null or said.ref is null
   or said.paying_minor <> case when payout.state in ('requested', 'submitted') then payout.amount_minor else 0 end
   or said.paid_minor <> case when payout.state = 'paid' then payout.amount_minor else 0 end
limit 20
