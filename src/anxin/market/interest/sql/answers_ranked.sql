-- The newest answers with what they were chosen from, and what came of each place, as far as it is believed.
select served.id, served.actor, served.at, served.policy, served.items, served.propensities, served.sources, served.ranked,
       (select coalesce(jsonb_agg(jsonb_build_array(event.slot, event.kind, event.finished, event.amount)), '[]')
        from interest_event as event
        where event.actor = served.actor and event.request = served.id and event.doubt = '' and event.slot is not null
          and event.day >= (served.at at time zone 'UTC')::date) as outcomes
from (select * from interest_served
      where day >= %(day)s and id >= %(first)s and ranked is not null
      order by day desc, id desc
      limit %(most)s) as served
