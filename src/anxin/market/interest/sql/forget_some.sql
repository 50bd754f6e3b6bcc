-- Somebody is forgotten, a part at a time: what was done until a moment stays, and nothing holds it together but the answer that it
-- happened in: each answer gets an actor and a name of its own that are nobody's. Without an answer, what the market itself says
-- stands alone and the rest of a day together. The ids by which devices and orders know their events go. What was done on a
-- device until somebody else logged in on it is theirs and stays. Nobody follows from a salt: the next part says the same.
with theirs as (
    select device, coalesce(since, '-infinity') as since, until
    from jsonb_to_recordset(%(theirs)s::jsonb) as theirs (device uuid, since timestamptz, until timestamptz)
), event as materialized (
    select day, id,
           %(salt)s || coalesce(request::text, case when kind = any(%(ours)s::smallint[]) then id::text else day::text end) as thread
    from interest_event as event
    where actor = any(%(actors)s::uuid[]) and told_at <= %(until)s and name <> all(%(fresh)s::bigint[])
      and not exists (select from theirs where theirs.device = event.actor
                      and event.told_at > theirs.since and event.told_at <= theirs.until)
    limit %(batch)s
), answer as materialized (
    select day, id, %(salt)s || id::text as thread
    from interest_served as served
    where actor = any(%(actors)s::uuid[]) and at <= %(until)s
      and not exists (select from theirs where theirs.device = served.actor
                      and served.at > theirs.since and served.at <= theirs.until)
    limit %(batch)s
), events as (
    update interest_event as told
    set actor = encode(substring(sha256(convert_to(event.thread, 'UTF8')) from 1 for 16), 'hex')::uuid,
        name = ('x' || encode(substring(sha256(convert_to(event.thread, 'UTF8')) from 17 for 8), 'hex'))::bit(64)::bigint
               & 4611686018427387903,
        client_id = gen_random_uuid()
    from event
    where told.day = event.day and told.id = event.id
    returning 1
), answers as (
    update interest_served as served
    set actor = encode(substring(sha256(convert_to(answer.thread, 'UTF8')) from 1 for 16), 'hex')::uuid
    from answer
    where served.day = answer.day and served.id = answer.id
    returning 1
)
select ((select count(*) from events) + (select count(*) from answers))::integer as moved
