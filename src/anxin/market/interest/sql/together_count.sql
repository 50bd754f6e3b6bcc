-- A person paid for products: each that is paid for the first time counts one buyer more beside all else they paid for.
-- What they had of both before was counted then, although a new beginning took the events away.
with paid as (
    select item, min(told_at) as first_at, max(told_at) as last_at
    from interest_event
    where actor = %(actor)s and kind = %(paid)s and item_kind = %(product)s and day >= %(since)s::date
      and not exists (select from interest_forgetting as gone where actor = any(gone.actors) and told_at <= gone.until)
    group by item
    order by last_at desc, item
    limit %(items_max)s
), new as (
    select item from paid where item = any(%(items)s::uuid[]) and first_at >= %(now)s
), pair as (
    select new.item as product, paid.item as other from new join paid on paid.item <> new.item
    union
    select paid.item, new.item from new join paid on paid.item <> new.item
)
insert into interest_together as together (product, other, buyers, last_at)
select product, other, 1, %(now)s from pair
where not (product = any(%(had)s::uuid[]) and other = any(%(had)s::uuid[]))
order by product, other
on conflict (product, other) do update set buyers = together.buyers + 1, last_at = excluded.last_at
