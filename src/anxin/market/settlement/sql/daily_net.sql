-- What a shop was settled on each day of Asia/Shanghai, days without any included.
select day::date as day, coalesce(sum(line.net_minor), 0)::bigint as net_minor
from generate_series(
    (%(start)s::timestamptz at time zone 'Asia/Shanghai')::date,
    ((%(end)s::timestamptz - interval '1 microsecond') at time zone 'Asia/Shanghai')::date,
    interval '1 day'
) as day
left join settlement_line as line
  on line.shop_id = %(shop_id)s
 and line.happened_at >= %(start)s and line.happened_at < %(end)s
 and (line.happened_at at time zone 'Asia/Shanghai')::date = day::date
group by day
order by day
