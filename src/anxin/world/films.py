"""Short films of the demo market: pictures of goods that move, a name and a price that slide in, and a soft sound.

A film is H.264 and AAC in an MP4 with fast start, and the same cut into segments (HLS). The same arguments give the same film.
Words in the picture are Latin letters and figures, which the drawing library can draw on every machine; captions in Chinese
and English belong to the post.
"""

import io
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import av
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from anxin.infra.media_engine import Prepared, Rendition
from anxin.infra.transcoding import master, segmented
from anxin.world.pictures import PALETTES, Colour

WIDTH, HEIGHT = 360, 640
FRAMES_A_SECOND = 15
SCENE_FRAMES = 33  # 2.2 s
SCENE_MS = SCENE_FRAMES * 1000 // FRAMES_A_SECOND
WIPE_FRAMES = 6
ENTER_FRAMES = 8
POSTER_FRAME = 18
SOUND_RATE, SOUND_BITS = 44_100, 64_000
BITS_A_SECOND = 500_000
QUALITY = {"preset": "superfast", "crf": "27", "profile": "main", "threads": "1", "sc_threshold": "0"}
PENTATONIC = (0, 2, 4, 7, 9, 12, 14)
ROOTS_HZ = (196.0, 220.0, 246.94, 174.61)
ZOOMS = ((1.22, 1.0), (1.0, 1.22), (1.1, 1.14))  # from, to
BEAT_SECONDS = 0.55
LOUDNESS = 0.16
MARGIN = 22


@dataclass(frozen=True)
class Scene:
    """One product: its picture as JPEG, its name in Latin letters, its price as it is written."""

    picture: bytes
    name: str
    price: str


@dataclass(frozen=True)
class Film:
    """What a film shows, in which colours; `seed` decides how it moves and sounds."""

    scenes: tuple[Scene, ...]
    palette: str
    seed: int


def shoot(film: Film, folder: Path) -> Prepared:
    """Write `video.mp4`, `index.m3u8` and the segments into `folder`; return the facts, with the poster."""
    path = folder / f"{WIDTH}.mp4"
    posters: list[Image.Image] = []
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as target:
        seen: Any = target.add_stream("libx264", rate=FRAMES_A_SECOND, options=QUALITY)
        seen.width, seen.height, seen.pix_fmt, seen.gop_size = WIDTH, HEIGHT, "yuv420p", FRAMES_A_SECOND * 2
        heard: Any = target.add_stream("aac", rate=SOUND_RATE, layout="mono")
        heard.bit_rate = SOUND_BITS
        count = 0
        for count, picture in enumerate(frames(film), 1):
            if count == POSTER_FRAME:
                posters.append(picture)
            target.mux(seen.encode(av.VideoFrame.from_image(picture)))  # type: ignore[no-untyped-call]
        target.mux(seen.encode(None))
        for part in _sound(film.seed, count / FRAMES_A_SECOND):
            target.mux(heard.encode(part))
        target.mux(heard.encode(None))
    rendition = segmented(Rendition(WIDTH, WIDTH, HEIGHT, BITS_A_SECOND), folder)
    (folder / "index.m3u8").write_text(master([rendition]))
    path.rename(folder / "video.mp4")
    length_ms = count * 1000 // FRAMES_A_SECOND
    return Prepared(length_ms, WIDTH, HEIGHT, silent=False, poster=_jpeg(posters[0]), renditions=(rendition,))


def frames(film: Film) -> Iterator[Image.Image]:
    """Yield every picture of a film: each product in a scene of its own, then all of them together."""
    chance = random.Random(film.seed)
    scenes: list[_Closeup | _Together] = [_Closeup(scene, film.palette, chance) for scene in film.scenes]
    if len(scenes) > 1:
        scenes.append(_Together(film.scenes, film.palette))
    before: Image.Image | None = None
    for number, scene in enumerate(scenes):
        sideways = number % 2 == 0
        last = None
        for frame in range(SCENE_FRAMES):
            last = scene.at(frame)
            yield _wiped(before, last, frame, sideways=sideways) if before and frame < WIPE_FRAMES else last
        before = last


class _Closeup:
    """A picture that fills the screen and slowly moves, with a name and a price that slide in."""

    def __init__(self, scene: Scene, palette: str, chance: random.Random) -> None:
        whole = Image.open(io.BytesIO(scene.picture)).convert("RGB")
        scale = HEIGHT / whole.height
        self.picture = whole.resize((round(whole.width * scale), HEIGHT), Image.Resampling.BILINEAR)
        self.zoom = chance.choice(ZOOMS)
        self.shift = chance.choice((-0.3, 0.0, 0.3))
        self.label = _label(scene.name, palette)
        self.price = _price(scene.price, palette)

    def at(self, frame: int) -> Image.Image:
        """Return the picture at a frame of the scene."""
        part = _eased(frame / SCENE_FRAMES)
        high = HEIGHT / (self.zoom[0] + (self.zoom[1] - self.zoom[0]) * part)
        wide = high * WIDTH / HEIGHT
        x = (self.picture.width - wide) * (0.5 + self.shift * (part - 0.5))
        y = (HEIGHT - high) * 0.6
        shown = self.picture.resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR, (x, y, x + wide, y + high))
        entered = _eased(min(1.0, frame / ENTER_FRAMES))
        shown.paste(self.label, (round(-self.label.width * (1 - entered)) + round(MARGIN * entered), 84), self.label)
        grown = _eased(min(1.0, max(0, frame - 4) / ENTER_FRAMES))
        if grown > 0:
            place = (WIDTH - round((self.price.width + MARGIN) * grown), 132)
            shown.paste(self.price, place, self.price)
        return shown


