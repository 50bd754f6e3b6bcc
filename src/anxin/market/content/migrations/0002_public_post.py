"""The published view `content_public_post`: the posts that everybody may see."""

from django.db import migrations

VIEW = """
CREATE VIEW content_public_post AS
SELECT id, creator_id, kind, topics, published_at
  FROM content_post
 WHERE state = 'public' AND visibility = 'public'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("content", "0001_content"),
        ("creators", "0002_public_views"),
        ("catalog", "0006_public_card"),
    ]
    operations = [migrations.RunSQL(VIEW, "DROP VIEW content_public_post")]
