-- A device turns out to be a person's: its history goes before what the person did since, its wishes join theirs. What was
-- learned of it becomes the person's with its name, unless they have one already.
with device as (
    delete from interest_actor where actor = %(device)s and not is_person returning *
)
insert into interest_actor as person (actor, name, is_person, kinds, item_kinds, items, ats, amounts, seen, is_personal, hidden,
                                      fewer, more, minute, minute_count, told_at)
select %(person)s, name, true, kinds, item_kinds, items, ats, amounts, seen, is_personal, hidden, fewer, more, minute,
       minute_count, told_at
from device
on conflict (actor) do update set
    kinds = (person.kinds || excluded.kinds)[cardinality(person.kinds || excluded.kinds) - %(entries_max)s + 1:],
    item_kinds = (person.item_kinds || excluded.item_kinds)[
        cardinality(person.kinds || excluded.kinds) - %(entries_max)s + 1:],
    items = (person.items || excluded.items)[cardinality(person.kinds || excluded.kinds) - %(entries_max)s + 1:],
    ats = (person.ats || excluded.ats)[cardinality(person.kinds || excluded.kinds) - %(entries_max)s + 1:],
    amounts = (person.amounts || excluded.amounts)[cardinality(person.kinds || excluded.kinds) - %(entries_max)s + 1:],
    seen = (person.seen || excluded.seen)[cardinality(person.seen || excluded.seen) - %(seen_max)s + 1:],
    is_personal = person.is_personal and excluded.is_personal,
    hidden = coalesce((select array_agg(distinct one) from unnest(person.hidden || excluded.hidden) as one), '{}'),
    fewer = coalesce((select array_agg(distinct one) from unnest(person.fewer || excluded.fewer) as one), '{}'),
    more = coalesce((select array_agg(distinct one) from unnest(person.more || excluded.more) as one), '{}')
