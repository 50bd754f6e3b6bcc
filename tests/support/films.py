"""Videos for tests: small ones that play, and broken ones of many kinds, made by the test itself."""

import math
import struct
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from PIL import Image, ImageDraw

KEY = {
    "encryption_scheme": "cenc-aes-ctr",
    "encryption_key": "76a6c65c5ea762046bd749a2e632ccbb",
    "encryption_kid": "a7e61c373e219033c21091fa607bf3b8",
}


def film(
    path: Path,
    *,
    seconds: float = 2,
    size: tuple[int, int] = (180, 320),
    rate: int = 15,
    sound: bool = True,
    **more: Any,
) -> Path:
    """Write a film in which a white box moves over a changing ground; `more`: format, options, codec, still_until."""
    codec, still_until = more.get("codec", "libx264"), more.get("still_until", 0)
    with av.open(str(path), "w", format=more.get("format", "mp4"), options=more.get("options", {})) as target:
        seen = target.add_stream(codec, rate=rate)
        seen.width, seen.height, seen.pix_fmt = *size, "yuv420p"
        heard = (
            target.add_stream("aac" if codec == "libx264" else "libopus", rate=48_000, layout="mono") if sound else None
        )
        for number in range(round(seconds * rate)):
            frame = av.VideoFrame.from_image(_picture(size, number, is_flat=number < still_until))
            frame.pts, frame.time_base = number, Fraction(1, rate)
            target.mux(seen.encode(frame))
        target.mux(seen.encode(None))
        if heard is not None:
            _hum(target, heard, seconds)
    return path


def sound_only(path: Path) -> Path:
    """Write a file with sound and no picture."""
    with av.open(str(path), "w", format="mp4") as target:
        _hum(target, target.add_stream("aac", rate=48_000, layout="mono"), 2)
    return path


def bytes_of(path: Path, change: Callable[[bytearray], bytes | bytearray | None]) -> Path:
    """Change the bytes of a file: in place, or to what `change` returns."""
    data = bytearray(path.read_bytes())
    changed = change(data)
    path.write_bytes(data if changed is None else changed)
    return path


def _picture(size: tuple[int, int], number: int, *, is_flat: bool) -> Image.Image:
    picture = Image.new("RGB", size, (number * 7 % 255, 90, 140))
    if not is_flat:
        draw = ImageDraw.Draw(picture)
        for line in range(0, size[1], 12):
            draw.line((0, line, size[0], line), fill="white")
        draw.rectangle((number * 5 % size[0], 20, number * 5 % size[0] + 40, 80), fill="yellow")
    return picture


def _hum(target: Any, heard: Any, seconds: float) -> None:
    for number in range(round(seconds * 48_000 / 960)):
        frame = av.AudioFrame(format="fltp" if heard.name == "aac" else "flt", layout="mono", samples=960)
        frame.sample_rate, frame.pts, frame.time_base = 48_000, number * 960, Fraction(1, 48_000)
        wave = [math.sin((number * 960 + step) * 0.05) * 0.1 for step in range(960)]
        frame.planes[0].update(struct.pack("960f", *wave))
        target.mux(heard.encode(frame))
    target.mux(heard.encode(None))
