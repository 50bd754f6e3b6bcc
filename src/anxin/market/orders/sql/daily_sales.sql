-- A shop's paid orders by day in Asia/Shanghai, days without any included.
select day::date as day, count(placed.id)::int as orders, coalesce(sum(placed.total_minor), 0)::bigint as paid_minor
from generate_series(
    (%(start)s::timestamptz at time zone 'Asia/Shanghai')::date,
    ((%(end)s::timestamptz - interval '1 microsecond') at time zone 'Asia/Shanghai')::date,
    interval '1 day'
) as day
left join orders_order as placed
    on placed.shop_id = %(shop_id)s
   and placed.paid_at >= %(start)s and placed.paid_at < %(end)s
   and (placed.paid_at at time zone 'Asia/Shanghai')::date = day::date
group by day
order by day
