-- Of a video: how many watches ended in each step of some milliseconds. Who finished it or saw it again came to the last one.
select case when finished or loops > 0 or amount >= %(duration_ms)s then %(last)s else amount / %(step_ms)s end as step,
       count(*)::int as number
from interest_event
where item = %(post)s and kind = %(watch)s and doubt = ''
  and day >= %(since)s::date - 1 and day <= %(until)s::date + 4 and at >= %(since)s and at < %(until)s
group by 1
