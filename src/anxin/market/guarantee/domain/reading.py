"""Promise files (`promises/*.toml`) → values. Pure: texts in, promises out.

Every wrong file is a BadPromiseFile with file, line and reason: an unknown or missing field, a word that does not exist,
a negative number, a period that overlaps another, an arithmetic that nobody wrote.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any, NoReturn

from anxin.market.guarantee.domain import canonical
from anxin.market.guarantee.domain.arithmetic import ARITHMETICS
from anxin.market.guarantee.domain.locating import Path, line_of
from anxin.market.guarantee.domain.promises import Promise, Version, Window
from anxin.market.guarantee.domain.toml_source import Source
from anxin.market.guarantee.errors.promises import BadPromiseFile


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
    source = Source(file, text)
    data = source.parsed()
    rows = data.pop("versions", None)
    if not isinstance(rows, list) or not rows:
        source.refuse(("versions",), "at least one [[versions]] is needed")
    promise: Promise = source.dataclass_of(Promise, data, (), given={"versions": ()})
    shared = {name: getattr(promise, name) for name in ("slot", "name", "name_en", "summary", "summary_en")}
    versions = tuple(
        _version(source, row, ("versions", index), {"promise": promise.code, "hash": "", **shared})
        for index, row in enumerate(rows)
    )
    _check_periods(source, versions)
    return replace(promise, versions=versions)


def _version(source: Source, row: Any, path: Path, given: Mapping[str, Any]) -> Version:
    version: Version = source.dataclass_of(Version, row, path, given=given)
    _Sense(source, version, path).check()
    return replace(version, hash=canonical.fingerprint(version))


def _check_periods(source: Source, versions: Sequence[Version]) -> None:
    """Refuse numbers that do not grow and periods that overlap, within each profile."""
    for profile in {one.profile for one in versions}:
        rows = [(index, one) for index, one in enumerate(versions) if one.profile == profile]
        for (_, before), (index, after) in pairwise(rows):
            if after.version <= before.version:
                source.refuse(
                    ("versions", index, "version"), f"version {after.version} does not follow {before.version}"
                )
            if before.effective_until is None or before.effective_until > after.effective_from:
                why = f"version {after.version} of {profile} begins before version {before.version} ends"
                source.refuse(("versions", index, "effective_from"), why)


class _Sense:
    """What types cannot say about a version."""

    def __init__(self, source: Source, version: Version, path: Path) -> None:
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
