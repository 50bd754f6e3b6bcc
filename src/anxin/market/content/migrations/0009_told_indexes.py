"""Indexes of what creators are told, built while others write.

A build that was stopped leaves an index that is of no use under its name: it goes first, so that the migration can be run again.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

UNREAD = models.Index(fields=["creator_id"], condition=models.Q(decision_read=False), name="content_decisions_unread")
NEWEST = models.Index(fields=["post", "-id"], condition=models.Q(state="shown"), name="content_comments_on")


def without(name: str) -> migrations.RunSQL:
    """Return what takes an index away where there is one."""
    return migrations.RunSQL(f"DROP INDEX CONCURRENTLY IF EXISTS {name}", migrations.RunSQL.noop)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("content", "0008_told")]
    operations = [
        without("content_decisions_unread"),
        AddIndexConcurrently("post", UNREAD),
        without("content_comments_on"),
        AddIndexConcurrently("comment", NEWEST),
    ]
