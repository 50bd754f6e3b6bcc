"""The learner knows people by a random name that a new beginning takes away, and events carry the name they are learned by."""

from django.db import migrations, models

import anxin.market.interest.domain.names

A_NAME = "('x' || right(replace(gen_random_uuid()::text, '-', ''), 16))::bit(64)::bigint & 4611686018427387903"
FORWARD = f"""
alter table interest_actor add column name bigint not null default ({A_NAME});
alter table interest_actor alter column name drop default;
create or replace function interest_refuse_change() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and to_jsonb(new) - 'actor' - 'name' - 'tx' = to_jsonb(old) - 'actor' - 'name' - 'tx' then
        return new;  -- who is forgotten gets another name; in a restored database the order is counted anew
    end if;
    raise exception 'events are append-only: % on % is refused', tg_op, tg_table_name using errcode = 'restrict_violation';
end $$;
alter table interest_event add column name bigint;
with known as (
    select distinct actor from interest_event
), named as materialized (
    select known.actor, coalesce(interest_actor.name, {A_NAME}) as name
    from known left join interest_actor on interest_actor.actor = known.actor
)
update interest_event set name = named.name from named where named.actor = interest_event.actor;
alter table interest_event alter column name set not null;
"""
BACKWARD = """
alter table interest_event drop column name;
alter table interest_actor drop column name;
"""


class Migration(migrations.Migration):
    dependencies = [("interest", "0007_value")]
    operations = [
        migrations.RunSQL(
            FORWARD,
            BACKWARD,
            state_operations=[
                migrations.AddField(
                    "actor", "name", models.BigIntegerField(default=anxin.market.interest.domain.names.new_name)
                )
            ],
        )
    ]
