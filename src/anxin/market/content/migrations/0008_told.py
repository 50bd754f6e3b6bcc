"""Creators are told of what is hidden; the likes from before notices are no news."""

from django.db import migrations, models

SEED = """
INSERT INTO content_likesseen (post_id, likes)
SELECT post.id, sum(counted.count)
  FROM content_post AS post
  JOIN (SELECT subject, count FROM infra_tally WHERE kind = 'likes'
         UNION ALL
        SELECT subject, step FROM infra_tallychange WHERE kind = 'likes') AS counted ON counted.subject = post.id
 GROUP BY post.id
    ON CONFLICT (post_id) DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("content", "0007_notices"), ("infra", "0002_tallies")]
    operations = [
        migrations.RemoveConstraint("notice", "notice_kind_known"),
        migrations.AddConstraint(
            "notice",
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=["comment", "reply", "mention", "published", "rejected", "hidden"]
                ),
                name="notice_kind_known",
            ),
        ),
        migrations.RunSQL(SEED, migrations.RunSQL.noop),
    ]
