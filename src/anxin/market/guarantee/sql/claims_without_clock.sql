-- Open claims whose clock has no deadline at its moment, and disputed ones without an open dispute.
select count(*) as looked_at,
       count(*) filter (where wrong) as wrong,
       min(id::text) filter (where wrong) as example
from (
    select claim.id,
           case
               when claim.state = 'disputed' then dispute.id is null
               else claim.clock = '' or due.due_at is distinct from claim.due_at
           end as wrong
    from guarantee_claim as claim
    left join infra_deadline as due on due.kind = claim.clock and due.subject = claim.id
    left join guarantee_dispute as dispute
        on dispute.claim_id = claim.id and dispute.state not in ('ended', 'cancelled')
    where claim.state not in ('done', 'closed')
) as compared
