-- Claims that wait for the platform without a dispute that is being looked at, or with more than one.
select
    count(*) as looked_at,
    count(*) filter (where cases.open <> 1) as wrong,
    min(claim.id::text) filter (where cases.open <> 1) as example
from guarantee_claim as claim
cross join lateral (
    select count(*) as open
    from guarantee_dispute as dispute
    where dispute.claim_id = claim.id and dispute.state not in ('executing', 'ended', 'cancelled')
) as cases
where claim.state = 'disputed'
