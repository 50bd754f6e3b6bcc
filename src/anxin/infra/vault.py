"""Private files (identity papers and the like): under the data directory, readable by its owner only, never served as
static files. A page that shows one asks the policy table first and reads it from here.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from anxin.infra.config import config
from anxin.kernel.errors import AnxinError, Kind
from anxin.kernel.ids import new_id


class NotInVault(AnxinError):
    """This file is no longer kept."""

    code = "vault.missing"
    kind = Kind.NOT_FOUND


def keep(data: bytes) -> str:
    """Write a private file and return its name. A file whose row is never written is harmless: nobody knows its name."""
    return keep_chunks([data])


def keep_chunks(chunks: Iterable[bytes]) -> str:
    """Write a private file piece by piece, never holding all of it, and return its name."""
    name = str(new_id())
    path = _path(name)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        for chunk in chunks:
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return name


def reserve() -> str:
    """Make an empty private file that is filled piece by piece and return its name."""
    return keep_chunks([])


def write_at(name: str, offset: int, data: bytes) -> None:
    """Write bytes into a private file at an offset, on the disk before this returns. Raises NotInVault."""
    with located(name).open("r+b") as file:
        file.seek(offset)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def read_at(name: str, offset: int, length: int) -> bytes:
    """Return up to `length` bytes of a private file from an offset on. Raises NotInVault."""
    with located(name).open("rb") as file:
        file.seek(offset)
        return file.read(length)


def located(name: str) -> Path:
    """Return where a private file lies, for what is too large to hold. Raises NotInVault."""
    path = _path(name)
    if not path.is_file():
        raise NotInVault
    return path


def read(name: str) -> bytes:
    """Return the bytes of a private file. Raises NotInVault."""
    try:
        return _path(name).read_bytes()
    except FileNotFoundError as missing:
        raise NotInVault from missing


def forget(name: str) -> None:
    """Remove a private file; one that is gone already is fine."""
    _path(name).unlink(missing_ok=True)


def _path(name: str) -> Path:
    """Names are UUIDs and nothing else, so no name can climb out of the folder."""
    identifier = UUID(name)
    return config().home_path / "vault" / identifier.hex[-2:] / str(identifier)
