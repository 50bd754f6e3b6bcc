-- What was done with some posts, by post, day in Asia/Shanghai and kind; doubtful events do not count.
select item, (at at time zone 'Asia/Shanghai')::date as day, kind,
       count(*)::int as number, coalesce(sum(amount), 0)::bigint as amount, (count(*) filter (where finished))::int as finished
from interest_event
where item = any(%(posts)s::uuid[]) and kind = any(%(kinds)s::smallint[]) and doubt = ''
  and day >= %(since)s::date - 1 and day <= %(until)s::date + 4 and at >= %(since)s and at < %(until)s
group by 1, 2, 3
