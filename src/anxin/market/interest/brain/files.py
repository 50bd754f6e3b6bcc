"""The engine's files in the data directory: written whole or not at all, checked before they are used.

One process writes (`learner.py`), any number read. `current.json` names what belongs together; `live` and the rank model are
mapped and change in place, everything else is a new file a version.
"""

import io
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import numpy as np

from anxin.engine.compiling import Table
from anxin.engine.recall.live import Live, Room, live_of
from anxin.infra.config import config
from anxin.market.interest.errors import (
    EngineClosed,
    EngineDamaged,
    EngineForeign,
    EngineMissing,
    EngineUnreadable,
)

FORMAT = 2  # 1 knew people by their ids
MAGIC = b"ANXBRAIN"
LIVE_MAGIC = b"ANXLIVE1"
PAGE = 4096
DIGEST = 32
MANIFEST = "current.json"
RANK = "rank.model"
FACTS = "facts"
DTYPES = tuple(array.dtype.str for array in live_of(1, 1, Room(1, 1, 1)))


@dataclass(frozen=True)
class Manifest:
    """What belongs together. `at` is when it was written, `behind_s` how old the last event learned was then."""

    version: int
    items: str
    tables: str
    live: str
    learned: int  # impressions that the rank model has seen
    at: int
    behind_s: int
    format: int = FORMAT
    cursor: str = ""  # transaction, event and day up to which events were followed
    index: str = ""  # lists of what is alike, where there are so many items that comparing with all takes too long
    lists: str = ""  # of what goes with what; none where nothing does yet


def folder() -> Path:
    """Return where the engine's files lie."""
    return config().home_path / "interest"


def write(path: Path, arrays: Mapping[str, Table], facts: Mapping[str, Any]) -> None:
    """Write arrays and JSON facts with their checksum, in the place of what was there at once or not at all."""
    body = io.BytesIO()
    told = np.frombuffer(json.dumps(facts).encode(), np.uint8)
    np.savez(body, **{FACTS: told}, **arrays)  # type: ignore[arg-type]
    data = body.getvalue()
    replace(path, MAGIC + sha256(data).digest() + data)


def read(path: Path) -> tuple[dict[str, Table], dict[str, Any]]:
    """Return what `write` wrote. Raises EngineUnreadable for a file that is missing, cut short, changed or another's."""
    try:
        whole = path.read_bytes()
    except OSError as failure:
        raise _unread(path.name, failure) from failure
    head, digest, data = whole[: len(MAGIC)], whole[len(MAGIC) : len(MAGIC) + DIGEST], whole[len(MAGIC) + DIGEST :]
    if head != MAGIC:
        raise EngineForeign(path.name)
    if sha256(data).digest() != digest:
        raise EngineDamaged(path.name)
    with np.load(io.BytesIO(data), allow_pickle=False) as held:
        arrays = {name: held[name] for name in held.files}
    return arrays, json.loads(arrays.pop(FACTS).tobytes())


def _unread(name: str, failure: OSError) -> EngineUnreadable:
    return EngineMissing(name) if isinstance(failure, FileNotFoundError) else EngineClosed(name)


def replace(path: Path, data: bytes) -> None:
    """Put bytes in the place of a file."""
    fresh = path.with_name(f"{path.name}.making")
    with fresh.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def publish(manifest: Manifest) -> None:
    """Tell readers which files belong together now."""
    replace(folder() / MANIFEST, json.dumps(asdict(manifest)).encode())


def manifest() -> Manifest:
    """Return which files belong together. Raises EngineUnreadable."""
    path = folder() / MANIFEST
    try:
        told = json.loads(path.read_text())
        if told.get("format") != FORMAT:
            raise EngineForeign(MANIFEST)
        return Manifest(**told)
    except FileNotFoundError as failure:
        raise EngineMissing(MANIFEST) from failure
    except (OSError, ValueError, TypeError, AttributeError) as failure:
        raise EngineDamaged(MANIFEST) from failure


def make_live(path: Path, content: Live) -> Live:
    """Write a live state into a file of its own and return it mapped for writing."""
    shapes = [list(array.shape) for array in content]
    head = LIVE_MAGIC + json.dumps({"format": FORMAT, "shapes": shapes}).encode()
    fresh = path.with_name(f"{path.name}.making")
    with fresh.open("wb") as file:
        file.write(head.ljust(PAGE, b"\0"))
        for array in content:
            file.write(np.ascontiguousarray(array).tobytes())
    fresh.replace(path)
    return open_live(path, writable=True)


def open_live(path: Path, *, writable: bool = False) -> Live:
    """Map a live state. Raises EngineUnreadable for one that is missing, cut short or of another version."""
    mode: Literal["r+", "r"] = "r+" if writable else "r"
    try:
        with path.open("rb") as file:
            head = file.read(PAGE).rstrip(b"\0")
        size = path.stat().st_size
    except OSError as failure:
        raise _unread(path.name, failure) from failure
    try:
        told = json.loads(head.removeprefix(LIVE_MAGIC))
        shapes = [tuple(shape) for shape in told["shapes"]]
        known = head.startswith(LIVE_MAGIC) and told["format"] == FORMAT and len(shapes) == len(DTYPES)
    except (ValueError, TypeError, KeyError) as failure:
        raise EngineForeign(path.name) from failure
    lengths = [int(np.prod(shape)) * np.dtype(kind).itemsize for shape, kind in zip(shapes, DTYPES, strict=False)]
    if not known:
        raise EngineForeign(path.name)
    if size != PAGE + sum(lengths):
        raise EngineDamaged(path.name)
    starts = np.concatenate([[0], np.cumsum(lengths)])[:-1] + PAGE
    return Live(
        *(
            np.memmap(path, kind, mode, int(start), shape)
            for kind, start, shape in zip(DTYPES, starts, shapes, strict=True)
        )
    )


class Held:
    """A file that was mapped: whether it still has its length, whatever became of its name."""

    def __init__(self, path: Path) -> None:
        self._number = os.open(path, os.O_RDONLY)
        self._size = os.fstat(self._number).st_size

    @property
    def is_whole(self) -> bool:
        """Whether nothing was cut off."""
        return os.fstat(self._number).st_size == self._size

    def __del__(self, close: Callable[[int], None] = os.close) -> None:
        close(self._number)  # at the end of a process the module is gone before its objects are


def remove_others(prefix: str, kept: set[str]) -> None:
    """Remove files of older versions; who has one mapped keeps it."""
    for path in folder().glob(f"{prefix}-*"):
        if path.name not in kept:
            path.unlink(missing_ok=True)
