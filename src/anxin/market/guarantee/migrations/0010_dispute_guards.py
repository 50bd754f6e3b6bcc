"""What was shown and what happened in a dispute cannot be changed: said by the database itself."""

from django.db import migrations

TABLES = ("guarantee_disputeentry", "guarantee_disputeevidence")

FORWARD = """
create function guarantee_refuse_rewriting() returns trigger language plpgsql as $$
begin
    raise exception 'the file of a dispute is append-only: % on % is refused', tg_op, tg_table_name
        using errcode = 'restrict_violation';
end $$;
""" + "".join(
    f"""
create trigger {table}_append_only before update or delete on {table}
    for each row execute function guarantee_refuse_rewriting();
revoke update, delete, truncate on {table} from current_user;
"""
    for table in TABLES
)

BACKWARD = (
    "".join(
        f"""
drop trigger {table}_append_only on {table};
grant update, delete, truncate on {table} to current_user;
"""
        for table in TABLES
    )
    + "drop function guarantee_refuse_rewriting();"
)


class Migration(migrations.Migration):
    dependencies = [("guarantee", "0009_dispute_evidence")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
