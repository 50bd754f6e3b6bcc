-- Topics of the newest public posts that go on as was typed, the most used first; then those that have it anywhere, if asked.
select topic, count(*)::int as uses
from (
    select topics from content_post
    where state = 'public' and visibility = 'public'
    order by published_at desc, id desc
    limit %(newest)s
) as newest, unnest(topics) as topic
where starts_with(topic, %(prefix)s) or (%(anywhere)s and strpos(topic, %(prefix)s) > 0)
group by topic
order by starts_with(topic, %(prefix)s) desc, uses desc, topic
limit %(rows)s
