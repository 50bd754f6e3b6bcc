"""The learner knows people by a random name that a new beginning takes away, and events carry the name they are learned by.

Columns come empty, are filled a part at a time and only then asked for, so that no table is closed for long. Each step can be
taken again: a migration that was stopped goes on where it was.
"""

from typing import Any

from django.db import migrations, models

import anxin.market.interest.domain.names

BATCH = 5_000
A_NAME = "('x' || right(replace(gen_random_uuid()::text, '-', ''), 16))::bit(64)::bigint & 4611686018427387903"
COLUMNS = """
alter table interest_actor add column if not exists name bigint;
alter table interest_event add column if not exists name bigint;
create table if not exists interest_name_meanwhile (actor uuid primary key, name bigint not null);
create or replace function interest_refuse_change() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and to_jsonb(new) - 'actor' - 'name' - 'tx' = to_jsonb(old) - 'actor' - 'name' - 'tx' then
        return new;  -- who is forgotten gets another name; in a restored database the order is counted anew
    end if;
    raise exception 'events are append-only: % on % is refused', tg_op, tg_table_name using errcode = 'restrict_violation';
end $$;
"""
NO_COLUMNS = """
alter table interest_event drop column name;
alter table interest_actor drop column name;
drop table if exists interest_name_meanwhile;
"""
ACTORS = f"""
with part as (select actor from interest_actor where name is null limit {BATCH} for update)
update interest_actor as actor set name = {A_NAME} from part where part.actor = actor.actor
"""
PART = """
select day, id from interest_event where (day, id) > (%(day)s, %(id)s) order by day, id offset %(batch)s - 1 limit 1
"""
EVENTS = f"""
with part as materialized (
    select day, id, actor from interest_event
    where (day, id) > (%(day)s, %(id)s) and (day, id) <= (%(last_day)s, %(last_id)s) and name is null
), met as (
    insert into interest_name_meanwhile (actor, name)
    select part.actor, coalesce(min(known.name), {A_NAME})
    from part left join interest_actor as known on known.actor = part.actor
    group by part.actor
    on conflict (actor) do update set name = interest_name_meanwhile.name
    returning actor, name
)
update interest_event as event set name = met.name
from part join met using (actor)
where event.day = part.day and event.id = part.id
"""
BEFORE_ALL = {"day": "0001-01-01", "id": "00000000-0000-0000-0000-000000000000"}
AFTER_ALL = {"last_day": "9999-12-31", "last_id": "ffffffff-ffff-ffff-ffff-ffffffffffff"}


def asked_for(table: str) -> str:
    """Return what makes a filled column one that must be filled: the table is looked through while others write."""
    return f"""
alter table {table} drop constraint if exists {table}_has_name;
alter table {table} add constraint {table}_has_name check (name is not null) not valid;
alter table {table} validate constraint {table}_has_name;
alter table {table} alter column name set not null;
alter table {table} drop constraint {table}_has_name;
"""


def fill_actors(_apps: Any, editor: Any) -> None:
    """Give everybody a name, some at a time."""
    with editor.connection.cursor() as cursor:
        while True:
            cursor.execute(ACTORS)
            if not cursor.rowcount:
                return


def fill_events(_apps: Any, editor: Any, *, batch: int = BATCH) -> None:
    """Give events the name of whoever they are of, some at a time, in their order; who has no row gets one name for all."""
    with editor.connection.cursor() as cursor:
        after = dict(BEFORE_ALL)
        while True:
            cursor.execute(PART, {**after, "batch": batch})
            last = cursor.fetchone()
            until = {"last_day": last[0], "last_id": last[1]} if last else AFTER_ALL
            cursor.execute(EVENTS, {**after, **until})
            if last is None:
                return
            after = {"day": last[0], "id": last[1]}


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("interest", "0007_value")]
    operations = [
        migrations.RunSQL(
            COLUMNS,
            NO_COLUMNS,
            state_operations=[
                migrations.AddField(
                    "actor", "name", models.BigIntegerField(default=anxin.market.interest.domain.names.new_name)
                )
            ],
        ),
        migrations.RunPython(fill_actors, migrations.RunPython.noop),
        migrations.RunSQL(asked_for("interest_actor"), migrations.RunSQL.noop),
        migrations.RunPython(fill_events, migrations.RunPython.noop),
        migrations.RunSQL(asked_for("interest_event"), migrations.RunSQL.noop),
        migrations.RunSQL("drop table if exists interest_name_meanwhile", migrations.RunSQL.noop),
    ]
