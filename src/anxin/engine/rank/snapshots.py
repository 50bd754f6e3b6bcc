"""Versions of a model: saved whole or not at all, checked before they are used, and where to go back to."""

import json
import shutil
from collections.abc import Collection
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from anxin.engine.errors import ModelDamaged, ModelForeign, ModelUnreadable, NoGoodSnapshot
from anxin.engine.rank.heads import Recipe
from anxin.engine.rank.log import Log
from anxin.engine.rank.model import Model

KEPT = 7


@dataclass(frozen=True)
class Version:
    """One snapshot: the log position it was taken at names it."""

    position: int
    taken_at: int
    checksum: str
    recipe: str


def save(model: Model, folder: Path, *, now: int, kept: int | None = KEPT) -> Version:
    """Copy the model into `folder` with its checksum, and remove all but the newest `kept` versions (None: remove none).

    Call it from the learner, between two steps. The description is written last: a copy without one does not count.
    """
    model.flush()
    folder.mkdir(parents=True, exist_ok=True)
    target = _file(folder, model.position)
    shutil.copyfile(model.path, target)
    version = Version(model.position, now, _checksum(target), model.recipe.text())
    description = target.with_suffix(".json.making")
    description.write_text(json.dumps(asdict(version)))
    description.replace(target.with_suffix(".json"))
    if kept is not None:
        keep_only(folder, {one.position for one in versions(folder)[-kept:]})
    return version


def keep_only(folder: Path, positions: Collection[int]) -> None:
    """Remove all versions but those at `positions`, the description first."""
    for old in versions(folder):
        if old.position not in positions:
            _file(folder, old.position).with_suffix(".json").unlink()
            _file(folder, old.position).unlink(missing_ok=True)


def is_sound(path: Path, checksum: str) -> bool:
    """Say whether a copy is as it was when its checksum was taken."""
    return path.is_file() and _checksum(path) == checksum


def versions(folder: Path) -> list[Version]:
    """Return the versions in `folder`, oldest first. They are not read through; `restore` does that."""
    found = []
    for path in folder.glob("*.json"):
        try:
            found.append(Version(**json.loads(path.read_text())))
        except (ValueError, TypeError, OSError):
            continue
    return sorted(found, key=lambda version: version.position)


def restore(folder: Path, version: Version, path: Path, recipe: Recipe) -> Model:
    """Put a version in the place of the model at `path` (servers see `replaced`) and open it for learning."""
    source = _file(folder, version.position)
    if version.recipe != recipe.text():
        raise ModelForeign(str(source))
    if not is_sound(source, version.checksum):
        raise ModelDamaged(str(source))
    fresh = path.with_suffix(".restoring")
    shutil.copyfile(source, fresh)
    fresh.replace(path)
    return Model.open(path, recipe, writable=True)


def newest_good(folder: Path, path: Path, recipe: Recipe) -> Model:
    """Restore the newest version that is whole and of this recipe."""
    for version in reversed(versions(folder)):
        try:
            return restore(folder, version, path, recipe)
        except ModelUnreadable:
            continue
    raise NoGoodSnapshot(str(folder))


def open_or_recover(path: Path, recipe: Recipe, log: Log, folder: Path) -> Model:
    """Open the model for learning; a missing, foreign or half-written one is rebuilt from the newest good snapshot and the log.

    Without a snapshot it is learned from the whole log. If the log has forgotten what would be needed, the rebuilt model starts
    at the log's beginning: it knows less, and its `facts` say so.
    """
    try:
        return Model.open(path, recipe, writable=True)
    except ModelUnreadable:
        pass
    try:
        model = newest_good(folder, path, recipe)
    except NoGoodSnapshot:
        model = Model.create(path, recipe)
    if not log.base <= model.position <= log.end:
        model = Model.create(path, recipe)
        model.start_at(log.base)
    model.catch_up(log)
    return model


def _file(folder: Path, position: int) -> Path:
    return folder / f"{position:015d}.model"


def _checksum(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
