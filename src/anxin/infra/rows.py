"""Rows by the values of their columns, for hot paths: the statement's text is made once, which is most of what a queryset costs.

What asks for more than equal values is a queryset, or a statement under `sql/`.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar, cast

from django.db import connection
from django.db.models import Field, Model

from anxin.infra.sql import executed
from anxin.kernel.states import LostRace, StateTable

M = TypeVar("M", bound=Model)
Reader = Callable[[Any, Any, Any], Any]
ANY_OF = (list, tuple, set, frozenset)


def read_rows(model: type[M], *, lock: bool = False, **equal: Any) -> list[M]:
    """Return the rows whose columns have these values (a collection: one of its values), by primary key; locked if asked."""
    many = tuple((name, isinstance(value, ANY_OF)) for name, value in equal.items())
    params = [list(value) if isinstance(value, ANY_OF) else value for value in equal.values()]
    with executed(_select(model, many, lock=lock), params) as cursor:
        rows = cursor.fetchall()
    names, readers = _columns(model)
    return [model.from_db("default", names, _decoded(row, readers)) for row in rows]


def read_row(model: type[M], *, lock: bool = False, **equal: Any) -> M | None:
    """Return the first row with these values, or None."""
    found = read_rows(model, lock=lock, **equal)
    return found[0] if found else None


def step_row(row: Model, life: StateTable[Any], verb: str, **changes: Any) -> None:
    """Take one step of a row's life, with other columns changed along, and reflect it. Raises IllegalStep, LostRace."""
    stepped: Any = row
    following = life.after(type(life.initial)(stepped.state), verb)
    change_row(row, life.aggregate, {**changes, "state": following})


def change_row(row: Model, aggregate: str, changes: Mapping[str, Any]) -> None:
    """Change columns of a row if its state and version are those that were read, and reflect it. Raises LostRace."""
    model, read = type(row), cast("Any", row)
    written = {**changes, "version": read.version + 1}
    values = [_field(model, name).get_db_prep_save(value, connection) for name, value in written.items()]
    with executed(_update(model, tuple(written)), [*values, row.pk, read.state, read.version]) as cursor:
        if not cursor.rowcount:
            raise LostRace(aggregate)
    for name, value in written.items():
        setattr(row, name, value)


def insert_row(row: Model) -> None:
    """Write a new row."""
    model = type(row)
    written = [
        field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in model._meta.concrete_fields
    ]
    with executed(_insert(model), written):
        row._state.adding = False  # noqa: SLF001 - as Django's own saving leaves it


@cache
def _select(model: type[Model], many: tuple[tuple[str, bool], ...], *, lock: bool) -> str:
    columns = ", ".join(_quoted(field) for field in model._meta.concrete_fields)
    wanted = " and ".join(f"{_column(model, name)} = {'any(%s)' if any_of else '%s'}" for name, any_of in many)
    text = f'select {columns} from "{model._meta.db_table}" where {wanted} order by {_column(model, "pk")}'  # noqa: S608 - names of columns
    return f"{text} for update" if lock else text


@cache
def _update(model: type[Model], changes: tuple[str, ...]) -> str:
    written = ", ".join(f"{_column(model, name)} = %s" for name in changes)
    wanted = " and ".join(f"{_column(model, name)} = %s" for name in ("pk", "state", "version"))
    return f'update "{model._meta.db_table}" set {written} where {wanted}'  # noqa: S608 - names of columns


@cache
def _insert(model: type[Model]) -> str:
    columns = [_quoted(field) for field in model._meta.concrete_fields]
    holders = ", ".join(["%s"] * len(columns))
    return f'insert into "{model._meta.db_table}" ({", ".join(columns)}) values ({holders})'  # noqa: S608 - names of columns


@cache
def _columns(model: type[Model]) -> tuple[tuple[str, ...], tuple[tuple[int, Reader], ...]]:
    """Return the names of a model's values in the order of its columns, and the places that a field must decode."""
    fields = model._meta.concrete_fields
    readers = [(place, one) for place, field in enumerate(fields) for one in field.get_db_converters(connection)]
    return tuple(field.attname for field in fields), tuple(readers)


def _decoded(row: Sequence[Any], readers: Sequence[tuple[int, Reader]]) -> Sequence[Any]:
    if not readers:
        return row
    values = list(row)
    for place, reader in readers:
        values[place] = reader(values[place], None, connection)
    return values


@cache
def _field(model: type[Model], name: str) -> "Field[Any, Any]":
    return model._meta.pk if name == "pk" else model._meta.get_field(name)  # type: ignore[return-value]


def _column(model: type[Model], name: str) -> str:
    return _quoted(_field(model, name))


def _quoted(field: "Field[Any, Any]") -> str:
    return f'"{field.column}"'
