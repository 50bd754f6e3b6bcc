-- Paid orders with a line that has no certificate and about which no event waits, oldest first.
select distinct placed.order_id, placed.paid_at
from orders_public_orders as placed
join orders_public_lines as line using (order_id)
left join guarantee_certificate as certificate on certificate.line_id = line.line_id
where placed.paid_at is not null and certificate.line_id is null
  and not exists (
      select from infra_outboxevent as waiting
      where waiting.kind = 'orders.paid' and waiting.delivered_at is null
        and waiting.payload ->> 'order_id' = placed.order_id::text
  )
order by placed.paid_at, placed.order_id
limit %(most)s
