"""What pictures look like: made once for each key, kept in a file of the learner's, given to whoever describes items.

A picture never changes under its key, so what was made of it holds for good. One thread makes some at a time; nothing waits for
it, and an item is described without its picture until then.
"""

import io
import logging
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from itertools import islice
from pathlib import Path
from zlib import crc32

import numpy as np
from PIL import Image

from anxin.engine.compiling import Floats
from anxin.engine.recall.content import PICTURE, picture_features
from anxin.infra.media import Size, picture_bytes

log = logging.getLogger(__name__)

MAGIC = b"ANXPICT1"
RECORD = np.dtype([("key", "u1", (20,)), ("numbers", "<f2", (PICTURE,)), ("sum", "<u4")])
PART = 64  # pictures that are looked at before what was made of them is taken over


class Pictures:
    """The numbers of pictures by their keys, and the file that keeps them; without a file they are kept in memory alone."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._known: dict[str, Floats] = {}
        if path is not None:
            self._read(path)

    def __len__(self) -> int:
        return len(self._known)

    def __contains__(self, key: str) -> bool:
        return key in self._known

    def get(self, key: str) -> Floats | None:
        """Return a picture's numbers, None while they are not made."""
        return self._known.get(key)

    def keep(self, made: Mapping[str, Floats]) -> None:
        """Keep what was made of pictures. A file that cannot be written loses nothing but time."""
        self._known.update(made)
        if self._path is None or not made:
            return
        try:
            with self._path.open("ab") as file:
                file.write(b"".join(_record(key, numbers) for key, numbers in made.items()))
        except OSError:
            log.exception("what was made of pictures could not be kept")

    def _read(self, path: Path) -> None:
        """Read what is whole; a record that was cut off or changed is made anew, a file that is none of ours as well."""
        whole = path.read_bytes() if path.is_file() else b""
        if not whole.startswith(MAGIC):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(MAGIC)
            return
        count = (len(whole) - len(MAGIC)) // RECORD.itemsize
        end = len(MAGIC) + count * RECORD.itemsize
        for row in np.frombuffer(whole, RECORD, count, len(MAGIC)):
            if crc32(row.tobytes()[:-4]) == row["sum"]:
                self._known[row["key"].tobytes().hex()] = row["numbers"].astype(np.float32)
        if end < len(whole):
            with path.open("r+b") as file:
                file.truncate(end)


def _record(key: str, numbers: Floats) -> bytes:
    body = bytes.fromhex(key) + numbers.astype("<f2").tobytes()
    return body + crc32(body).to_bytes(4, "little")


class Looker:
    """Makes the numbers of pictures in a thread of its own, PART at a time."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="pictures")
        self._part: Future[dict[str, Floats | None]] | None = None

    @property
    def is_looking(self) -> bool:
        """Whether a part is being made, or waits to be taken over."""
        return self._part is not None

    def turn(self, wanted: Iterable[str]) -> dict[str, Floats | None] | None:
        """Begin a part where none is being made; return one that is done. None of what cannot be read."""
        made = None
        if self._part is not None and self._part.done():
            made, self._part = self._part.result(), None
        elif self._part is None and (keys := list(islice(wanted, PART))):
            self._part = self._thread.submit(_looked_at, keys)
        return made

    def wait(self) -> None:
        """Return once no part is being made."""
        wait([self._part] if self._part is not None else [])

    def close(self) -> None:
        """Begin no more."""
        self._thread.shutdown(cancel_futures=True)


def _looked_at(keys: list[str]) -> dict[str, Floats | None]:
    return {key: numbers_of(key) for key in keys}


def numbers_of(key: str) -> Floats | None:
    """Return the numbers of a stored picture, None of one that is missing or cannot be read."""
    try:
        with Image.open(io.BytesIO(picture_bytes(key, Size.THUMB)), formats=("JPEG",)) as picture:
            return picture_features(np.asarray(picture.convert("RGB")))
    except Exception:  # whatever a store answers, items are described without this picture
        log.exception("picture %s cannot be looked at", key)
        return None


NO_PICTURES = Pictures()
