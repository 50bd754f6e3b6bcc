"""A TOML text → frozen dataclasses, strictly: every wrong value is refused with file, line and reason. Pure."""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from types import UnionType
from typing import Any, NoReturn, Union, get_args, get_origin, get_type_hints

from anxin.market.guarantee.domain.locating import Path, line_of
from anxin.market.guarantee.errors.promises import BadPromiseFile

WHOLE_BPS = 10_000
_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")
_KINDS: Mapping[Any, str] = {
    int: "a whole number",
    str: "a text",
    bool: "true or false",
    datetime: "a moment",
    date: "a day",
}


class Source:
    """One file while it is read: knows where each value stands."""

    def __init__(self, file: str, text: str) -> None:
        self._file = file
        self._text = text

    def refuse(self, path: Path, why: str) -> NoReturn:
        """Raise BadPromiseFile at the line of the value at `path`."""
        raise BadPromiseFile(self._file, line_of(self._text, path), why)

    def parsed(self) -> dict[str, Any]:
        """Return the tables of the text. Raises BadPromiseFile for what is no TOML."""
        try:
            return tomllib.loads(self._text)
        except tomllib.TOMLDecodeError as error:
            found = _AT_LINE.search(str(error))
            last = self._text.count("\n") + 1
            raise BadPromiseFile(self._file, int(found[1]) if found else last, str(error)) from error

    def dataclass_of(self, kind: Any, data: Any, path: Path, *, given: Mapping[str, Any] | None = None) -> Any:
        """Return a table as `kind`; fields in `given` come from elsewhere and may not be written."""
        given = given or {}
        if not isinstance(data, dict):
            self.refuse(path, "a table is expected")
        known = {one.name: one for one in fields(kind) if one.name not in given}
        for name in data:
            if name not in known:
                self.refuse((*path, name), f"unknown field “{name}”; known are {', '.join(sorted(known))}")
        hints = get_type_hints(kind)
        values = {name: self._value(hints[name], data[name], (*path, name)) for name in known if name in data}
        for name, one in known.items():
            if name not in values and _is_required(one):
                self.refuse(path, f"the field “{name}” is missing")
        return kind(**values, **given)

    def _value(self, hint: Any, value: Any, path: Path) -> Any:
        origin, arguments = get_origin(hint), get_args(hint)
        if origin in (Union, UnionType):
            return self._value(next(one for one in arguments if one is not type(None)), value, path)
        if origin in (tuple, frozenset):
            if not isinstance(value, list):
                self.refuse(path, "a list is expected")
            return origin(self._value(arguments[0], one, (*path, index)) for index, one in enumerate(value))
        if origin is not None:  # a mapping
            if not isinstance(value, dict):
                self.refuse(path, "a table is expected")
            return {
                self._value(arguments[0], name, (*path, name)): self._value(arguments[1], one, (*path, name))
                for name, one in value.items()
            }
        if is_dataclass(hint):
            return self.dataclass_of(hint, value, path)
        return self._scalar(hint, value, path)

    def _scalar(self, hint: Any, value: Any, path: Path) -> Any:
        if isinstance(hint, type) and issubclass(hint, Enum):
            try:
                return hint(value)
            except ValueError:
                self.refuse(path, f"“{value}” is not one of {', '.join(one.value for one in hint)}")
        if type(value) is not hint:  # exactly: a truth value is no number
            self.refuse(path, f"{_KINDS.get(hint, hint.__name__)} is expected, not “{value}”")
        if hint is int and value < 0:
            self.refuse(path, f"{value} is negative")
        if hint is datetime and value.tzinfo is None:
            self.refuse(path, "a moment needs its offset, such as +08:00")
        if hint is int and str(path[-1]).endswith("_bps") and path[-1] != "bad_max_bps" and value > WHOLE_BPS:
            self.refuse(path, f"{value} basis points are more than the whole")
        return value


def _is_required(one: "Field[Any]") -> bool:
    factory: Callable[[], Any] | Any = one.default_factory
    return one.default is MISSING and factory is MISSING
