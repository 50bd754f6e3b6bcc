"""Whoever is forgotten leaves events whose device's or order's id of them is another: it leads back to who told them."""

from django.db import migrations

FUNCTION = """
create or replace function interest_refuse_change() returns trigger language plpgsql as $$
declare
    may_change constant text[] := array[{may_change}];
begin
    if tg_op = 'UPDATE' and to_jsonb(new) - may_change = to_jsonb(old) - may_change then
        return new;  -- who is forgotten gets another name; in a restored database the order is counted anew
    end if;
    raise exception 'events are append-only: % on % is refused', tg_op, tg_table_name using errcode = 'restrict_violation';
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("interest", "0008_names")]
    operations = [
        migrations.RunSQL(
            FUNCTION.format(may_change="'actor', 'name', 'client_id', 'tx'"),
            FUNCTION.format(may_change="'actor', 'name', 'tx'"),
        )
    ]
