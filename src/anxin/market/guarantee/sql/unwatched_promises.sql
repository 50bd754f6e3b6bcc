-- Orders waiting to be shipped that are not past their last stage and have no timer of their own.
select count(*) as looked_at,
       count(*) filter (where due.id is null and closing.id is null) as wrong,
       min(promise.order_id::text) filter (where due.id is null and closing.id is null) as example
from guarantee_shippromise as promise
left join infra_deadline as due on due.kind = 'guarantee.late_shipping' and due.subject = promise.order_id
left join infra_deadline as closing on closing.kind = 'guarantee.unshipped' and closing.subject = promise.order_id
where promise.state in ('waiting', 'late')
