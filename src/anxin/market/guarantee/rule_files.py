"""Where the files of promises and rules lie, and how an edited folder is taken over.

An operator's own folder (setting ANXIN_PROMISES) is not read while the market runs: it is looked at as a whole, copied
under its own digest into the data directory, and a link is switched. A process that starts anew goes by the link.
"""

import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from anxin.market.guarantee.domain.rule_set import PROMISES, RULES, RuleSet, read_rule_set, refuse_altered
from anxin.market.guarantee.errors.promises import BadPromiseFile, NoRuleFolder

PACKAGE = Path(__file__).parent
PLACE = "guarantee"
CURRENT = "current"
DIGEST_LENGTH = 16


@dataclass(frozen=True)
class Accepted:
    """A set that was looked at and taken over: its digest, and whether it was another one before."""

    edition: str
    is_new: bool


def texts_of(folder: Path) -> dict[str, str]:
    """Return the texts of a folder's files by name; a part that it does not hold is the package's own.

    Raises NoRuleFolder where there is none, BadPromiseFile for a file that is no text.
    """
    if not any((folder / part).is_dir() for part in (PROMISES, RULES)):
        raise NoRuleFolder(folder)
    texts = {}
    for part in (PROMISES, RULES):
        place = folder / part if (folder / part).is_dir() else PACKAGE / part
        for path in sorted(place.glob("*.toml")):
            texts[f"{part}/{path.name}"] = _text(path, f"{part}/{path.name}")
    return texts


def read_files(folder: Path) -> RuleSet:
    """Return what a folder says. Raises NoRuleFolder, and BadPromiseFile with file, line and reason."""
    return read_rule_set(texts_of(folder))


def edition_of(texts: dict[str, str]) -> str:
    """Return the digest that names these texts."""
    return hashlib.sha256(json.dumps(texts, sort_keys=True).encode()).hexdigest()[:DIGEST_LENGTH]


def accepted(home: Path) -> Path | None:
    """Return the folder that was accepted last, by its digest; None where none ever was."""
    current = home / PLACE / CURRENT
    return home / PLACE / current.readlink() if current.is_symlink() else None


def look(source: Path, home: Path, *, today: date) -> dict[str, str]:
    """Return the texts of a folder that may be accepted. Raises NoRuleFolder, BadPromiseFile."""
    texts = texts_of(source)
    before = PACKAGE if (kept := accepted(home)) is None else kept
    found = read_rule_set(texts)
    try:
        held = read_files(before)
    except BadPromiseFile:  # accepted by an older version, and no longer readable: there is nothing to compare with
        return texts
    refuse_altered(held, found, today=today)
    return texts


def accept(source: Path, home: Path, *, today: date) -> Accepted:
    """Take a folder over: copied as a whole, then switched to in one step. Raises NoRuleFolder, BadPromiseFile."""
    texts = look(source, home, today=today)
    edition, before = edition_of(texts), accepted(home)
    place = home / PLACE / edition
    if not place.exists():
        _write(texts, place)
    if before != place:
        _switch(place)
    return Accepted(edition, before != place)


def _write(texts: dict[str, str], place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    growing = Path(tempfile.mkdtemp(dir=place.parent, prefix="."))
    for name, text in texts.items():
        path = growing / name
        path.parent.mkdir(exist_ok=True)
        with path.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())  # the digest in the name promises that all of it is there
    try:
        growing.rename(place)
    except OSError:  # another process wrote the same
        shutil.rmtree(growing)


def _switch(place: Path) -> None:
    link = place.parent / f".{CURRENT}-{os.getpid()}"
    link.unlink(missing_ok=True)
    link.symlink_to(place.name)
    link.replace(place.parent / CURRENT)


def _text(path: Path, name: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as wrong:
        line = path.read_bytes()[: wrong.start].count(b"\n") + 1
        raise BadPromiseFile(name, line, "this is not UTF-8") from wrong
    except OSError as wrong:
        raise BadPromiseFile(name, 1, wrong.strerror or str(wrong)) from wrong
