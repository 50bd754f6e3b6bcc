-- The newest answers before each of some moments, with what they were chosen from, and what came of each place, as far as it is
-- believed: by whom it was given to, also after a login on the device that it was given to.
select due.nth, served.id, served.actor, served.at, served.policy, served.items, served.propensities, served.sources,
       served.ranked,
       (select coalesce(jsonb_agg(jsonb_build_array(event.slot, event.kind, event.finished, event.amount)
                                  order by event.at, event.id), '[]')
        from interest_event as event
        where event.actor = any(array(select link.person_id from interest_devicelink as link
                                      where link.device = served.actor) || served.actor)
          and event.request = served.id and event.doubt = '' and event.slot is not null
          and event.day >= (served.at at time zone 'UTC')::date) as outcomes
from unnest(%(untils)s::timestamptz[], %(days)s::date[]) with ordinality as due (until, day, nth)
cross join lateral (
    select * from interest_served
    where day >= %(day)s and day <= due.day and id >= %(first)s and at <= due.until and ranked is not null
    order by day desc, id desc
    limit %(most)s) as served
order by due.nth, served.day desc, served.id desc
