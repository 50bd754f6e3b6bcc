-- New videos and notes, how often each was looked at, and how long its first impressions took.
select post.id, post.kind, post.published_at, seen.impressions,
       extract(epoch from seen.reached_at - post.published_at)::bigint as reached_s
from (select id, kind, published_at from content_public_post
      where published_at > %(since)s and published_at <= %(now)s
      order by published_at desc, id desc
      limit %(most)s) as post,
lateral (
    select count(*)::integer as impressions, min(at) filter (where nth = %(wanted)s) as reached_at
    from (select at, row_number() over (order by at, id) as nth from interest_event
          where item = post.id and kind = %(impression)s and doubt = '' and day >= %(day)s) as event) as seen
order by post.published_at desc, post.id desc
