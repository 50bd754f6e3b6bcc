"""Public videos by content: the key is the digest of the MP4, and a folder holds all that players ask for.

What is stored never changes, so browsers may keep it for good. The files lie in the same store as pictures (`infra.media`).
"""

import hashlib
import re
from pathlib import Path
from typing import IO, cast

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage

FOLDER = "videos"
WHOLE, SMALL, PLAYLIST = "video.mp4", "small.mp4", "index.m3u8"  # small: the smallest size as a whole, for slow lines
KEY = re.compile(r"^[0-9a-f]{40}$")


def keep_clip(folder: Path) -> str:
    """Store what a media engine made in a folder; return its key. The same video is stored once."""
    key = _digest(folder / WHOLE)
    if not has_clip(key):
        files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != WHOLE)
        for path in (*files, folder / WHOLE):  # the whole last: its being there says that all are
            _save(f"{_folder(key)}/{path.relative_to(folder).as_posix()}", path)
    return key


def has_clip(key: str, name: str = WHOLE) -> bool:
    """Say whether a video with this key is stored, or that file of it."""
    return bool(KEY.match(key)) and default_storage.exists(f"{_folder(key)}/{name}")


def open_clip(key: str, name: str = WHOLE) -> IO[bytes]:
    """Open a stored MP4. Raises FileNotFoundError."""
    if not KEY.match(key):
        raise FileNotFoundError(key)
    return cast("IO[bytes]", default_storage.open(f"{_folder(key)}/{name}"))


def forget_clip(key: str) -> None:
    """Remove a video and all that players ask for; one that is gone already is fine."""
    if KEY.match(key):
        default_storage.delete(f"{_folder(key)}/{WHOLE}")  # the whole first: what is not whole is stored anew
        _remove(_folder(key))


def clip_url(key: str, name: str = PLAYLIST) -> str:
    """Return the address of a file of a video; an empty key has none."""
    return f"{settings.MEDIA_URL}{_folder(key)}/{name}" if key else ""


def _folder(key: str) -> str:
    return f"{FOLDER}/{key[:2]}/{key[2:]}"


def _remove(folder: str) -> None:
    if not default_storage.exists(folder):
        return
    folders, files = default_storage.listdir(folder)
    for name in files:
        default_storage.delete(f"{folder}/{name}")
    for name in folders:
        _remove(f"{folder}/{name}")
    default_storage.delete(folder)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:40]


def _save(name: str, path: Path) -> None:
    if not default_storage.exists(name):
        with path.open("rb") as file:
            default_storage.save(name, File(file))
