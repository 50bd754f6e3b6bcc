"""Public pictures by content: the key is the digest of the bytes, so a picture is stored once and never changes."""

import hashlib
import io
import re
from enum import IntEnum

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from anxin.infra.uploads import clean_picture

FOLDER = "pictures"
SIDE_MAX = 1600
KEY = re.compile(r"^[0-9a-f]{40}$")
THUMBNAIL_QUALITY = 82


class Size(IntEnum):
    """The longest side of a stored rendition in pixels."""

    THUMB = 160
    CARD = 480
    FULL = SIDE_MAX


def store_picture(data: bytes) -> str:
    """Clean and store an uploaded picture with its renditions; return its key.

    Raises UploadTooLarge, UploadNotAPicture, PictureTooBig (`anxin.infra.uploads`).
    """
    return keep_picture(clean_picture(data, side_max=SIDE_MAX))


def keep_picture(jpeg: bytes) -> str:
    """Store a JPEG that we encoded ourselves, with its renditions; return its key. The same bytes are stored once."""
    key = hashlib.sha256(jpeg).hexdigest()[:40]
    if not has_picture(key):
        for size in (Size.THUMB, Size.CARD):
            _save(key, size, _rendition(jpeg, size))
        _save(key, Size.FULL, jpeg)  # last: its being there says that all are
    return key


def has_picture(key: str) -> bool:
    """Say whether a picture with this key is stored."""
    return bool(KEY.match(key)) and default_storage.exists(_name(key, Size.FULL))


def picture_bytes(key: str, size: Size = Size.FULL) -> bytes:
    """Return the stored JPEG, in full size or another."""
    with default_storage.open(_name(key, size)) as file:
        return bytes(file.read())


def picture_url(key: str, size: Size = Size.FULL) -> str:
    """Return the address of a rendition; an empty key has none."""
    return f"{settings.MEDIA_URL}{_name(key, size)}" if key else ""


def _name(key: str, size: Size) -> str:
    return f"{FOLDER}/{key[:2]}/{key[2:]}-{size.value}.jpg"


def _rendition(jpeg: bytes, size: Size) -> bytes:
    picture = Image.open(io.BytesIO(jpeg), formats=("JPEG",))
    picture.draft("RGB", (size, size))  # libjpeg scales while it decodes, to no less than asked, several times faster
    picture.thumbnail((size, size), Image.Resampling.HAMMING)
    encoded = io.BytesIO()
    picture.save(encoded, "JPEG", quality=THUMBNAIL_QUALITY)
    return encoded.getvalue()


def _save(key: str, size: Size, data: bytes) -> None:
    name = _name(key, size)
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(data))
