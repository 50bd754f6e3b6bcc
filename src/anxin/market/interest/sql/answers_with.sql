-- The newest answers in which somebody saw an item.
select served.id, served.at, served.policy, served.items, served.item_kinds, served.propensities, served.sources, served.ranked
from (select distinct request, (to_timestamp((('x' || substr(replace(request::text, '-', ''), 1, 12))::bit(48)::bigint) / 1000.0)
                                at time zone 'UTC')::date as day
      from (select request from interest_event
            where item = %(item)s and kind = %(impression)s and doubt = '' and request is not null and day >= %(day)s
            order by day desc, id desc
            limit %(most)s) as latest) as seen
join interest_served as served on served.id = seen.request and served.day = seen.day
order by served.id desc
