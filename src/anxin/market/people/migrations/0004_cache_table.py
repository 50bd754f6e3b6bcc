"""The shared cache in which login limits count, for every web process alike. Unlogged: a crash may forget a count."""

from django.db import migrations

CREATE = """
CREATE UNLOGGED TABLE people_cache (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamptz NOT NULL
);
CREATE INDEX people_cache_expires ON people_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0003_audit_chain")]
    operations = [migrations.RunSQL(CREATE, "DROP TABLE people_cache")]
