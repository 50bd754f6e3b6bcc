"""The process that encodes a video anew: `python -m anxin.infra.recoding FAMILY SECONDS` reads it from standard input.

Standard output gets one line of JSON (`seconds`, and the bytes of `poster`), the poster, and the video. The exit status is 0,
3 when it is too long, anything else when it cannot be read. Run it through `videos.clean_video`.
"""

import io
import json
import resource
import sys
from fractions import Fraction
from typing import Any

import av
from PIL import Image

SIDE_MAX = 960
SOURCE_SIDE_MAX = 4096
FRAMES_A_SECOND = 30
SOURCE_FRAMES_A_SECOND = 120
SOUND_RATE = 44_100
MEMORY_MAX = 3 * 1024**3
CPU_SECONDS_MAX = 150
TOO_LONG = 3
CLOCK = Fraction(1, 1000)  # of the frames that are written
_QUALITY = {"crf": "27", "preset": "veryfast"}
_TURNS = {90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_270}


class Refused(Exception):
    """It cannot be taken; the argument is the exit status."""


def main() -> int:
    """Encode what comes on standard input; only containers of FAMILY are opened, for others can name further files."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX, MEMORY_MAX))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS_MAX, CPU_SECONDS_MAX))
    family, seconds_max = sys.argv[1], int(sys.argv[2])
    encoded = io.BytesIO()
    try:
        with (
            av.open(io.BytesIO(sys.stdin.buffer.read()), format=family, metadata_errors="ignore") as source,
            av.open(encoded, "w", format="mp4") as target,
        ):
            poster, seconds = Recoder(source, target, seconds_max).run()
    except Refused as refused:
        return int(refused.args[0])
    facts = {"seconds": seconds, "poster": len(poster)}
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n" + poster + encoded.getvalue())
    return 0


class Recoder:
    """Carries frames and sound from one container to another."""

    def __init__(self, source: Any, target: Any, seconds_max: int) -> None:
        if not source.streams.video:
            raise Refused(1)
        self.source, self.target, self.seconds_max = source, target, seconds_max
        self.seen = source.streams.video[0]
        self.heard = source.streams.audio[0] if source.streams.audio else None
        self._check_claims()
        self.picture: Any = None
        self.sound = target.add_stream("aac", rate=SOUND_RATE, layout="stereo") if self.heard else None
        self.resampler = av.AudioResampler(format="fltp", layout="stereo", rate=SOUND_RATE)
        self.poster = b""
        self.last_ms = -1
        self.frames = 0

    def run(self) -> tuple[bytes, int]:
        """Carry everything over; return the first frame as JPEG and the length in seconds, rounded up."""
        for packet in self.source.demux([self.seen, *([self.heard] if self.heard else [])]):
            for frame in packet.decode():
                if packet.stream is self.seen:
                    self._see(frame)
                else:
                    self._hear(frame)
        if self.picture is None:
            raise Refused(1)
        self.target.mux(self.picture.encode(None))
        if self.sound is not None:
            self.target.mux(self.sound.encode(None))
        return self.poster, min(self.seconds_max, self.last_ms // 1000 + 1)

    def _check_claims(self) -> None:
        """Look at what the header claims, before a single frame is decoded."""
        duration = self.source.duration
        if duration is not None and duration > (self.seconds_max + 1) * av.time_base:
            raise Refused(TOO_LONG)
        if max(self.seen.width, self.seen.height) > SOURCE_SIDE_MAX or min(self.seen.width, self.seen.height) < 1:
            raise Refused(1)

    def _see(self, frame: Any) -> None:
        self.frames += 1
        at_ms = round((frame.time or 0.0) * 1000)
        if at_ms > (self.seconds_max + 1) * 1000 or self.frames > self.seconds_max * SOURCE_FRAMES_A_SECOND:
            raise Refused(TOO_LONG)
        if at_ms - self.last_ms < 1000 // (FRAMES_A_SECOND + 1) and self.last_ms >= 0:
            return  # faster than is shown
        shown = _upright(frame)
        if self.picture is None:
            self._begin(shown)
        fresh = _frame(shown).reformat(self.picture.width, self.picture.height, "yuv420p")
        fresh.pts, fresh.time_base = at_ms, CLOCK
        self.last_ms = at_ms
        self.target.mux(self.picture.encode(fresh))

    def _begin(self, first: Image.Image) -> None:
        """Take size and poster from the first frame: no side longer than SIDE_MAX, both even."""
        part = min(1.0, SIDE_MAX / max(first.size))
        width, height = (max(2, round(side * part) // 2 * 2) for side in first.size)
        self.picture = self.target.add_stream("libx264", rate=FRAMES_A_SECOND, options=_QUALITY)
        self.picture.width, self.picture.height, self.picture.pix_fmt = width, height, "yuv420p"
        self.picture.codec_context.time_base = CLOCK
        encoded = io.BytesIO()
        first.resize((width, height)).save(encoded, "JPEG", quality=85)
        self.poster = encoded.getvalue()

    def _hear(self, frame: Any) -> None:
        frame.pts = None
        sound: Any = self.sound
        for part in self.resampler.resample(frame):
            self.target.mux(sound.encode(part))


def _frame(picture: Image.Image) -> Any:
    make: Any = av.VideoFrame.from_image
    return make(picture)


def _upright(frame: Any) -> Image.Image:
    """Return a frame as the phone was held."""
    picture: Image.Image = frame.to_image()
    turn = _TURNS.get(frame.rotation % 360)
    return picture.transpose(turn) if turn is not None else picture


if __name__ == "__main__":
    sys.exit(main())
