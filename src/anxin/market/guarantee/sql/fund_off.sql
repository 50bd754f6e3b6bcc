-- The fund's balance beside the sum of its entries; an advance whose refund or transfer failed a moment ago is back already.
with late as (
    select coalesce(sum(part.amount_minor), 0) as minor
    from guarantee_disbursementpart as part
    join guarantee_disbursement as paid on paid.id = part.disbursement_id and paid.attempts = part.attempt
    left join payments_public_refunds as refund on refund.id = paid.sent_id
    left join payments_public_transfers as transfer on transfer.id = paid.sent_id
    where part.payer = 'fund' and paid.state = 'sent' and 'failed' in (refund.state, transfer.state)
),
held as (
    select coalesce(sum(amount_minor), 0) as minor
    from ledger_public_postings where owner_kind = 'platform' and purpose = 'guarantee_fund'
),
said as (select coalesce(sum(amount_minor), 0) as minor from guarantee_fundentry)
select held.minor::bigint as held_minor, (said.minor + late.minor)::bigint as said_minor
from held, said, late
where held.minor <> said.minor + late.minor
