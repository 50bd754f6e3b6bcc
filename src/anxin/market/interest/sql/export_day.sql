-- All events of a day, in the order in which they were told.
select id, client_id, actor, kind, item_kind, item, request, slot, propensity, amount, finished, loops, doubt, at, told_at
from interest_event where day = %(day)s order by id
