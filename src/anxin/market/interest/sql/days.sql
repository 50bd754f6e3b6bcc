-- Events and served answers by day of UTC, a partition a day; a row of a day without one waits in the partition of the rest.
create table interest_served (
    day date not null,
    id uuid not null,
    actor uuid not null,
    at timestamptz not null,
    surface text not null,
    policy text not null,
    item_kinds smallint[] not null,
    items uuid[] not null,
    propensities real[] not null,
    sources text[] not null,
    primary key (day, id)
) partition by range (day);
create index interest_served_of_actor on interest_served (actor);

create table interest_event (
    day date not null,
    id uuid not null,
    client_id uuid not null,
    actor uuid not null,
    kind smallint not null,
    item_kind smallint not null,
    item uuid not null,
    request uuid,
    slot smallint,
    propensity real,
    amount integer not null,
    finished boolean not null,
    loops smallint not null,
    doubt text not null,
    at timestamptz not null,
    told_at timestamptz not null,
    primary key (day, id)
) partition by range (day);
create index interest_event_of_actor on interest_event (actor, item);

create table interest_served_rest partition of interest_served default;
create table interest_event_rest partition of interest_event default;

create function interest_refuse_change() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and to_jsonb(new) - 'actor' = to_jsonb(old) - 'actor' then
        return new;  -- a person who is forgotten gets another name
    end if;
    raise exception 'events are append-only: % on % is refused', tg_op, tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger interest_event_append_only before update on interest_event
    for each row execute function interest_refuse_change();
create trigger interest_served_append_only before update on interest_served
    for each row execute function interest_refuse_change();

-- Make the partition of a day; rows that came before it move in. Making it again does nothing.
create function interest_make_day(wanted date) returns boolean language plpgsql as $$
declare
    parent text;
    child text;
    made boolean := false;
begin
    perform pg_advisory_xact_lock(hashtext('interest_make_day'));
    foreach parent in array array['interest_event', 'interest_served'] loop
        child := parent || '_' || to_char(wanted, 'YYYYMMDD');
        continue when to_regclass(child) is not null;
        execute format('create table %I (like %I including defaults including constraints)', child, parent);
        execute format('with moved as (delete from %I where day = $1 returning *) insert into %I select * from moved',
                       parent || '_rest', child) using wanted;
        execute format('alter table %I attach partition %I for values from (%L) to (%L)',
                       parent, child, wanted, wanted + 1);
        made := true;
    end loop;
    return made;
end $$;

-- Forget the days before one; says how many partitions went.
create function interest_forget_days(before date) returns integer language plpgsql as $$
declare
    child text;
    gone integer := 0;
begin
    for child in
        select inhrelid::regclass::text from pg_inherits
        where inhparent in ('interest_event'::regclass, 'interest_served'::regclass)
          and inhrelid::regclass::text ~ '_[0-9]{8}$'
          and to_date(right(inhrelid::regclass::text, 8), 'YYYYMMDD') < before
    loop
        execute format('drop table %I', child);
        gone := gone + 1;
    end loop;
    return gone;
end $$;
