-- Somebody is forgotten: what was done stays, under an actor and a name that are nobody's.
with names as (
    select unnest(%(actors)s::uuid[]) as old
), events as (
    update interest_event set actor = %(nobody)s, name = %(called)s where actor in (select old from names)
)
update interest_served set actor = %(nobody)s where actor in (select old from names)
