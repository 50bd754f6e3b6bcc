-- Keep what was served, with the chance of every item to stand where it stood.
insert into interest_served (day, id, actor, at, surface, policy, item_kinds, items, propensities, sources, ranked)
values (%(day)s, %(id)s, %(actor)s, %(now)s, %(surface)s, %(policy)s, %(item_kinds)s, %(items)s, %(propensities)s, %(sources)s,
        %(ranked)s)
on conflict do nothing
