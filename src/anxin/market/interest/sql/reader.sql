-- Who asks for a feed: their history, whom they follow, and the newest posts that everybody may see.
-- What is served is committed a moment later: a crash may take back the note of a page, whose events then teach nothing.
select set_config('synchronous_commit', 'off', true) as commits, actor.actor, actor.name, actor.kinds, actor.item_kinds, actor.items, actor.ats, actor.amounts, actor.seen, actor.is_personal,
       actor.hidden, actor.fewer, actor.more,
       array(select follow.creator_id from creators_public_follow as follow
             where follow.person_id = %(actor)s order by follow.place desc limit %(follows_max)s) as follows,
       (select coalesce(jsonb_agg(post), '[]') from (
            select id, creator_id, kind, topics, extract(epoch from published_at)::bigint as born_at
            from content_public_post
            where published_at <= %(now)s
            order by published_at desc, id desc
            limit %(newest)s) as post) as newest,
       (select body from interest_valueformula where role = 'live' and ended_at is null) as formula,
       array(select item.id from (
                 select day, id, items from interest_served
                 where actor = %(actor)s and day >= %(shown_day)s and at > %(shown_since)s and surface = 'feed'
                   and not exists (select from interest_forgetting as gone where interest_served.actor = any(gone.actors) and interest_served.at <= gone.until)
                 order by day desc, id desc
                 limit %(answers)s) as answer, unnest(answer.items) with ordinality as item (id, place)
             order by answer.day desc, answer.id desc, item.place desc) as shown
from (select 1) as always
left join interest_actor as actor on actor.actor = %(actor)s
