"""What was promised and decided cannot be changed: said by the database itself."""

from django.db import migrations

TABLES = ("guarantee_promiseterms", "guarantee_certificate", "guarantee_decision", "guarantee_optin")

FORWARD = """
create function guarantee_refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'what was promised is append-only: % on % is refused', tg_op, tg_table_name
        using errcode = 'restrict_violation';
end $$;
""" + "".join(
    f"""
create trigger {table}_append_only before update or delete on {table}
    for each row execute function guarantee_refuse_change();
revoke update, delete, truncate on {table} from current_user;
"""
    for table in TABLES
)

BACKWARD = "".join(
    f"""
drop trigger {table}_append_only on {table};
grant update, delete, truncate on {table} to current_user;
"""
    for table in TABLES
) + "drop function guarantee_refuse_change();"


class Migration(migrations.Migration):
    dependencies = [("guarantee", "0005_certificates")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
