-- Checkouts that wait for payment but have no payment deadline.
select count(*) as looked_at,
       count(*) filter (where due.id is null) as wrong,
       min(waiting.checkout_id::text) filter (where due.id is null) as example
from (select distinct checkout_id from orders_order where state = 'awaiting_payment') as waiting
left join infra_deadline as due on due.kind = 'orders.payment_window' and due.subject = waiting.checkout_id
