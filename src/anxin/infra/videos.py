"""Uploaded videos: as with pictures, nothing of what a stranger sent is kept but what can be seen and heard.

Every frame and sound is decoded and encoded again (H.264 and AAC in MP4), small and short, so metadata, subtitles,
attachments and polyglot tricks end here. It is done by a process of its own (`recoding.py`) with little memory and time:
a file made to break a decoder breaks nothing else.
"""

import json
import subprocess
import sys
from dataclasses import dataclass

from anxin.kernel.errors import AnxinError, Kind

BYTES_MAX = 50 * 1024 * 1024
SECONDS_MAX = 60
WAIT_SECONDS_MAX = 180
_MP4_MARK, _WEBM_MARK = b"ftyp", b"\x1a\x45\xdf\xa3"
_TOO_LONG = 3  # exit status of the process


class NotAVideo(AnxinError):
    """This file is not an MP4, MOV or WebM video that can be read."""

    code = "uploads.not_a_video"
    kind = Kind.INVALID


@dataclass(eq=False)
class VideoTooLarge(AnxinError):
    """A video may have up to {megabytes_max} MB."""

    megabytes_max: int = BYTES_MAX // (1024 * 1024)
    code = "uploads.video_too_large"
    kind = Kind.INVALID


@dataclass(eq=False)
class VideoTooLong(AnxinError):
    """A video may last up to {seconds_max} seconds."""

    seconds_max: int = SECONDS_MAX
    code = "uploads.video_too_long"
    kind = Kind.INVALID


@dataclass(frozen=True)
class CleanVideo:
    """A fresh MP4 without metadata, its first frame as JPEG, and how long it is (rounded up)."""

    data: bytes
    poster: bytes
    seconds: int


def looks_like_video(data: bytes) -> bool:
    """Say whether a file begins as the videos that are taken do."""
    return data[4:8] == _MP4_MARK or data.startswith(_WEBM_MARK)


def clean_video(data: bytes) -> CleanVideo:
    """Return a video encoded anew: at most 960 pixels a side, 30 frames a second, upright, without metadata.

    Raises NotAVideo, VideoTooLarge, VideoTooLong.
    """
    if len(data) > BYTES_MAX:
        raise VideoTooLarge
    if not looks_like_video(data):
        raise NotAVideo
    family = "mp4" if data[4:8] == _MP4_MARK else "matroska"
    command = [sys.executable, "-m", "anxin.infra.recoding", family, str(SECONDS_MAX)]
    try:
        made = subprocess.run(  # noqa: S603 - our own module, and nothing of the file is in its arguments
            command, input=data, capture_output=True, timeout=WAIT_SECONDS_MAX, check=False
        )
    except subprocess.TimeoutExpired as endless:
        raise NotAVideo from endless
    if made.returncode == _TOO_LONG:
        raise VideoTooLong
    if made.returncode != 0:
        raise NotAVideo
    line, _, rest = made.stdout.partition(b"\n")
    facts = json.loads(line)
    return CleanVideo(rest[facts["poster"] :], rest[: facts["poster"]], facts["seconds"])
