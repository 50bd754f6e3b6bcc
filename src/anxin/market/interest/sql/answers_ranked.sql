-- Answers of a time with what they were chosen from, each with the same chance to be drawn (pages of the table are, by their number),
-- and what came of each place, as far as it is believed: by whom it was given to, also after a login on the device it was given to.
select served.id, served.actor, served.at, served.policy, served.items, served.propensities, served.sources, served.ranked,
       served.found,
       (select coalesce(jsonb_agg(jsonb_build_array(event.slot, event.kind, event.finished, event.amount)
                                  order by event.at, event.id), '[]')
        from interest_event as event
        where event.actor = any(array(select link.person_id from interest_devicelink as link
                                      where link.device = served.actor) || served.actor)
          and event.request = served.id and event.doubt = '' and event.slot is not null
          and event.day >= (served.at at time zone 'UTC')::date) as outcomes
from (select drawn.*, count(*) over () as found
      from interest_served as drawn tablesample system (%(percent)s) repeatable (0)
      where day >= %(day)s and at >= %(since)s and at <= %(until)s and ranked is not null
      order by md5(id::text)
      limit %(most)s) as served
