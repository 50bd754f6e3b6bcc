"""Writing many rows at once: all of a table's in one parameter, for what is loaded and for work done in large batches."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import AutoField, Field, Model

from anxin.infra.sql import document

BATCH = 2_000


def write_rows(rows: Iterable[Model], *, ignore_conflicts: bool = False) -> None:
    """Insert rows of one model, BATCH a statement; with `ignore_conflicts` those that collide are left out.

    Django's own way hands over an array a column, which the driver writes in Python, value by value; this is several
    times faster. Numbers that the database gives (AutoField) are not read back. Columns of bytes have no JSON: TypeError.
    """
    waiting = iter(rows)
    while batch := list(islice(waiting, BATCH)):
        _insert(batch, ignore_conflicts=ignore_conflicts)


def _insert(rows: list[Model], *, ignore_conflicts: bool) -> None:
    model = type(rows[0])
    fields = [field for field in model._meta.concrete_fields if not _is_given(field)]
    unfit = [field.name for field in fields if field.get_internal_type() == "BinaryField"]
    if unfit:
        raise TypeError(unfit)
    names = [str(field.column) for field in fields]
    values = [{name: field.pre_save(row, add=True) for name, field in zip(names, fields, strict=True)} for row in rows]
    quote = connection.ops.quote_name
    table, columns = quote(model._meta.db_table), ", ".join(quote(name) for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({columns}) SELECT {columns}"  # noqa: S608 - names of our own tables
            f" FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb)"
            + (" ON CONFLICT DO NOTHING" if ignore_conflicts else ""),
            [document(values)],
        )


def _is_given(field: "Field[Any, Any]") -> bool:
    return isinstance(field, AutoField) or bool(getattr(field, "generated", False))
