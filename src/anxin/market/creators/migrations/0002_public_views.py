"""Published views: what other modules' SQL may know of creators and of who follows them."""

from django.db import migrations

VIEWS = """
CREATE VIEW creators_public_creator AS
SELECT id AS creator_id, version FROM creators_creator WHERE state = 'open';
CREATE VIEW creators_public_follow AS
SELECT id AS place, person_id, creator_id FROM creators_follow;
"""


class Migration(migrations.Migration):
    dependencies = [("creators", "0001_creators")]
    operations = [
        migrations.RunSQL(VIEWS, "DROP VIEW creators_public_creator; DROP VIEW creators_public_follow")
    ]
