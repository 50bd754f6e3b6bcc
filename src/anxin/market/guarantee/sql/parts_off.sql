-- Disbursements under way or there whose parts do not sum to the amount.
select paid.id::text as subject, paid.amount_minor, coalesce(sum(part.amount_minor), 0)::bigint as parts_minor
from guarantee_disbursement as paid
left join guarantee_disbursementpart as part on part.disbursement_id = paid.id and part.attempt = paid.attempts
where paid.state in ('sent', 'arrived')
group by paid.id, paid.amount_minor
having paid.amount_minor <> coalesce(sum(part.amount_minor), 0)
limit 20
