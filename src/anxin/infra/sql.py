"""Named SQL: one statement a file under `sql/`, its first line a sentence; for hot paths, elsewhere the ORM is fine."""

import json
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from django.db import connections
from pydantic_core import to_json

Row = dict[str, Any]
Shape = tuple[tuple[str, ...], tuple[str, ...]]  # the names of a statement's columns, and of those that hold JSON
_JSONB = 3802  # its type number in every PostgreSQL; Django's connection leaves such values as text


def document(value: Any) -> str:
    """Return rows (ids, moments and dataclasses too) as JSON text: one parameter of a statement, however many they are.

    The driver writes an array a column in Python; this is written in one go, and `jsonb_to_recordset` reads it.
    """
    return to_json(value).decode()


class Statements:
    """The statements of one package: `SQL = Statements(__name__)`, then `SQL.rows("hold_stock", items=…)`."""

    def __init__(self, module: str, folder: str = "sql") -> None:
        self._module = module
        self._folder = folder
        self._shapes: dict[str, Shape] = {}  # kept, because asking a cursor for them costs as much as reading a row

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """Statement texts by name, read once."""
        here = Path(str(sys.modules[self._module].__file__)).parent / self._folder
        return {path.stem: path.read_text() for path in sorted(here.glob("*.sql"))}

    def rows(self, name: str, **params: Any) -> list[Row]:
        """Run the statement and return its rows as dictionaries."""
        with executed(self.texts[name], params) as cursor:
            shape = self._shapes.get(name) or self._shapes.setdefault(name, _shape(cursor.description))
            return _named(shape, cursor.fetchall())

    def one(self, name: str, **params: Any) -> Row | None:
        """Run the statement and return its first row, or None."""
        found = self.rows(name, **params)
        return found[0] if found else None

    def run(self, name: str, **params: Any) -> int:
        """Run the statement and return how many rows it touched."""
        with executed(self.texts[name], params) as cursor:
            return int(cursor.rowcount)


class _Kept(threading.local):
    """The cursor that a thread keeps, and the driver's connection it belongs to."""

    connection: Any = None
    cursor: Any = None


_kept = _Kept()


@contextmanager
def executed(text: str, params: dict[str, Any] | Sequence[Any]) -> Iterator[Any]:
    """Run a statement and yield the cursor with its result.

    Making and wrapping a cursor costs as much as a small statement, so a thread keeps one. Who listens to statements
    (a test that counts them, a benchmark that replays them) is told by Django's own cursor.
    """
    database = connections["default"]
    if database.queries_logged or database.execute_wrappers:
        with database.cursor() as cursor:
            cursor.execute(text, params or None)
            yield cursor
        return
    database.ensure_connection()
    database.validate_no_broken_transaction()
    if _kept.connection is not database.connection:
        _kept.connection, _kept.cursor = database.connection, database.create_cursor()
    with database.wrap_database_errors:
        _kept.cursor.execute(text, params or None)
        yield _kept.cursor


def _shape(description: Sequence[Any]) -> Shape:
    names = tuple(column.name for column in description)
    return names, tuple(column.name for column in description if column.type_code == _JSONB)


def _named(shape: Shape, rows: Sequence[Sequence[Any]]) -> list[Row]:
    """Return rows by column name, JSON decoded."""
    names, documents = shape
    named = [dict(zip(names, row, strict=True)) for row in rows]
    for row in named if documents else ():
        row.update((name, json.loads(row[name])) for name in documents if row[name] is not None)
    return named
