-- A page of the events of a day, in the order in which they were told.
select id, client_id, actor, kind, item_kind, item, request, slot, propensity, amount, finished, loops, doubt, at, told_at
from interest_event where day = %(day)s and id > %(after)s order by id limit %(page)s
