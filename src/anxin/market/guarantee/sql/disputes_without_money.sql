-- Executed verdicts whose money is not what was decided: for the merchant none (but for the part that he accepted himself, or for goods
-- that he did not give back), paid at once exactly that, else an ended claim. Of several over one claim the last counts.
select
    count(*) as looked_at,
    count(*) filter (where not good) as wrong,
    min(id::text) filter (where not good) as example
from (
    select
        dispute.id,
        case
            when dispute.verdict_kind = 'no_support'
                then claim.accepted_pieces is not null
                    or claim.state in ('closed', 'awaiting_give_back', 'given_back')
                        and not claim.refund_arrived and not claim.compensation_arrived
                    or exists (
                        select from guarantee_claimentry as entry
                        where entry.claim_id = claim.id and entry.kind = 'give_back_missed'
                    )
            when dispute.verdict_kind in ('full_refund', 'partial_refund', 'compensation')
                then claim.state = 'done' and claim.accepted_pieces > 0
                    or claim.state = 'done' and claim.goods_back  -- the shop kept what it should have given back, and paid for it
                    and claim.refund_minor >= (dispute.verdict ->> 'refund_minor')::bigint
                    and claim.compensation_minor >= (dispute.verdict ->> 'compensation_minor')::bigint
                    or claim.state = 'done'
                    and claim.refund_minor = (dispute.verdict ->> 'refund_minor')::bigint
                    and claim.compensation_minor >= (dispute.verdict ->> 'compensation_minor')::bigint  -- or an earlier verdict's
                    and claim.refund_arrived = (claim.refund_minor > 0)
                    and claim.compensation_arrived = (claim.compensation_minor > 0)
            else claim.state in ('done', 'closed')
        end as good
    from guarantee_dispute as dispute
    join guarantee_claim as claim on claim.id = dispute.claim_id
    where dispute.state = 'ended' and dispute.verdict is not null and dispute.outcome <> 'litigation'
        and not exists (
            select from guarantee_dispute as later where later.claim_id = dispute.claim_id and later.id > dispute.id
        )
) as executed
