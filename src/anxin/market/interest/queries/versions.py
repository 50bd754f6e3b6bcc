"""The versions of the rank model that one can go back to."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from anxin.kernel.clock import Instant
from anxin.kernel.errors import AnxinError
from anxin.market.interest.brain.door import is_written
from anxin.market.interest.models import Rollback

ROLLBACKS_SHOWN = 20


class Soundness(StrEnum):
    """What reading a version through says of it."""

    WHOLE = "whole"
    MISSING = "missing"
    CHANGED = "changed"  # its checksum is wrong
    FOREIGN = "foreign"  # made by another recipe


@dataclass(frozen=True)
class ModelVersion:
    """A snapshot of the rank model; `position` names it: how many records of what was shown and of what came of it it knows."""

    position: int
    taken_at: Instant
    impressions: int
    outcomes: int
    size_bytes: int
    checksum: str
    soundness: Soundness


@dataclass(frozen=True)
class Serving:
    """The model that servers read now."""

    position: int
    impressions: int
    outcomes: int
    features: int
    size_bytes: int


@dataclass(frozen=True)
class Models:
    """The model in use, the versions behind it (newest first), and why there is none."""

    serving: Serving | None = None
    versions: tuple[ModelVersion, ...] = ()
    problem: AnxinError | None = None


@dataclass(frozen=True)
class RollbackFacts:
    """A wish to go back, and what became of it."""

    position: int
    reason: str
    asked_by: UUID | None
    asked_at: Instant
    done_at: Instant | None
    failure: str


def models() -> Models:
    """Return the model in use and its versions, each read through; no statement."""
    if not is_written():
        return Models()
    from anxin.engine.errors import ModelUnreadable
    from anxin.market.interest.brain import files

    found = tuple(reversed(model_versions()))
    try:
        return Models(_serving(files.folder() / files.RANK), found)
    except ModelUnreadable as failure:
        return Models(None, found, failure)


def model_versions() -> list[ModelVersion]:
    """Return the versions, oldest first."""
    from anxin.engine.rank import snapshots
    from anxin.market.interest.brain import files

    folder = files.folder() / "snapshots"
    return [_version(folder, one) for one in snapshots.versions(folder)]


def rollbacks() -> tuple[RollbackFacts, ...]:
    """Return the latest wishes to go back: one statement."""
    rows = Rollback.objects.order_by("-pk")[:ROLLBACKS_SHOWN]
    return tuple(
        RollbackFacts(row.position, row.reason, row.asked_by, row.asked_at, row.done_at, row.failure) for row in rows
    )


def _version(folder: Path, one: Any) -> ModelVersion:
    path = folder / f"{one.position:015d}.model"
    impressions, outcomes, size, soundness = 0, 0, 0, Soundness.MISSING
    with suppress(FileNotFoundError):  # it may be taken away while it is looked at
        told = path.stat()
        size = told.st_size
        soundness, impressions, outcomes = _read(path, one.checksum, one.recipe, (told.st_ino, told.st_mtime_ns, size))
    taken = datetime.fromtimestamp(one.taken_at, UTC)
    return ModelVersion(one.position, taken, impressions, outcomes, size, one.checksum, soundness)


@lru_cache(maxsize=64)
def _read(path: Path, checksum: str, recipe: str, _stamp: tuple[int, int, int]) -> tuple[Soundness, int, int]:
    """Read a version through; one that did not change since is not read again."""
    from anxin.engine.errors import ModelUnreadable
    from anxin.engine.rank.model import Model
    from anxin.engine.rank.snapshots import is_sound
    from anxin.engine.serving import RECIPE

    if recipe != RECIPE.text():
        return Soundness.FOREIGN, 0, 0
    if not is_sound(path, checksum):
        return Soundness.CHANGED, 0, 0
    try:
        facts = Model.open(path, RECIPE).facts()
    except ModelUnreadable:
        return Soundness.CHANGED, 0, 0
    return Soundness.WHOLE, facts.impressions, facts.outcomes


def _serving(path: Path) -> Serving:
    from anxin.engine.rank.model import Model
    from anxin.engine.serving import RECIPE

    facts = Model.open(path, RECIPE).facts()
    return Serving(facts.position, facts.impressions, facts.outcomes, facts.features, path.stat().st_size)
