"""Frozen values ⇄ JSON, with one text for one value: what fingerprints are taken of and decisions are kept as. Pure."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

T = TypeVar("T")
Reader = Callable[[Any], Any]


def text_of(value: Any) -> str:
    """Return the canonical JSON of a value: keys sorted, no spaces, moments in UTC, sets in order."""
    return _text(to_plain(value))


def fingerprint(value: Any) -> str:
    """Return the SHA-256 of a value's canonical JSON, in hexadecimal."""
    return fingerprint_of_plain(to_plain(value))


def fingerprint_of_plain(plain: Any) -> str:
    """Return the fingerprint of what `to_plain` returned, which is not gone through again."""
    return hashlib.sha256(_text(plain).encode()).hexdigest()


def _text(plain: Any) -> str:
    return json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def to_plain(value: Any) -> Any:
    """Return a value in the words of JSON."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, frozenset):
        return sorted(to_plain(item) for item in value)
    if isinstance(value, tuple | list):
        return [to_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    return _word(value)


def _word(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return str(value) if isinstance(value, UUID) else value


def from_plain(kind: type[T], value: Any) -> T:
    """Return what `to_plain` was given, as `kind`; fields that `kind` does not know are ignored, so that old code
    reads what newer code wrote.
    """
    hint: Any = kind
    found: T = reader(hint)(value)
    return found


@cache
def reader(hint: Any) -> Reader:
    """Return the function that reads a JSON value as `hint`."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        inner = reader(next(argument for argument in arguments if argument is not type(None)))
        return lambda value: None if value is None else inner(value)
    if origin is tuple:
        return _tuple_reader(arguments)
    if origin is frozenset:
        member = reader(arguments[0])
        return lambda value: frozenset(map(member, value))
    if origin is not None and issubclass(origin, Mapping):
        item = reader(arguments[1])
        return lambda value: {key: item(one) for key, one in value.items()}
    return _plain_reader(hint)


def _tuple_reader(arguments: tuple[Any, ...]) -> Reader:
    if arguments[1:] == (...,):
        item = reader(arguments[0])
        return lambda value: tuple(map(item, value))
    readers = tuple(map(reader, arguments))
    return lambda value: tuple(read(one) for read, one in zip(readers, value, strict=True))


def _plain_reader(hint: Any) -> Reader:
    if is_dataclass(hint):
        return _dataclass_reader(hint)
    if hint is datetime:
        return datetime.fromisoformat
    if isinstance(hint, type) and issubclass(hint, Enum | UUID):
        return hint
    return lambda value: value


def _dataclass_reader(kind: Any) -> Reader:
    hints = get_type_hints(kind)
    readers = {field.name: reader(hints[field.name]) for field in fields(kind)}
    return lambda value: kind(**{name: readers[name](one) for name, one in value.items() if name in readers})
