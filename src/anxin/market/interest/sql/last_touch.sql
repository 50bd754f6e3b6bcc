-- The last time that somebody tapped each of some products where it was served, within some days before a moment.
select distinct on (item) item, request, slot
from interest_event
where actor = %(actor)s and item = any(%(items)s::uuid[]) and request is not null and doubt = ''
  and kind = any(%(kinds)s::smallint[]) and at <= %(now)s and at > %(since)s and day >= %(since)s::date
order by item, at desc
