-- Orders whose escrow is not what they captured, less what refunds and the release took out of it.
with held as (
    select order_id, sum(amount_minor) as held_minor
    from ledger_public_postings
    where owner_kind = 'platform' and purpose = 'escrow' and order_id is not null
    group by order_id
),
captured as (
    select split.order_id, sum(split.captured_minor) as minor
    from payments_public_splits as split group by split.order_id
),
refunded as (
    select refund.order_id, sum(refund.escrow_minor) as minor
    from payments_public_refunds as refund where refund.state <> 'failed' group by refund.order_id
),
expected as (
    select captured.order_id,
           captured.minor - coalesce(refunded.minor, 0) - coalesce(settlement.escrow_minor, 0) as minor
    from captured
    left join refunded on refunded.order_id = captured.order_id
    left join settlement_settlement as settlement on settlement.order_id = captured.order_id
)
select coalesce(held.order_id, expected.order_id) as order_id,
       coalesce(held.held_minor, 0)::bigint as held_minor, coalesce(expected.minor, 0)::bigint as expected_minor
from held full join expected on expected.order_id = held.order_id
where coalesce(held.held_minor, 0) <> coalesce(expected.minor, 0)
limit 20