class _Together:
    """Every picture as a card that rises onto the ground of the palette."""

    def __init__(self, scenes: Sequence[Scene], palette: str) -> None:
        colours = PALETTES[palette]
        slope = Image.linear_gradient("L").resize((WIDTH, HEIGHT))
        self.ground = Image.composite(
            Image.new("RGB", slope.size, colours.bottom), Image.new("RGB", slope.size, colours.top), slope
        )
        self.cards = [_card(scene, palette) for scene in scenes[:4]]

    def at(self, frame: int) -> Image.Image:
        """Return the picture at a frame of the scene."""
        shown = self.ground.copy()
        for number, card in enumerate(self.cards):
            risen = _eased(min(1.0, max(0, frame - number * 3) / ENTER_FRAMES))
            x = (WIDTH // 2 - card.width) // 2 + (number % 2) * WIDTH // 2
            y = 120 + number // 2 * (card.height + 24)
            sway = round(4 * math.sin((frame + number * 9) / 6))
            shown.paste(card, (x, round(HEIGHT - (HEIGHT - y) * risen) + sway), card)
        return shown


def _wiped(before: Image.Image, after: Image.Image, frame: int, *, sideways: bool) -> Image.Image:
    """The next scene pushes the one before away."""
    part = _eased((frame + 1) / WIPE_FRAMES)
    shown = Image.new("RGB", (WIDTH, HEIGHT))
    x, y = (round(WIDTH * part), 0) if sideways else (0, round(HEIGHT * part))
    shown.paste(before, (-x, -y))
    shown.paste(after, (WIDTH - x if sideways else 0, 0 if sideways else HEIGHT - y))
    return shown


def _eased(part: float) -> float:
    return part * part * (3 - 2 * part)


@lru_cache(maxsize=8)
def _font(size: int) -> Any:
    return ImageFont.load_default(size)


def _label(text: str, palette: str) -> Image.Image:
    return _plate(text, 20, PALETTES[palette].accent, (255, 255, 255))


def _price(text: str, palette: str) -> Image.Image:
    return _plate(text, 30, (255, 255, 255), PALETTES[palette].accent)


def _write(pen: ImageDraw.ImageDraw, place: tuple[float, float], text: str, size: int, ink: Colour) -> None:
    """Write a line; the font has no ¥, which is a Y with two strokes."""
    pen.text(place, text.replace("¥", "Y"), font=_font(size), fill=ink, anchor="lm")
    if text.startswith("¥"):
        wide, (x, y) = _font(size).getlength("Y"), place
        for step in (0.02, 0.17):
            pen.line(
                (x + wide * 0.18, y + size * step, x + wide * 0.82, y + size * step), fill=ink, width=max(1, size // 14)
            )


def _plate(text: str, size: int, ground: Colour, ink: Colour) -> Image.Image:
    """Words on a rounded plate, at most as wide as the screen."""
    while (wide := round(_font(size).getlength(text))) > WIDTH - MARGIN * 4:
        text = text[:-2].rstrip() + "."
    high = size + 20
    plate = Image.new("RGBA", (wide + high, high), (0, 0, 0, 0))
    pen = ImageDraw.Draw(plate)
    pen.rounded_rectangle((0, 0, plate.width - 1, high - 1), high // 2, fill=(*ground, 235))
    _write(pen, (high // 2, high // 2), text, size, ink)
    return plate


def _card(scene: Scene, palette: str) -> Image.Image:
    side = WIDTH // 2 - 32
    card = Image.new("RGBA", (side, side + 48), (0, 0, 0, 0))
    mask = Image.new("L", card.size, 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, card.width - 1, card.height - 1), 22, fill=255)
    inside = Image.new("RGB", card.size, "white")
    picture = Image.open(io.BytesIO(scene.picture)).convert("RGB")
    inside.paste(picture.resize((side, side), Image.Resampling.BILINEAR), (0, 0))
    accent = PALETTES[palette].accent
    wide = _font(26).getlength(scene.price.replace("¥", "Y"))
    _write(ImageDraw.Draw(inside), ((side - wide) / 2, side + 24), scene.price, 26, accent)
    card.paste(inside, (0, 0), mask)
    return card


def _sound(seed: int, seconds: float) -> Iterator[Any]:
    """A few soft plucked notes of one scale over a held fifth."""
    chance = random.Random(seed)
    root = chance.choice(ROOTS_HZ)
    length = round(seconds * SOUND_RATE)
    moment = np.arange(length) / SOUND_RATE
    wave = 0.25 * (np.sin(math.tau * root / 2 * moment) + np.sin(math.tau * root * 0.75 * moment))
    for beat in range(int(seconds / BEAT_SECONDS)):
        start = round(beat * BEAT_SECONDS * SOUND_RATE)
        pitch = root * 2 ** (chance.choice(PENTATONIC) / 12)
        wave[start:] += _pluck(pitch, length - start) * chance.uniform(0.5, 1.0)
    fade = np.clip(np.minimum(moment / 0.3, (seconds - moment) / 0.6), 0, 1)
    samples = (np.tanh(wave * LOUDNESS * fade)).astype(np.float32)
    for at in range(0, length, 1024):
        part = samples[at : at + 1024]
        frame = av.AudioFrame.from_ndarray(part.reshape(1, -1), format="fltp", layout="mono")
        frame.sample_rate, frame.pts = SOUND_RATE, at
        yield frame


def _pluck(pitch: float, length: int) -> Any:
    moment = np.arange(min(length, SOUND_RATE * 2)) / SOUND_RATE
    tone = np.sin(math.tau * pitch * moment) + 0.3 * np.sin(math.tau * 2 * pitch * moment)
    return np.pad(tone * np.exp(-3.2 * moment), (0, length - len(moment)))


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=82)
    return out.getvalue()
