"""Events of a market from before names get them in parts, one for all that somebody did; a part may be done again."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import connection
from tests.builders.orders import NOW

from anxin.kernel.ids import new_id
from anxin.market.interest import commands, queries
from anxin.market.interest.commands import Teller
from anxin.market.interest.domain.events import Item, ItemKind, Kind, Told
from anxin.market.interest.models import Actor

pytestmark = pytest.mark.django_db
names = import_module("anxin.market.interest.migrations.0008_names")
EDITOR = SimpleNamespace(connection=connection)


def rows(statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_events_from_before_names_get_them_in_parts():
    people = [new_id() for _ in range(3)]
    for number in range(18):
        told = Told(new_id(), Kind.SHARE, Item(ItemKind.NOTE, new_id()), NOW)
        commands.tell([told], Teller(people[number % 3], is_person=True), now=NOW)
    Actor.objects.filter(actor=people[2]).delete()  # nobody's row says what it is called
    run(names.COLUMNS)  # again: a migration that was stopped begins anew
    run("alter table interest_event alter column name drop not null")
    run("update interest_event set name = null")
    run("alter table interest_actor alter column name drop not null")
    run("update interest_actor set name = null")
    names.fill_actors(None, EDITOR)
    names.fill_events(None, EDITOR, batch=5)
    known = [queries.history(who).name for who in people[:2]]
    assert len({*known}) == 2
    found = dict(rows("select actor, min(name) from interest_event group by actor having min(name) = max(name)"))
    assert [found[who] for who in people[:2]] == known
    assert found[people[2]] not in known
    names.fill_events(None, EDITOR, batch=7)
    assert (
        dict(rows("select actor, min(name) from interest_event group by actor having min(name) = max(name)")) == found
    )
    for table in ("interest_actor", "interest_event"):
        run(names.asked_for(table))
    missing = "select attnotnull from pg_attribute where attname = 'name' and attrelid in ('interest_actor'::regclass, 'interest_event'::regclass)"
    assert rows(missing) == [(True,), (True,)]
