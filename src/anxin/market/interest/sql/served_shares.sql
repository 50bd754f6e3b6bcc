-- How many places of the newest answers of the feed each policy filled from each source, by time.
with answers as (
    select policy, sources, date_trunc(%(step)s, at, 'UTC') as bucket
    from interest_served
    where day >= %(day)s and id >= %(first)s and surface = 'feed'
    order by day desc, id desc
    limit %(most)s)
select bucket, policy, case when left(note.text, 1) = '{' then note.text::jsonb ->> 'from' else note.text end as source,
       count(*)::integer as places, count(*) filter (where note.place = 1)::integer as answers
from answers, unnest(sources) with ordinality as note (text, place)
group by 1, 2, 3
order by 1, 2, 3
