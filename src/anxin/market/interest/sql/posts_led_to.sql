-- What was done with goods and creators where one of some posts had been served: joined to the answer and the place in it.
select served.items[event.slot + 1] as item, (event.at at time zone 'Asia/Shanghai')::date as day, event.kind,
       count(*)::int as number, 0::bigint as amount, 0 as finished
from interest_event as event
join interest_served as served
    on served.id = event.request
   and served.day = (to_timestamp((('x' || left(replace(event.request::text, '-', ''), 12))::bit(48)::bigint) / 1000.0)
                     at time zone 'UTC')::date
where event.item = any(%(targets)s::uuid[]) and event.kind = any(%(kinds)s::smallint[]) and event.doubt = ''
  and event.slot is not null and served.items[event.slot + 1] = any(%(posts)s::uuid[])
  and event.day >= %(since)s::date - 1 and event.day <= %(until)s::date + 4
  and event.at >= %(since)s and event.at < %(until)s
group by 1, 2, 3
