-- The last time that somebody, also on their devices, tapped each of some products where it was served, within some days
-- before a moment; in the answer that is named for the product rather than in another.
select distinct on (wanted.item, wanted.named) wanted.item, wanted.named, event.request, event.slot
from unnest(%(items)s::uuid[], %(named)s::uuid[]) as wanted (item, named)
join interest_event as event on event.item = wanted.item
where event.actor = any(%(actors)s::uuid[]) and event.item = any(%(items)s::uuid[]) and event.request is not null
  and event.doubt = '' and event.kind = any(%(kinds)s::smallint[])
  and event.at <= %(until)s and event.at > %(since)s and event.day >= %(since)s::date
  and not exists (select from interest_forgetting as gone where event.actor = any(gone.actors) and event.told_at <= gone.until)
order by wanted.item, wanted.named, (event.request = wanted.named) desc, event.at desc, event.id desc
