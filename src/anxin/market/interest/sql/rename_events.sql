-- Somebody is forgotten: what was done stays, and nothing holds it together but the answer that it happened in: each answer
-- gets an actor and a name of its own that are nobody's. Without an answer, what the market itself says stands alone and the
-- rest of a day together. The ids by which devices and orders know their events go. What was done on a device until
-- somebody else logged in on it is theirs and stays.
with link as (
    select device, person_id, linked_at, lag(linked_at) over (partition by device order by linked_at, id) as since
    from interest_devicelink where device = any(%(actors)s::uuid[])
), foreign_time as materialized (
    select device, coalesce(since, '-infinity') as since, linked_at from link where person_id <> %(actor)s
), event as materialized (
    select coalesce(request::text, case when kind = any(%(ours)s::smallint[]) then id::text else day::text end) as thread
    from interest_event where actor = any(%(actors)s::uuid[])
), nobody as materialized (
    select thread, gen_random_uuid() as actor,
           ('x' || right(replace(gen_random_uuid()::text, '-', ''), 16))::bit(64)::bigint & 4611686018427387903 as name
    from (
        select thread from event
        union
        select id::text from interest_served where actor = any(%(actors)s::uuid[])
    ) as threads
), events as (
    update interest_event as event set actor = nobody.actor, name = nobody.name, client_id = gen_random_uuid()
    from nobody
    where event.actor = any(%(actors)s::uuid[])
      and nobody.thread = coalesce(
          event.request::text,
          case when event.kind = any(%(ours)s::smallint[]) then event.id::text else event.day::text end)
      and not exists (select from foreign_time as theirs where theirs.device = event.actor
                      and event.told_at > theirs.since and event.told_at <= theirs.linked_at)
)
update interest_served as served set actor = nobody.actor
from nobody
where served.actor = any(%(actors)s::uuid[]) and nobody.thread = served.id::text
  and not exists (select from foreign_time as theirs where theirs.device = served.actor
                  and served.at > theirs.since and served.at <= theirs.linked_at)
