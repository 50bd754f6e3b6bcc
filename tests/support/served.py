"""What the feed wrote down as served: a partitioned table without a model."""

from uuid import UUID

from django.db import connection


def served() -> list[tuple[UUID, list[UUID]]]:
    """Return every answer with its items."""
    with connection.cursor() as cursor:
        cursor.execute("select id, items from interest_served order by id")
        return list(cursor.fetchall())
