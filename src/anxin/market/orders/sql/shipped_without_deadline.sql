-- Shipped orders that have no receipt deadline.
select count(*) as looked_at,
       count(*) filter (where due.id is null) as wrong,
       min(placed.id::text) filter (where due.id is null) as example
from orders_order as placed
left join infra_deadline as due on due.kind = 'orders.receipt' and due.subject = placed.id
where placed.state = 'shipped'
