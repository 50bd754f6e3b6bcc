-- A page of the events of a day, in the order in which they were told; without those of people who wait to be forgotten.
select id, client_id, actor, kind, item_kind, item, request, slot, propensity, amount, finished, loops, doubt, at, told_at
from interest_event as event
where day = %(day)s and id > %(after)s
  and not exists (select from interest_forgetting as gone where event.actor = any(gone.actors) and event.told_at <= gone.until)
order by id limit %(page)s
