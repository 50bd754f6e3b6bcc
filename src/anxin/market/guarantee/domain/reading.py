"""Promise files (`promises/*.toml`) → values. Pure: texts in, promises out.

Every wrong file is a BadPromiseFile with file, line and reason: an unknown or missing field, a word that does not exist,
a negative number, a period that overlaps another, an arithmetic that nobody wrote.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass, replace
from datetime import datetime
from enum import Enum
from itertools import pairwise
from types import UnionType
from typing import Any, NoReturn, Union, get_args, get_origin, get_type_hints

from anxin.market.guarantee.domain import canonical
from anxin.market.guarantee.domain.arithmetic import ARITHMETICS
from anxin.market.guarantee.domain.locating import Path, line_of
from anxin.market.guarantee.domain.promises import Promise, Version, Window
from anxin.market.guarantee.errors.promises import BadPromiseFile

GIVEN_BY_FILE = ("promise", "slot", "name", "name_en", "summary", "summary_en", "hash")
WHOLE_BPS = 10_000
_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")


@dataclass(frozen=True)
class Registry:
    """All promises, by slot."""

    promises: tuple[Promise, ...]

    def promise(self, code: str) -> Promise | None:
        """Return the promise of this code, or None."""
        return next((one for one in self.promises if one.code == code), None)

    def terms_at(self, profile: str, moment: datetime) -> dict[str, Version | None]:
        """Return the version of every promise that a profile holds at a moment, None where it holds none."""
        return {one.code: one.version_at(profile, moment) for one in self.promises}


def read_registry(texts: Mapping[str, str]) -> Registry:
    """Return the promises of some files, by file name. Raises BadPromiseFile."""
    found = [(name, read_promise(name, text)) for name, text in sorted(texts.items())]
    seen: dict[str, str] = {}
    for name, promise in found:
        if promise.code in seen:
            raise BadPromiseFile(
                name, line_of(texts[name], ("code",)), f"“{promise.code}” is also in {seen[promise.code]}"
            )
        seen[promise.code] = name
    return Registry(tuple(sorted((promise for _, promise in found), key=lambda one: (one.slot, one.code))))


def read_promise(file: str, text: str) -> Promise:
    """Return the promise of one file. Raises BadPromiseFile."""
    source = _Source(file, text)
    data = source.parsed()
    rows = data.pop("versions", None)
    if not isinstance(rows, list) or not rows:
        source.refuse(("versions",), "at least one [[versions]] is needed")
    promise: Promise = source.dataclass_of(Promise, data, (), given={"versions": ()})
    shared = {name: getattr(promise, name) for name in ("slot", "name", "name_en", "summary", "summary_en")}
    versions = tuple(
        source.version(row, ("versions", index), {"promise": promise.code, "hash": "", **shared})
        for index, row in enumerate(rows)
    )
    source.check_periods(versions)
    return replace(promise, versions=versions)


class _Source:
    """One file while it is read: knows where each value stands."""

    def __init__(self, file: str, text: str) -> None:
        self._file = file
        self._text = text

    def refuse(self, path: Path, why: str) -> NoReturn:
        raise BadPromiseFile(self._file, line_of(self._text, path), why)

    def parsed(self) -> dict[str, Any]:
        try:
            return tomllib.loads(self._text)
        except tomllib.TOMLDecodeError as error:
            found = _AT_LINE.search(str(error))
            last = self._text.count("\n") + 1
            raise BadPromiseFile(self._file, int(found[1]) if found else last, str(error)) from error

    def version(self, row: Any, path: Path, given: Mapping[str, Any]) -> Version:
        version: Version = self.dataclass_of(Version, row, path, given=given)
        _Sense(self, version, path).check()
        return replace(version, hash=canonical.fingerprint(version))

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

    def check_periods(self, versions: Sequence[Version]) -> None:
        """Refuse numbers that do not grow and periods that overlap, within each profile."""
        for profile in {one.profile for one in versions}:
            rows = [(index, one) for index, one in enumerate(versions) if one.profile == profile]
            for (_, before), (index, after) in pairwise(rows):
                if after.version <= before.version:
                    self.refuse(
                        ("versions", index, "version"), f"version {after.version} does not follow {before.version}"
                    )
                if before.effective_until is None or before.effective_until > after.effective_from:
                    why = f"version {after.version} of {profile} begins before version {before.version} ends"
                    self.refuse(("versions", index, "effective_from"), why)

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
            return {name: self._value(arguments[1], one, (*path, name)) for name, one in value.items()}
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


class _Sense:
    """What types cannot say about a version."""

    def __init__(self, source: _Source, version: Version, path: Path) -> None:
        self._source = source
        self._version = version
        self._path = path

    def check(self) -> None:
        version = self._version
        if version.effective_until is not None and version.effective_until <= version.effective_from:
            self._refuse("the period ends before it begins", "effective_until")
        if version.remedy.arithmetic not in ARITHMETICS:
            known = ", ".join(sorted(ARITHMETICS))
            self._refuse(f"no arithmetic “{version.remedy.arithmetic}”; known are {known}", "remedy", "arithmetic")
        if not version.source.strip():
            self._refuse("a rule needs its source", "source")
        if not version.payers:
            self._refuse("somebody has to pay", "payers")
        self._rising([one.paid_from_minor for one in version.evidence], "evidence")
        self._rising([one.bad_max_bps for one in version.remedy.ratio_tiers], "remedy", "ratio_tiers")
        self._stages()
        self._windows()

    def _stages(self) -> None:
        for index, stage in enumerate(self._version.remedy.stages):
            if stage.min_minor > stage.max_minor:
                self._refuse("the least is more than the most", "remedy", "stages", index, "min_minor")

    def _windows(self) -> None:
        windows: list[tuple[Window, Path]] = [(self._version.window, ("window",))]
        windows += [
            (one.window, ("reasons", index, "window"))
            for index, one in enumerate(self._version.reasons)
            if one.window is not None
        ]
        for window, path in windows:
            if window.hours == 0:
                self._refuse("a window of no hours is never open", *path, "hours")

    def _rising(self, numbers: Iterable[int], *path: str | int) -> None:
        for index, (before, after) in enumerate(pairwise(numbers)):
            if after <= before:
                self._refuse(f"{after} does not rise above {before}", *path, index + 1)

    def _refuse(self, why: str, *path: str | int) -> NoReturn:
        self._source.refuse((*self._path, *path), why)


_KINDS: Mapping[Any, str] = {int: "a whole number", str: "a text", bool: "true or false", datetime: "a moment"}


def _is_required(one: "Field[Any]") -> bool:
    factory: Callable[[], Any] | Any = one.default_factory
    return one.default is MISSING and factory is MISSING
