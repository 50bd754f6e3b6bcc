"""The process that prepares a video for phones: `python -m anxin.infra.transcoding SOURCE TARGET`.

Every frame and sound is decoded and encoded again, so metadata, subtitles and attachments end here. Standard output gets lines of
JSON: `{"done_bps": …}` on the way, then what was made, or `{"refused": code}`. Run it through `media_engine.FfmpegEngine`.
"""

import io
import itertools
import json
import resource
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.filter import Graph
from PIL import Image, ImageFilter, ImageStat

from anxin.infra import media_engine as port
from anxin.infra.containers import family_of
from anxin.infra.manners import give_way
from anxin.infra.media_engine import Rendition

FRAMES_A_SECOND = 30
SOUND_RATE, SOUND_BITS = 44_100, 96_000
SHORT_SIDES = {360: 600_000, 540: 1_200_000, 720: 2_200_000}  # and the most bits a second of each
SEGMENT_SECONDS = 2
POSTER_SAMPLES = 12
COVERS = 6  # frames that a cover is chosen among
POSTER_LOOK = 320  # pixels of the side at which sharpness is compared
CLOCK = Fraction(1, 1000)  # of the frames that are written
MEMORY_MAX = 3 * 1024**3
CPU_SECONDS_MAX = 1_500
ERRORS_MAX = 0.1  # the part of packets that may fail to decode
SEEN_MIN = 0.85  # the part of the claimed length that must be seen
QUALITY = {"crf": "26", "preset": "veryfast", "profile": "main", "sc_threshold": "0", "forced-idr": "1"}
TURNS = {90: "cclock", 180: "clock", 270: "clock"}
_LAPLACE = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=128)


class Refused(Exception):
    """It cannot be taken; the argument is the class of the refusal."""


