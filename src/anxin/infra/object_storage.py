"""Public media in an S3-compatible object store: the same names as in the data directory, for browsers and a CDN to fetch there.

Which bucket is a setting (`ANXIN_MEDIA_STORE`), where browsers find it another (`ANXIN_MEDIA_URL`); region, endpoint and keys
are the standard `AWS_…` variables. Names are digests of what lies under them, so objects may be cached for good. Private files
stay in the data directory (`infra/vault.py`).
"""

import io
import mimetypes
from datetime import timedelta
from typing import IO, Any

import obstore
from django.core.files import File
from django.core.files.storage import Storage
from django.utils.deconstruct import deconstructible
from obstore.store import S3Store

FOR_GOOD = "public, max-age=31536000, immutable"
READ_AHEAD = 64 * 1024
PATIENCE = timedelta(seconds=30)
KINDS = {".m3u8": "application/vnd.apple.mpegurl", ".ts": "video/mp2t"}  # what the system's table may lack or mistake


class _Object(io.RawIOBase):
    """An object read in ranges: who wants a mebibyte of a film does not fetch the film."""

    def __init__(self, objects: S3Store, name: str) -> None:
        self._objects, self._name, self._place = objects, name, 0
        self._size = int(obstore.head(objects, name)["size"])

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._place = offset + (0, self._place, self._size)[whence]
        return self._place

    def readinto(self, buffer: Any) -> int:
        wanted = min(len(buffer), self._size - self._place)
        if wanted <= 0:
            return 0
        part = obstore.get_range(self._objects, self._name, start=self._place, length=wanted)
        buffer[: len(part)] = part.to_bytes()
        self._place += len(part)
        return len(part)


@deconstructible
class ObjectStorage(Storage):
    """Django's storage over one bucket. What the store refuses, or does not answer in 30 seconds, raises obstore's errors."""

    def __init__(self, store: str, base_url: str) -> None:
        self._base_url = base_url
        self._objects = S3Store.from_url(
            store,
            client_options={"allow_http": True, "timeout": PATIENCE},
            retry_config={"max_retries": 3, "retry_timeout": PATIENCE},
        )

    def exists(self, name: str) -> bool:
        """Say whether an object has this name."""
        try:
            obstore.head(self._objects, name)
        except FileNotFoundError:
            return False
        return True

    def size(self, name: str) -> int:
        """Return how many bytes an object has. Raises FileNotFoundError."""
        return int(obstore.head(self._objects, name)["size"])

    def url(self, name: str | None) -> str:
        """Return where browsers find an object."""
        return f"{self._base_url}{name}"

    def delete(self, name: str) -> None:
        """Remove an object; one that is gone already is fine."""
        try:
            obstore.delete(self._objects, name)
        except FileNotFoundError:
            return

    def _open(self, name: str, mode: str = "rb") -> "File[Any]":
        if mode != "rb":
            raise ValueError(mode)  # what is stored never changes
        return File(io.BufferedReader(_Object(self._objects, name), READ_AHEAD), name)

    def _save(self, name: str, content: "File[Any]") -> str:
        kind = next((kind for end, kind in KINDS.items() if name.endswith(end)), None) or mimetypes.guess_type(name)[0]
        source: IO[bytes] = content.file  # type: ignore[assignment]
        obstore.put(
            self._objects,
            name,
            source,
            attributes={"Content-Type": kind or "application/octet-stream", "Cache-Control": FOR_GOOD},
        )
        return name
