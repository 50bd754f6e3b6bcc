-- Claims that are being paid or were paid, against the money that was set in motion under their reference.
select count(*) as looked_at,
       count(*) filter (where wrong) as wrong,
       min(id::text) filter (where wrong) as example
from (
    select claim.id,
           (claim.refund_minor > 0 and refund.amount_minor is distinct from claim.refund_minor)
           or (claim.compensation_minor > 0 and paid.amount_minor is distinct from claim.compensation_minor)
           or (claim.refund_arrived and refund.state <> 'arrived')
           or (claim.compensation_arrived and paid.state <> 'arrived') as wrong
    from guarantee_claim as claim
    left join guarantee_disbursement as refund on refund.kind = 'refund' and refund.ref = claim.money_ref
    left join guarantee_disbursement as paid on paid.kind = 'compensation' and paid.ref = claim.money_ref
    where claim.state in ('refunding', 'done') and claim.money_ref not like 'refund:%'
) as compared
