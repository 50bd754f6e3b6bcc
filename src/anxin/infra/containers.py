"""What kind of file an upload is, told by its bytes and never by its name; and whether it is locked.

Only the demuxers named here are ever opened: others (playlists, concatenations) can name further files.
"""

from pathlib import Path
from typing import BinaryIO

from anxin.infra import media_engine as port
from anxin.kernel.errors import AnxinError

HEAD_BYTES = 512 * 1024
BOX_HEAD, LARGE_BOX_HEAD = 8, 16
MOOV_BYTES_MAX = 64 * 1024 * 1024
_EBML = b"\x1a\x45\xdf\xa3"
_CONTENT_ENCODING, _CONTENT_ENCRYPTION, _CLUSTER = b"\x62\x40", b"\x50\x35", b"\x1f\x43\xb6\x75"
_FIRST_BOXES = (b"ftyp", b"moov", b"wide", b"mdat", b"free", b"skip")  # old QuickTime files have no `ftyp`
_LOCKED_BOXES = (b"pssh", b"encv", b"enca")  # ISO/IEC 23001-7
_PICTURE_BRANDS = (b"avif", b"heic", b"mif1", b"heix")


def family_of(path: Path) -> str | type[AnxinError]:
    """Return the demuxer for a file, or the class of the refusal: empty, no video, locked, cut off before its index."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        if not head:
            return port.VideoEmpty
        if head.startswith(_EBML):
            return port.VideoEncrypted if _is_locked_matroska(head) else "matroska"
        if head[4:8] not in _FIRST_BOXES or head[8:12] in _PICTURE_BRANDS:
            return port.NotAVideo
        index = _moov(file, path.stat().st_size)
    if index is None:
        return port.VideoDamaged
    return port.VideoEncrypted if any(box in index for box in _LOCKED_BOXES) else "mp4"


def _is_locked_matroska(head: bytes) -> bool:
    before, _, _ = head.partition(_CLUSTER)
    encoding = before.find(_CONTENT_ENCODING)
    return encoding >= 0 and _CONTENT_ENCRYPTION in before[encoding:]


def _moov(file: BinaryIO, length: int) -> bytes | None:
    """Return the movie box of an MP4 file, None where there is none within the file."""
    at = 0
    while at + BOX_HEAD <= length:
        file.seek(at)
        head = file.read(LARGE_BOX_HEAD)
        size, kind = int.from_bytes(head[:4], "big"), head[4:8]
        if size == 1:
            size = int.from_bytes(head[8:16], "big")
        elif size == 0:
            size = length - at
        if size < BOX_HEAD or (kind == b"moov" and at + size > length):
            return None
        if kind == b"moov":
            file.seek(at)
            return file.read(min(size, MOOV_BYTES_MAX))
        at += size
    return None
