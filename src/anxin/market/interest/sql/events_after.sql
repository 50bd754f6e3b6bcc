-- Events told after a place in the order, by transactions that are all finished, with what was served where they happened.
select event.tx::text::bigint as tx, event.day, event.id, event.name, event.kind, event.item_kind, event.item,
       event.request, event.slot, event.finished, event.amount, event.doubt,
       extract(epoch from event.at)::bigint as at,
       extract(epoch from served.at)::bigint as served_at,
       served.items[event.slot + 1] as served_item,
       served.sources[event.slot + 1] as served_note
from (
    select * from interest_event
    where (tx, id) > (%(tx)s::text::xid8, %(id)s::uuid) and day >= %(day)s
      and tx < %(before)s::text::xid8
    order by tx, id
    limit %(batch)s) as event
left join interest_served as served
    on served.id = event.request
   and served.day = (to_timestamp((('x' || substr(replace(event.request::text, '-', ''), 1, 12))::bit(48)::bigint) / 1000.0)
                     at time zone 'UTC')::date
order by event.tx, event.id
