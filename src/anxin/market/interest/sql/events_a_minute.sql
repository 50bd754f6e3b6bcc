-- How many events were told in each minute, and how many of them teach.
select date_trunc('minute', told_at) as minute, count(*)::integer as told, count(*) filter (where doubt = '')::integer as taught
from interest_event
where day >= %(day)s and id >= %(first)s and told_at >= %(since)s
group by 1
order by 1
