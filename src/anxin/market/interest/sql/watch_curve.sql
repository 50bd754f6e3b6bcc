-- Of a video: how many watches reached each tenth of it. Who finished it or saw it again reached the end.
with watches as (
    select case when finished or loops > 0 then 1.0 else least(1.0, amount::numeric / greatest(%(duration_ms)s, 1)) end as part
    from interest_event
    where item = %(post)s and kind = %(watch)s and doubt = ''
      and day >= %(since)s::date - 1 and day <= %(until)s::date + 4 and at >= %(since)s and at < %(until)s
)
select tenth, (count(*) filter (where watches.part * 10 >= tenth))::int as reached
from generate_series(0, 10) as tenth left join watches on true
group by tenth
order by tenth
