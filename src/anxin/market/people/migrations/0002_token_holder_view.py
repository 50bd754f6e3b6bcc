"""The published view that finds the holder of a token: the API joins it with its own look-up of kept answers."""

from django.db import migrations

CREATE = """
CREATE VIEW people_public_token_holder AS
SELECT token.digest,
       token.expires_at,
       token.id AS token_id,
       token.person_id,
       token.scopes,
       token.last_used_at,
       ARRAY(SELECT held.org_kind || ':' || held.org_id || ':' || held.role
               FROM people_membership AS held
              WHERE held.person_id = token.person_id) AS roles
  FROM people_accesstoken AS token
  JOIN people_person AS person ON person.id = token.person_id AND person.is_active
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, "DROP VIEW people_public_token_holder")]
