"""Events know the transaction that told them, so that a learner can follow them in order and miss no late commit."""

from django.db import migrations

FORWARD = """
alter table interest_event add column tx xid8 not null default pg_current_xact_id();
create index interest_event_in_order on interest_event (tx, id);
create or replace function interest_refuse_change() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and to_jsonb(new) - 'actor' - 'tx' = to_jsonb(old) - 'actor' - 'tx' then
        return new;  -- a person who is forgotten gets another name; in a restored database the order is counted anew
    end if;
    raise exception 'events are append-only: % on % is refused', tg_op, tg_table_name using errcode = 'restrict_violation';
end $$;
"""
BACKWARD = "alter table interest_event drop column tx;"


class Migration(migrations.Migration):
    dependencies = [
        ("interest", "0002_days"),
        ("content", "0002_public_post"),
        ("creators", "0002_public_views"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
