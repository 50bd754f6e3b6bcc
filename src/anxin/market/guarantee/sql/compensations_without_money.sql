-- Automatic compensations against what was asked to be paid for them: one each, of the same amount and order, and none over.
select count(*) as looked_at,
       count(*) filter (where wrong) as wrong,
       min(example) filter (where wrong) as example
from (
    select coalesce(made.id::text, paid.ref) as example,
           made.id is null or paid.id is null or made.amount_minor <> paid.amount_minor
           or made.order_id is distinct from paid.order_id as wrong
    from guarantee_compensation as made
    full join (
        select * from guarantee_disbursement where kind = 'compensation' and ref like 'compensation:%%'
    ) as paid on paid.ref = 'compensation:' || made.id
) as compared
