"""While a new version starts, processes of the one before still write; and no index closes a table that everybody writes to."""

from importlib import import_module

import pytest
from django.core.management import call_command
from django.db import connection, migrations
from tests.builders.content import a_public_post, a_video_file
from tests.builders.creators import a_creator

from anxin.market.content.models import Media, Post

pytestmark = pytest.mark.django_db
TOLD = import_module("anxin.market.content.migrations.0009_told_indexes").Migration
INDEXES = {"content_decisions_unread", "content_comments_on"}


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
            f"insert into {table} (id, {listed}) select gen_random_uuid(), {listed} from {table} where id = %s returning id",  # noqa: S608
            [before],
        )
        after = cursor.fetchone()[0]
    assert getattr(model.objects.get(pk=after), column) == expected


def test_the_indexes_are_built_outside_a_transaction():
    assert set(indexes()) == INDEXES
    assert TOLD.atomic is False
    assert not [each for each in TOLD.operations if type(each) is migrations.AddIndex]


@pytest.mark.django_db(transaction=True)
def test_what_a_stopped_build_left_is_built_anew():
    whole = indexes()
    call_command("migrate", "content", "0008", fake=True, verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("drop index content_decisions_unread, content_comments_on")
        cursor.execute("create index content_comments_on on content_comment (key)")
    assert indexes() != whole
    call_command("migrate", "content", verbosity=0)
    assert indexes() == whole


def indexes() -> dict[str, str]:
    """The indexes by name, with what they are made of."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select indexname, indexdef from pg_indexes where indexname in ('content_decisions_unread', 'content_comments_on')"
        )
        return dict(cursor.fetchall())
