-- Paid lines that name one of some posts as where the goods were met, by post and day of payment in Asia/Shanghai.
select (line.frozen -> 'origin' ->> 'content')::uuid as content,
       (placed.paid_at at time zone 'Asia/Shanghai')::date as day,
       count(distinct placed.id)::int as orders,
       sum(line.amount_minor)::bigint as paid_minor,
       (count(*) filter (where line.refunded_minor > 0))::int as refunds,
       sum(line.refunded_minor)::bigint as refunded_minor
from orders_orderline as line
join orders_order as placed on placed.id = line.order_id
where line.product_id = any(%(products)s::uuid[])
  and line.frozen -> 'origin' ->> 'content' = any(%(contents)s::text[])
  and placed.paid_at >= %(since)s and placed.paid_at < %(until)s
group by 1, 2
