-- Open disputes that nothing would ever move: no deadline of their own, and no open claim that carries a verdict out.
select
    count(*) as looked_at,
    count(*) filter (where stuck.id is not null) as wrong,
    min(stuck.id::text) as example
from guarantee_dispute as dispute
left join lateral (
    select dispute.id
    where case
        when dispute.state = 'executing' then not exists (
            select from guarantee_claim as claim
            where claim.id = dispute.claim_id and claim.state not in ('done', 'closed')
        ) and not exists (
            select from infra_outboxevent as told
            where told.delivered_at is null and told.kind in ('guarantee.claim_done', 'guarantee.claim_closed')
                and told.payload ->> 'claim_id' = dispute.claim_id::text
        )
        else not exists (
            select from infra_deadline as due
            where due.kind = 'guarantee.dispute' and due.subject = dispute.id and due.due_at = dispute.due_at
        )
    end
) as stuck on true
where dispute.state not in ('ended', 'cancelled')
