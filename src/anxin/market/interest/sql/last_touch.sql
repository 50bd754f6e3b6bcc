-- The last time that somebody, also on their devices, tapped each of some products where it was served, within some days
-- before a moment; in one of the named answers rather than in another.
select distinct on (item) item, request, slot
from interest_event
where actor = any(%(actors)s::uuid[]) and item = any(%(items)s::uuid[]) and request is not null and doubt = ''
  and kind = any(%(kinds)s::smallint[]) and at <= %(until)s and at > %(since)s and day >= %(since)s::date
order by item, (request = any(%(named)s::uuid[])) desc, at desc, id desc
