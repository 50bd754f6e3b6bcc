-- Granted claims for freight against their money: a compensation for what the buyer sent, a journal for what a courier fetched.
select count(*) as looked_at,
       count(*) filter (where wrong) as wrong,
       min(example) filter (where wrong) as example
from (
    select coalesce(claim.id::text, sent.ref) as example,
           claim.id is null or sent.amount_minor is distinct from claim.paid_minor as wrong
    from (select * from guarantee_freightclaim where state = 'success' and route = 'self_ship') as claim
    full join (
        select ref, amount_minor from guarantee_disbursement where kind = 'compensation' and ref like 'freight:%%'
    ) as sent on sent.ref = 'freight:' || claim.id
    union all
    select coalesce(pickup.id::text, borne.ref), pickup.id is null or borne.amount_minor is distinct from pickup.insured_minor
    from (select * from guarantee_returnpickup where insured_minor > 0) as pickup
    full join (
        select ref, -sum(amount_minor) as amount_minor
        from ledger_public_postings
        where owner_kind = 'insurer' and purpose = 'pool' and kind = 'guarantee.pickup_freight'
        group by ref
    ) as borne on borne.ref = pickup.id::text
) as compared
