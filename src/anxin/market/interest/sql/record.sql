-- Keep the events of a batch that were not kept before, and write the history of their sender, in one statement.
-- What devices of one network teach is counted by the hour, and in doubt beyond a limit.
-- They carry the name in the sender's row, read once it is locked: a new beginning beside this leaves none under the old name.
with told as (
    select * from jsonb_to_recordset(%(events)s::jsonb) as told (
        id uuid, client_id uuid, kind smallint, item_kind smallint, item uuid, request uuid, slot smallint,
        propensity real, amount integer, finished boolean, loops smallint, doubt text, at timestamptz,
        remembered boolean, shown integer, hides boolean)
), fresh as (
    insert into interest_told (client_id, day)
    select client_id, %(day)s::date from told order by client_id
    on conflict do nothing
    returning client_id
), new as (
    select told.* from told join fresh using (client_id)
), network as (
    insert into interest_network as network (network, hour, believed)
    select %(network)s::bigint, %(hour)s::timestamptz, count(*)::integer
    from new
    where doubt = '' and %(network)s::bigint is not null
    having count(*) > 0
    on conflict (network) do update set
        believed = excluded.believed + case when network.hour = excluded.hour then network.believed else 0 end,
        hour = excluded.hour
    returning believed
), history as (
    select
        coalesce(array_agg(kind order by at, id) filter (where remembered), '{}') as kinds,
        coalesce(array_agg(item_kind order by at, id) filter (where remembered), '{}') as item_kinds,
        coalesce(array_agg(item order by at, id) filter (where remembered), '{}') as items,
        coalesce(array_agg(at order by at, id) filter (where remembered), '{}') as ats,
        coalesce(array_agg(amount order by at, id) filter (where remembered), '{}') as amounts,
        coalesce(array_agg(shown order by at, id) filter (where shown is not null), '{}') as seen,
        coalesce(array_agg(item order by at, id) filter (where hides), '{}') as hidden,
        count(*)::integer as fresh
    from new
), written as (
    insert into interest_actor as actor (actor, name, is_person, kinds, item_kinds, items, ats, amounts, seen, is_personal,
                                         hidden, fewer, more, minute, minute_count, told_at)
    select %(actor)s, %(called)s, %(is_person)s, kinds, item_kinds, items, ats, amounts, seen, true, hidden, '{}', '{}',
           %(minute)s, fresh, %(now)s
    from history
    where fresh > 0 and (select count(*) from network) >= 0 -- the network's row is locked before the person's
    on conflict (actor) do update set
        kinds = (actor.kinds || excluded.kinds)[
            cardinality(actor.kinds) + cardinality(excluded.kinds) - %(entries_max)s + 1:],
        item_kinds = (actor.item_kinds || excluded.item_kinds)[
            cardinality(actor.kinds) + cardinality(excluded.kinds) - %(entries_max)s + 1:],
        items = (actor.items || excluded.items)[
            cardinality(actor.kinds) + cardinality(excluded.kinds) - %(entries_max)s + 1:],
        ats = (actor.ats || excluded.ats)[
            cardinality(actor.kinds) + cardinality(excluded.kinds) - %(entries_max)s + 1:],
        amounts = (actor.amounts || excluded.amounts)[
            cardinality(actor.kinds) + cardinality(excluded.kinds) - %(entries_max)s + 1:],
        seen = (actor.seen || excluded.seen)[
            cardinality(actor.seen) + cardinality(excluded.seen) - %(seen_max)s + 1:],
        hidden = (actor.hidden || excluded.hidden)[
            cardinality(actor.hidden) + cardinality(excluded.hidden) - %(entries_max)s * 10 + 1:],
        minute = excluded.minute,
        minute_count = excluded.minute_count + case when actor.minute = excluded.minute then actor.minute_count else 0 end,
        told_at = excluded.told_at
    returning actor.name
), kept as (
    insert into interest_event (day, id, client_id, actor, name, kind, item_kind, item, request, slot, propensity, amount,
                                finished, loops, doubt, at, told_at)
    select %(day)s::date, id, client_id, %(actor)s, written.name, kind, item_kind, item, request, slot, propensity, amount,
           finished, loops,
           case when doubt = '' and (select believed from network) > %(network_max)s then %(in_doubt)s else doubt end,
           at, %(now)s
    from new cross join written
)
select client_id from fresh
