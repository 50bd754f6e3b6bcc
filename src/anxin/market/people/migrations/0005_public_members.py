"""A published view: who holds a role in a shop or an agency, in any role."""

from django.db import migrations

CREATE = """
create view people_public_member as
select distinct org_kind, org_id, person_id from people_membership
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0004_cache_table")]
    operations = [migrations.RunSQL(CREATE, "drop view people_public_member")]