def main() -> int:
    """Prepare the file named first into the folder named second."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX, MEMORY_MAX))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS_MAX, CPU_SECONDS_MAX))
    give_way(10)  # people who look at pages come first
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    try:
        say(prepared(source, target))
    except Refused as refused:
        say({"refused": refused.args[0].code})
    return 0


def say(facts: dict[str, Any]) -> None:
    """Tell one line."""
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def prepared(source: Path, target: Path) -> dict[str, Any]:
    """Write `video.mp4`, `small.mp4`, `index.m3u8`, a folder a rendition and `cover-N.jpg`; return the facts. Raises Refused."""
    family = family_of(source)
    if isinstance(family, type):
        raise Refused(family)
    try:
        with av.open(str(source), format=family, metadata_errors="ignore") as opened:
            return Preparation(opened, target).run()
    except (av.error.FFmpegError, EOFError, ValueError) as broken:
        raise Refused(port.VideoDamaged) from broken


class Preparation:
    """Carries frames and sound from one file into one file a rendition, then cuts those into segments."""

    def __init__(self, source: Any, target: Path) -> None:
        self.source, self.target = source, target
        self.seen, self.heard = self._streams()
        self.claimed_ms = self._claimed_ms()
        self.writers: list[Writer] = []
        self.poster = Poster(self.claimed_ms)
        self.turning: Turning | None = None
        self.first_ms: int | None = None
        self.last_ms = -1
        self.packets = self.errors = self.frames = self.told_bps = 0

    def run(self) -> dict[str, Any]:
        """Carry everything over; return what was made."""
        with ExitStack() as files:
            for stream, frame in self._frames():
                if stream is self.seen:
                    self._see(frame, files)
                elif self.writers:
                    for writer in self.writers:
                        writer.hear(frame)
            for writer in self.writers:
                writer.end()
        self._check_whole()
        return self._made()

    def _streams(self) -> tuple[Any, Any]:
        pictures = [
            each for each in self.source.streams.video if not each.disposition & av.stream.Disposition.attached_pic
        ]
        if not pictures:
            raise Refused(port.VideoWithoutPicture)
        seen = pictures[0]
        if seen.codec_context is None or seen.codec_context.codec is None:
            raise Refused(port.VideoCodecUnknown)
        self._check_shape(seen.width, seen.height)
        heard = next((each for each in self.source.streams.audio if each.codec_context is not None), None)
        seen.thread_type = "AUTO"
        return seen, heard

    def _check_shape(self, width: int, height: int) -> None:
        short, long = sorted((width, height))
        if short < port.SIDE_MIN or long > port.SIDE_MAX or long > short * port.ASPECT_MAX:
            raise Refused(port.VideoShapeWrong)

    def _claimed_ms(self) -> int:
        length = self.seen.duration * self.seen.time_base if self.seen.duration else None
        whole = self.source.duration / av.time_base if self.source.duration else None
        claimed_ms = int(float(length or whole or 0) * 1000)
        if claimed_ms > (port.SECONDS_MAX + 1) * 1000:
            raise Refused(port.ClipTooLong)
        rate = self.seen.average_rate
        if rate is not None and rate > port.FRAMES_A_SECOND_MAX:
            raise Refused(port.VideoTooFast)
        return claimed_ms

    def _frames(self) -> Iterator[tuple[Any, Any]]:
        """Yield decoded frames with their stream; what cannot be decoded is counted."""
        wanted = [self.seen, *([self.heard] if self.heard else [])]
        for packet in self.source.demux(wanted):
            is_seen = packet.stream is self.seen
            self.packets += is_seen and packet.size > 0
            try:
                for frame in packet.decode():
                    self.errors += is_seen and bool(frame.is_corrupt)
                    yield packet.stream, frame
            except (av.error.DecoderNotFoundError, NotImplementedError) as unknown:
                raise Refused(port.VideoCodecUnknown) from unknown
            except av.error.FFmpegError:
                self.errors += is_seen

    def _see(self, frame: Any, files: ExitStack) -> None:
        self.frames += 1
        at_ms = round((frame.time or 0.0) * 1000)
        if self.first_ms is None:
            self.first_ms = at_ms
        at_ms -= self.first_ms
        if at_ms > (port.SECONDS_MAX + 1) * 1000:
            raise Refused(port.ClipTooLong)
        if self.frames > port.FRAMES_A_SECOND_MAX * (at_ms / 1000 + 2):
            raise Refused(port.VideoTooFast)
        if self.last_ms >= 0 and at_ms - self.last_ms < 1000 // (FRAMES_A_SECOND + 1):
            return  # faster than is shown
        if self.turning is None:
            self.turning = Turning(self.seen, frame.rotation % 360)
        shown = self.turning.upright(frame)
        if not self.writers:
            self._begin(shown, files)
        for writer in self.writers:
            writer.see(shown, at_ms)
        self.poster.look(shown, at_ms)
        self.last_ms = at_ms
        self._tell(at_ms)

    def _begin(self, first: Any, files: ExitStack) -> None:
        self._check_shape(first.width, first.height)
        for short_side, bits in ladder(min(first.width, first.height)):
            path = self.target / f"{short_side}.mp4"
            container = files.enter_context(av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}))
            size = scaled(first.width, first.height, short_side)
            self.writers.append(
                Writer(container, Rendition(short_side, *size, bits), with_sound=self.heard is not None)
            )

    def _tell(self, at_ms: int) -> None:
        done_bps = min(9_500, at_ms * 9_500 // self.claimed_ms) if self.claimed_ms else 0
        if done_bps >= self.told_bps + 200:
            self.told_bps = done_bps
            say({"done_bps": done_bps})

    def _check_whole(self) -> None:
        if not self.writers:
            raise Refused(port.VideoDamaged)
        if self.errors > ERRORS_MAX * max(1, self.packets):
            raise Refused(port.VideoDamaged)
        if self.frames == 1 and self.errors == 0:  # a picture is no video
            raise Refused(port.ClipTooShort)
        if self.last_ms + 1000 // FRAMES_A_SECOND < max(self.claimed_ms * SEEN_MIN - 500, 0):
            raise Refused(port.VideoDamaged)
        if self.last_ms + 50 < port.SECONDS_MIN * 1000:
            raise Refused(port.ClipTooShort)

    def _made(self) -> dict[str, Any]:
        renditions = [segmented(writer.rendition, self.target) for writer in self.writers]
        (self.target / "index.m3u8").write_text(master(renditions))
        wholes = [self.target / f"{each.short_side}.mp4" for each in renditions]
        wholes.pop().rename(self.target / "video.mp4")
        for place, whole in enumerate(wholes):
            if place == 0:
                whole.rename(self.target / "small.mp4")
            else:
                whole.unlink()
        covers = []
        for number, jpeg in enumerate(self.poster.jpegs()):
            covers.append(self.target / f"cover-{number}.jpg")
            covers[-1].write_bytes(jpeg)
        return {
            "duration_ms": self.last_ms + 1000 // FRAMES_A_SECOND,
            "width": renditions[-1].width,
            "height": renditions[-1].height,
            "silent": not any(writer.heard for writer in self.writers),
            "covers": [str(path) for path in covers],
            "sharpest": self.poster.sharpest,
            "renditions": [asdict(each) for each in renditions],
        }


class Writer:
    """One rendition in the making."""

    def __init__(self, container: Any, rendition: Rendition, *, with_sound: bool) -> None:
        self.container, self.rendition = container, rendition
        self.heard = 0
        most = rendition.bits_a_second
        options = {**QUALITY, "maxrate": str(most), "bufsize": str(most * 2)}
        self.picture = container.add_stream("libx264", rate=FRAMES_A_SECOND, options=options)
        self.picture.width, self.picture.height, self.picture.pix_fmt = rendition.width, rendition.height, "yuv420p"
        self.picture.codec_context.time_base = CLOCK
        self.sound = container.add_stream("aac", rate=SOUND_RATE, layout="stereo") if with_sound else None
        if self.sound is not None:
            self.sound.bit_rate = SOUND_BITS
        self.resampler = av.AudioResampler(format="fltp", layout="stereo", rate=SOUND_RATE)
        self.next_key_ms = 0

    def see(self, frame: Any, at_ms: int) -> None:
        """Write a frame; one that begins a segment stands alone, in every rendition at the same moment."""
        fresh = frame.reformat(self.rendition.width, self.rendition.height, "yuv420p")
        fresh.pts, fresh.time_base = at_ms, CLOCK
        begins = at_ms >= self.next_key_ms
        fresh.pict_type = av.video.frame.PictureType.I if begins else av.video.frame.PictureType.NONE
        if begins:
            self.next_key_ms = (at_ms // (SEGMENT_SECONDS * 1000) + 1) * SEGMENT_SECONDS * 1000
        self.container.mux(self.picture.encode(fresh))

    def hear(self, frame: Any) -> None:
        """Write a piece of sound."""
        for part in self.resampler.resample(frame):
            part.pts = None
            self.heard += part.samples
            self.container.mux(self.sound.encode(part))  # type: ignore[union-attr]

    def end(self) -> None:
        """Write what the encoders still hold."""
        self.container.mux(self.picture.encode(None))
        if self.sound is not None:
            self.container.mux(self.sound.encode(None))


class Poster:
    """The sharpest frame of each part of the video: up to COVERS of them, spread evenly, in the order in which they are seen.

    Twice POSTER_SAMPLES frames are held at most: of a file that does not say how long it is, some are let go by and by.
    """

    def __init__(self, claimed_ms: int) -> None:
        self.step_ms = max(200, claimed_ms // POSTER_SAMPLES) if claimed_ms else 1000
        self.next_ms = 0
        self.looked_at: list[tuple[float, Image.Image]] = []  # sharpness and picture, as they are seen

    def look(self, frame: Any, at_ms: int) -> None:
        """Look at a frame whose turn it is."""
        if at_ms < self.next_ms:
            return
        self.next_ms = at_ms + self.step_ms
        picture = frame.to_image()
        sharpness = sharpness_of(picture)
        picture.thumbnail((1280, 1280))
        self.looked_at.append((sharpness, picture))
        if len(self.looked_at) > 2 * POSTER_SAMPLES:
            self.looked_at, self.step_ms = self._best_of(POSTER_SAMPLES), self.step_ms * 2

    @property
    def sharpest(self) -> int:
        """Return which of the frames is the sharpest."""
        kept = [sharpness for sharpness, _picture in self._best_of(COVERS)]
        return kept.index(max(kept))

    def jpegs(self) -> list[bytes]:
        """Return the frames."""
        return [_jpeg(picture) for _sharpness, picture in self._best_of(COVERS)]

    def _best_of(self, parts: int) -> list[tuple[float, Image.Image]]:
        """Cut what was looked at into parts of the same length and return the sharpest of each."""
        count = len(self.looked_at)
        edges = [count * part // parts for part in range(parts + 1)]
        found = [self.looked_at[first:last] for first, last in itertools.pairwise(edges) if last > first]
        return [max(part, key=lambda one: one[0]) for part in found]


def _jpeg(picture: Image.Image) -> bytes:
    encoded = io.BytesIO()
    picture.save(encoded, "JPEG", quality=85)
    return encoded.getvalue()


class Turning:
    """Turns frames as the phone was held."""

    def __init__(self, stream: Any, degrees: int) -> None:
        self.graph: Any = None
        if degrees in TURNS:
            self.graph = Graph()
            parts = [self.graph.add_buffer(template=stream)]
            parts += [self.graph.add("transpose", f"dir={TURNS[degrees]}") for _ in range(2 if degrees == 180 else 1)]  # noqa: PLR2004
            parts.append(self.graph.add("buffersink"))
            self.graph.link_nodes(*parts).configure()

    def upright(self, frame: Any) -> Any:
        """Return the frame turned."""
        if self.graph is None:
            return frame
        self.graph.push(frame)
        return self.graph.pull()


def sharpness_of(picture: Image.Image) -> float:
    """Return how sharp a picture is: the variance of its Laplacian (Pech-Pacheco et al. 2000) at a common size."""
    grey = picture.convert("L")
    grey.thumbnail((POSTER_LOOK, POSTER_LOOK))
    return float(ImageStat.Stat(grey.filter(_LAPLACE)).var[0])


def ladder(short_side: int) -> list[tuple[int, int]]:
    """Return the sizes to make of a source, smallest first, each with its most bits a second: none larger than the source."""
    fitting = [(side, bits) for side, bits in SHORT_SIDES.items() if side <= short_side]
    return fitting or [(short_side // 2 * 2, SHORT_SIDES[360])]


def scaled(width: int, height: int, short_side: int) -> tuple[int, int]:
    """Return width and height with the given short side, both even."""
    part = short_side / min(width, height)
    return max(2, round(width * part / 2) * 2), max(2, round(height * part / 2) * 2)


def segmented(rendition: Rendition, target: Path) -> Rendition:
    """Cut a finished MP4 into segments without encoding it again; return the rendition with the bits it really takes at most."""
    folder = target / str(rendition.short_side)
    folder.mkdir()
    options = {
        "hls_time": str(SEGMENT_SECONDS),
        "hls_playlist_type": "vod",
        "hls_segment_type": "fmp4",
        "hls_fmp4_init_filename": "init.mp4",
        "hls_segment_filename": str(folder / "%03d.m4s"),
    }
    with (
        av.open(str(target / f"{rendition.short_side}.mp4")) as whole,
        av.open(str(folder / "index.m3u8"), "w", format="hls", options=options) as cut,
    ):
        streams = {stream.index: cut.add_stream_from_template(stream) for stream in whole.streams}
        for packet in whole.demux():
            if packet.dts is not None:
                packet.stream = streams[packet.stream.index]
                cut.mux(packet)
    most = max(path.stat().st_size for path in folder.glob("*.m4s")) * 8 // SEGMENT_SECONDS
    return Rendition(rendition.short_side, rendition.width, rendition.height, most)


def master(renditions: list[Rendition]) -> str:
    """Return the playlist that lets a player choose (RFC 8216), smallest first so that it starts at once."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for each in renditions:
        lines += [
            f"#EXT-X-STREAM-INF:BANDWIDTH={each.bits_a_second},RESOLUTION={each.width}x{each.height}",
            f"{each.short_side}/index.m3u8",
        ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
