"""The MediaEngine port: an uploaded video becomes what phones can play, or is refused with a reason a person understands.

`FfmpegEngine` does it for real, in a process of its own (`transcoding.py`) with little memory and time, so that a file made to
break a decoder breaks nothing else. `SandboxEngine` makes tiny files at once and can be told to fail.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from anxin.kernel.errors import AnxinError, Kind

SECONDS_MIN, SECONDS_MAX = 1, 300
WAIT_SECONDS_MAX = 1_800
SIDE_MIN, SIDE_MAX = 144, 4_096
ASPECT_MAX = 2.4  # the long side as a multiple of the short one: wider than any phone or cinema
FRAMES_A_SECOND_MAX = 120
OnProgress = Callable[[int], None]  # told basis points done


class VideoEmpty(AnxinError):
    """This file is empty."""

    code = "media.empty"
    kind = Kind.INVALID


class NotAVideo(AnxinError):
    """This file is not a video. Choose an MP4, MOV, MKV or WebM file."""

    code = "media.not_a_video"
    kind = Kind.INVALID


class VideoDamaged(AnxinError):
    """This video is damaged or was cut off. Export or upload it again."""

    code = "media.damaged"
    kind = Kind.INVALID


class VideoWithoutPicture(AnxinError):
    """There is no picture in this file, only sound or text."""

    code = "media.no_picture"
    kind = Kind.INVALID


class VideoEncrypted(AnxinError):
    """This video is protected (DRM) and cannot be read."""

    code = "media.encrypted"
    kind = Kind.INVALID


class VideoCodecUnknown(AnxinError):
    """This video is written in a way that cannot be read. Export it as H.264."""

    code = "media.unknown_codec"
    kind = Kind.INVALID


@dataclass(eq=False)
class ClipTooLong(AnxinError):
    """A video lasts up to {seconds_max} seconds."""

    seconds_max: int = SECONDS_MAX
    code = "media.too_long"
    kind = Kind.INVALID


@dataclass(eq=False)
class ClipTooShort(AnxinError):
    """A video lasts at least {seconds_min} second."""

    seconds_min: int = SECONDS_MIN
    code = "media.too_short"
    kind = Kind.INVALID


@dataclass(eq=False)
class VideoShapeWrong(AnxinError):
    """A video has {side_min} to {side_max} pixels a side and is not wider or taller than a cinema's."""

    side_min: int = SIDE_MIN
    side_max: int = SIDE_MAX
    code = "media.wrong_shape"
    kind = Kind.INVALID


@dataclass(eq=False)
class VideoTooFast(AnxinError):
    """A video shows up to {frames_a_second_max} frames a second."""

    frames_a_second_max: int = FRAMES_A_SECOND_MAX
    code = "media.too_fast"
    kind = Kind.INVALID


class VideoTooHard(AnxinError):
    """This video takes too long to prepare. Export it smaller."""

    code = "media.too_hard"
    kind = Kind.INVALID


REFUSALS: dict[str, type[AnxinError]] = {
    refusal.code: refusal
    for refusal in (
        VideoEmpty,
        NotAVideo,
        VideoDamaged,
        VideoWithoutPicture,
        VideoEncrypted,
        VideoCodecUnknown,
        ClipTooLong,
        ClipTooShort,
        VideoShapeWrong,
        VideoTooFast,
        VideoTooHard,
    )
}


@dataclass(frozen=True)
class Rendition:
    """One size of a video: its short side names it."""

    short_side: int
    width: int
    height: int
    bits_a_second: int


@dataclass(frozen=True)
class Prepared:
    """What an engine made in its target folder.

    `video.mp4` (H.264 and AAC, fast start, the largest rendition), `small.mp4` (the smallest, where there are several),
    `index.m3u8` with a folder a rendition (HLS, fragmented MP4), and the poster as JPEG; `covers` are frames that may stand in
    its place, as they are seen, the poster among them. `silent` says that there is no sound.
    """

    duration_ms: int
    width: int
    height: int
    silent: bool
    poster: bytes
    renditions: tuple[Rendition, ...]
    covers: tuple[bytes, ...] = ()


class MediaEngine(Protocol):
    """Prepares videos."""

    def prepare(self, source: Path, target: Path, on_progress: OnProgress) -> Prepared:
        """Fill the folder `target` from the file `source`; tell progress in basis points. Raises one of REFUSALS."""
        ...


class FfmpegEngine:
    """Prepares videos with the FFmpeg inside PyAV's wheel, in a process of its own."""

    def prepare(self, source: Path, target: Path, on_progress: OnProgress) -> Prepared:
        """See `MediaEngine.prepare`."""
        command = [sys.executable, "-m", "anxin.infra.transcoding", str(source), str(target)]
        with subprocess.Popen(  # noqa: S603 - our own module; both paths are names that we made
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as process:
            endless = threading.Timer(WAIT_SECONDS_MAX, process.kill)
            endless.start()
            try:
                facts = _last_word(process, on_progress)
                status = process.wait()
            except BaseException:
                process.kill()
                raise
            finally:
                endless.cancel()
        if "refused" in facts:
            raise REFUSALS[facts["refused"]]
        if status != 0 or not facts:
            raise VideoTooHard if status < 0 else VideoDamaged
        renditions = tuple(Rendition(**each) for each in facts.pop("renditions"))
        paths, sharpest = [Path(each) for each in facts.pop("covers")], facts.pop("sharpest")
        covers = tuple(path.read_bytes() for path in paths)
        for path in paths:
            path.unlink()
        return Prepared(**facts, renditions=renditions, poster=covers[sharpest], covers=covers)


@dataclass
class SandboxEngine:
    """Makes tiny files without looking at the source; raises `fails` if it is told to, once or for good."""

    fails: list[BaseException] = field(default_factory=list)
    prepared: list[Path] = field(default_factory=list)

    def prepare(self, source: Path, target: Path, on_progress: OnProgress) -> Prepared:
        """See `MediaEngine.prepare`; every source becomes the same grey clip of five seconds, named after its bytes."""
        on_progress(5_000)
        if self.fails:
            raise self.fails.pop(0)
        self.prepared.append(source)
        (target / "video.mp4").write_bytes(b"sandbox " + source.read_bytes()[:64])
        (target / "index.m3u8").write_text("#EXTM3U\n")
        on_progress(10_000)
        covers = tuple(_plain(colour) for colour in ("grey", "brown", "navy"))
        renditions = (Rendition(360, 360, 640, 400_000),)
        return Prepared(5_000, 360, 640, silent=False, poster=covers[0], renditions=renditions, covers=covers)


def _last_word(process: subprocess.Popen[bytes], on_progress: OnProgress) -> dict[str, Any]:
    """Read what the process tells, line by line; return its last word, an empty one where it had none."""
    said: dict[str, Any] = {}
    for line in process.stdout or ():
        told = json.loads(line)
        if "done_bps" in told:
            on_progress(told["done_bps"])
        else:
            said = told
    return said


def _plain(colour: str) -> bytes:
    import io

    from PIL import Image

    encoded = io.BytesIO()
    Image.new("RGB", (360, 640), colour).save(encoded, "JPEG")
    return encoded.getvalue()
