"""While a new version starts, processes of the one before still write; and no index closes a table that everybody writes to."""

from importlib import import_module

import pytest
from django.db import connection, migrations
from tests.builders.content import a_public_post, a_video_file
from tests.builders.creators import a_creator

from anxin.market.content.models import Media, Post

pytestmark = pytest.mark.django_db
TOLD = import_module("anxin.market.content.migrations.0008_told_indexes").Migration


@pytest.mark.parametrize(
    ("table", "model", "column", "expected"),
    [
        ("content_post", Post, "decision_read", True),
        ("content_post", Post, "cover_key", ""),
        ("content_media", Media, "covers", []),
    ],
)
def test_a_row_without_a_new_column_is_taken(table, model, column, expected):
    creator = a_creator()
    before = a_public_post(creator) if model is Post else a_video_file(creator)
    names = [field.column for field in model._meta.concrete_fields if field.column not in ("id", column)]
    listed = ", ".join(f'"{name}"' for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into {table} (id, {listed}) select gen_random_uuid(), {listed} from {table} where id = %s returning id",
            [before],
        )
        after = cursor.fetchone()[0]
    assert getattr(model.objects.get(pk=after), column) == expected


def test_the_indexes_are_whole_and_are_built_outside_a_transaction():
    with connection.cursor() as cursor:
        cursor.execute(
            "select indexrelid::regclass::text from pg_index where indisvalid"
            " and indexrelid::regclass::text in ('content_decisions_unread', 'content_comments_on')"
        )
        found = {row[0] for row in cursor.fetchall()}
    assert found == {"content_decisions_unread", "content_comments_on"}
    assert TOLD.atomic is False
    assert not [each for each in TOLD.operations if type(each) is migrations.AddIndex]
