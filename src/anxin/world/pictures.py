"""Pictures of products, shops and categories for the demo market, composed from 3D emoji on coloured sets.

The same arguments always give the same picture. Glyphs come from the MIT-licensed Fluent emoji that the front end's
packages bring along. Everything that repeats (glyphs, shadows, backdrops) is rendered once and kept.
"""

import io
import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

GLYPHS = Path(__file__).resolve().parents[1] / "ui" / "node_modules" / "@lobehub" / "fluent-emoji-3d" / "assets"
SIZE = 800
QUALITY = 84
VARIATION_SELECTOR = "\ufe0f"

Colour = tuple[int, int, int]


class MissingGlyph(Exception):
    """The emoji set has no picture of this glyph."""


class Layout(StrEnum):
    """How a picture is arranged."""

    HERO = "hero"  # the thing on a bright disc
    SCENE = "scene"  # on a podium, with smaller things beside it
    CLOSE = "close"  # large and tilted, cut by the frame
    TRIO = "trio"  # three of it, one behind another


@dataclass(frozen=True)
class Palette:
    """Colours of a set: backdrop from top to bottom, the disc or podium, small accents."""

    top: Colour
    bottom: Colour
    plate: Colour
    accent: Colour


PALETTES = {
    "blush": Palette((255, 226, 219), (250, 189, 178), (255, 244, 240), (226, 92, 84)),
    "apricot": Palette((255, 236, 207), (253, 203, 145), (255, 248, 234), (226, 124, 30)),
    "butter": Palette((255, 244, 200), (250, 219, 122), (255, 251, 232), (204, 150, 0)),
    "matcha": Palette((231, 243, 214), (185, 217, 150), (247, 252, 238), (96, 142, 58)),
    "jade": Palette((214, 243, 232), (146, 215, 192), (240, 252, 247), (22, 130, 105)),
    "lake": Palette((214, 238, 250), (148, 203, 236), (240, 249, 254), (28, 116, 178)),
    "iris": Palette((230, 228, 252), (183, 178, 240), (246, 245, 255), (94, 84, 196)),
    "plum": Palette((246, 223, 244), (220, 165, 216), (253, 243, 252), (158, 66, 150)),
    "sand": Palette((243, 234, 222), (216, 196, 170), (252, 248, 242), (146, 108, 66)),
    "stone": Palette((232, 234, 238), (190, 196, 206), (248, 249, 251), (88, 98, 116)),
    "night": Palette((74, 82, 122), (34, 38, 66), (102, 112, 160), (255, 200, 112)),
    "rouge": Palette((238, 108, 86), (190, 44, 36), (250, 150, 124), (255, 214, 150)),
}
PALETTES_OF_CATEGORY = {
    "womenswear": ("blush", "iris", "sand"),
    "menswear": ("stone", "lake", "sand"),
    "shoes-bags": ("sand", "apricot", "stone"),
    "accessories": ("plum", "sand", "blush"),
    "jewellery": ("night", "plum", "iris"),
    "beauty": ("blush", "plum", "rouge"),
    "personal-care": ("jade", "lake", "butter"),
    "food": ("apricot", "butter", "rouge"),
    "fresh": ("matcha", "jade", "butter"),
    "baby": ("butter", "lake", "blush"),
    "toys": ("lake", "butter", "plum"),
    "home": ("sand", "jade", "stone"),
    "appliances": ("stone", "lake", "iris"),
    "digital": ("night", "iris", "stone"),
    "sports": ("jade", "lake", "apricot"),
    "books": ("sand", "matcha", "iris"),
    "pets": ("apricot", "matcha", "lake"),
    "gifts": ("rouge", "blush", "night"),
    "virtual": ("iris", "night", "lake"),
}
ANY_PALETTES = ("apricot", "jade", "lake", "iris")


@dataclass(frozen=True)
class Shot:
    """What one picture shows."""

    glyph: str
    palette: str
    layout: Layout = Layout.HERO
    props: tuple[str, ...] = ()
    hue_degrees: int = 0  # another colour of the same thing
    seed: int = 0


def product_picture(shot: Shot) -> bytes:
    """Return the shot as an 800 × 800 JPEG."""
    chance = random.Random(f"{shot}")
    palette = PALETTES[shot.palette]
    canvas = _backdrop(shot.palette, chance.randrange(3)).copy()
    arrange = {Layout.HERO: _hero, Layout.SCENE: _scene, Layout.CLOSE: _close, Layout.TRIO: _trio}
    arrange[shot.layout](canvas, shot, palette, chance)
    return _jpeg(canvas)


def palette_of(category: str, seed: int = 0) -> str:
    """Return a palette that suits a top category, given by its code."""
    palettes = PALETTES_OF_CATEGORY.get(category, ANY_PALETTES)
    return palettes[seed % len(palettes)]


def product_shots(glyph: str, palette: str, *, props: Sequence[str] = (), count: int = 3, seed: int = 0) -> list[Shot]:
    """Return `count` different shots of one product, the first always the plain hero or the scene."""
    chance = random.Random(f"{glyph}{palette}{seed}")
    first = Layout.SCENE if props and chance.random() < 0.5 else Layout.HERO
    others = [layout for layout in Layout if layout is not first]
    chance.shuffle(others)
    layouts = [first, *others][:count]
    return [Shot(glyph, palette, layout, tuple(props), seed=seed + at) for at, layout in enumerate(layouts)]


def shop_logo(glyph: str, palette: str, size: int = 256) -> bytes:
    """Return a square logo: the glyph on a plain coloured ground."""
    canvas = _backdrop(palette, 0).resize((size, size), Image.Resampling.BILINEAR)
    drawn = _glyph(glyph, size * 5 // 8)
    canvas.paste(drawn, ((size - drawn.width) // 2, (size - drawn.height) // 2), drawn)
    return _jpeg(canvas)


def shop_banner(glyphs: Sequence[str], palette: str, seed: int = 0, width: int = 1200, height: int = 320) -> bytes:
    """Return a wide banner with the glyphs strewn over its right half."""
    chance = random.Random(f"{glyphs}{palette}{seed}")
    canvas = _backdrop(palette, 1).resize((width, width), Image.Resampling.BILINEAR).crop((0, 0, width, height))
    tone = PALETTES[palette].plate
    for at in range(9):
        glyph = _glyph(glyphs[at % len(glyphs)], chance.choice((96, 132, 176)))
        turned = glyph.rotate(chance.randrange(-24, 25), Image.Resampling.BICUBIC, expand=True)
        x = width // 3 + at * (width * 2 // 3) // 9 + chance.randrange(-20, 21)
        y = chance.randrange(-30, height - turned.height + 30)
        _disc(canvas, (x + turned.width // 2, y + turned.height // 2), turned.width // 2, tone, 0.35)
        canvas.paste(turned, (x, y), turned)
    return _jpeg(canvas)


def category_icon(glyph: str, size: int = 160) -> bytes:
    """Return the glyph alone as a WebP with a transparent ground."""
    out = io.BytesIO()
    _glyph(glyph, size).save(out, "WEBP", quality=88, method=2)
    return out.getvalue()


def has_glyph(glyph: str) -> bool:
    """Say whether the emoji set can draw `glyph`."""
    return _glyph_file(glyph) is not None


def _hero(canvas: Image.Image, shot: Shot, palette: Palette, chance: random.Random) -> None:
    centre = (SIZE // 2, SIZE // 2 + chance.randrange(-10, 11))
    _disc(canvas, centre, 300, palette.plate, 0.8)
    _confetti(canvas, palette, chance)
    _stand(canvas, shot.glyph, (centre[0], centre[1] + 190), 430, shot.hue_degrees)


def _scene(canvas: Image.Image, shot: Shot, palette: Palette, chance: random.Random) -> None:
    floor = 600
    _podium(canvas, (SIZE // 2, floor + 20), 250, palette)
    props = shot.props or (shot.glyph,)
    for at, x in enumerate((150, 650)):
        _stand(canvas, props[at % len(props)], (x + chance.randrange(-14, 15), floor + 110), 190, 0)
    _stand(canvas, shot.glyph, (SIZE // 2, floor + 14), 400, shot.hue_degrees)


def _close(canvas: Image.Image, shot: Shot, palette: Palette, chance: random.Random) -> None:
    _stripes(canvas, palette)
    turned = _tilted(shot.glyph, 780, shot.hue_degrees, chance.choice((-16, -10, 10, 16)))
    at = (
        (SIZE - turned.width) // 2 + chance.randrange(-50, 51),
        (SIZE - turned.height) // 2 + chance.randrange(20, 71),
    )
    _drop_shadow(canvas, turned, at)
    canvas.paste(turned, at, turned)


def _trio(canvas: Image.Image, shot: Shot, palette: Palette, chance: random.Random) -> None:
    _disc(canvas, (SIZE // 2, 330), 250, palette.plate, 0.6)
    _confetti(canvas, palette, chance)
    for x, size, floor in ((210, 290, 560), (590, 290, 560), (400, 380, 650)):
        _stand(canvas, shot.glyph, (x, floor), size, shot.hue_degrees)


def _stand(canvas: Image.Image, glyph: str, foot: tuple[int, int], size: int, hue_degrees: int) -> None:
    """Put a glyph with its lower edge at `foot`, over a soft shadow on the ground."""
    drawn = _glyph(glyph, size, hue_degrees)
    shadow = _ground_shadow(size * 3 // 4)
    ink = Image.new("RGB", shadow.size, (60, 30, 20))
    canvas.paste(ink, (foot[0] - shadow.width // 2, foot[1] - shadow.height // 2 - size // 40), shadow)
    canvas.paste(drawn, (foot[0] - drawn.width // 2, foot[1] - drawn.height), drawn)


def _disc(canvas: Image.Image, centre: tuple[int, int], radius: int, colour: Colour, strength: float) -> None:
    mask = _round_mask(radius * 2, radius * 2, round(strength * 20))
    canvas.paste(Image.new("RGB", mask.size, colour), (centre[0] - radius, centre[1] - radius), mask)


def _podium(canvas: Image.Image, centre: tuple[int, int], radius: int, palette: Palette) -> None:
    """A flat drum: side, then lid."""
    lid = _round_mask(radius * 2, radius * 2 // 5, 20)
    x, y = centre[0] - radius, centre[1] - lid.height // 2
    side = tuple((2 * plate + accent) // 3 for plate, accent in zip(palette.plate, palette.accent, strict=True))
    depth = 90
    ImageDraw.Draw(canvas).rectangle((x, centre[1], x + radius * 2 - 1, centre[1] + depth), fill=side)
    canvas.paste(Image.new("RGB", lid.size, side), (x, y + depth), lid)
    canvas.paste(Image.new("RGB", lid.size, palette.plate), (x, y), lid)


def _confetti(canvas: Image.Image, palette: Palette, chance: random.Random) -> None:
    """A few small dots of the accent colour near the edges."""
    for _ in range(7):
        radius = chance.choice((7, 10, 15))
        side = chance.choice((60, 110, 690, 740))
        spot = (side, chance.randrange(60, 740)) if chance.random() < 0.5 else (chance.randrange(60, 740), side)
        _disc(canvas, spot, radius, palette.accent, chance.choice((0.25, 0.45)))


def _stripes(canvas: Image.Image, palette: Palette) -> None:
    mask = _stripe_mask()
    canvas.paste(Image.new("RGB", mask.size, palette.plate), (0, 0), mask)


def _drop_shadow(canvas: Image.Image, drawn: Image.Image, at: tuple[int, int]) -> None:
    """Blur a small copy: a soft shadow needs no resolution."""
    small = drawn.getchannel("A").resize((drawn.width // 8, drawn.height // 8), Image.Resampling.BOX)
    soft = ImageOps.expand(small, 8).filter(ImageFilter.GaussianBlur(3)).point(lambda value: value * 2 // 5)
    shadow = soft.resize((drawn.width + 128, drawn.height + 128), Image.Resampling.BILINEAR)
    canvas.paste(Image.new("RGB", shadow.size, (60, 30, 20)), (at[0] - 64, at[1] - 34), shadow)


@lru_cache(maxsize=64)
def _backdrop(palette: str, variant: int) -> Image.Image:
    """A lit wall: a slope from top to bottom with a bright place that differs by variant."""
    colours = PALETTES[palette]
    slope = Image.linear_gradient("L").resize((SIZE, SIZE), Image.Resampling.BILINEAR)
    wall = ImageOps.colorize(slope, colours.top, colours.bottom).convert("RGB")
    glow = ImageChops.invert(Image.radial_gradient("L")).resize(
        (SIZE * 3 // 2, SIZE * 3 // 2), Image.Resampling.BILINEAR
    )
    glow = glow.point(lambda value: max(0, value - 60) * 2 // 3)
    shift = (-SIZE // 4, -SIZE // 2, 0)[variant]
    wall.paste(Image.new("RGB", glow.size, colours.plate), (shift, -SIZE // 2), glow)
    return wall


@lru_cache(maxsize=512)
def _glyph(glyph: str, size: int, hue_degrees: int = 0) -> Image.Image:
    """The glyph cut to its own edges and scaled so that its longer side is `size`; turned in colour if asked."""
    drawn = _glyph_source(glyph)
    if hue_degrees:
        drawn = _recolour(drawn, hue_degrees)
    scale = size / max(drawn.size)
    wanted = (max(1, round(drawn.width * scale)), max(1, round(drawn.height * scale)))
    return drawn.resize(wanted, Image.Resampling.BICUBIC)


@lru_cache(maxsize=64)
def _tilted(glyph: str, size: int, hue_degrees: int, angle: int) -> Image.Image:
    """The glyph turned before it is scaled up, which costs an eighth of turning it afterwards."""
    turned = _glyph(glyph, 320, hue_degrees).rotate(angle, Image.Resampling.BICUBIC, expand=True)
    scale = size / max(turned.size)
    return turned.resize((round(turned.width * scale), round(turned.height * scale)), Image.Resampling.BICUBIC)


@lru_cache(maxsize=512)
def _glyph_source(glyph: str) -> Image.Image:
    path = _glyph_file(glyph)
    if path is None:
        raise MissingGlyph(f"{glyph!r} is not in {GLYPHS.name}")
    with Image.open(path) as image:
        drawn = image.convert("RGBA")
    return drawn.crop(drawn.getbbox())


def _glyph_file(glyph: str) -> Path | None:
    """Files are named by code points, with or without the variation selector."""
    points = [f"{ord(letter):04x}" for letter in glyph]
    plain = [point for point in points if point != f"{ord(VARIATION_SELECTOR):04x}"]
    for name in ("-".join(points), "-".join(plain), "-".join([*plain, "fe0f"])):
        path = GLYPHS / f"{name}.webp"
        if path.exists():
            return path
    return None


def _recolour(drawn: Image.Image, degrees: int) -> Image.Image:
    hue, saturation, value = drawn.convert("RGB").convert("HSV").split()
    turned = hue.point(lambda tone: (tone + degrees * 256 // 360) % 256)
    recoloured = Image.merge("HSV", (turned, saturation, value)).convert("RGB")
    recoloured.putalpha(drawn.getchannel("A"))
    return recoloured


@lru_cache(maxsize=64)
def _ground_shadow(width: int) -> Image.Image:
    """A flat blurred ellipse, as a mask."""
    small = Image.new("L", (64, 24), 0)
    ImageDraw.Draw(small).ellipse((10, 8, 53, 16), fill=110)
    return small.filter(ImageFilter.GaussianBlur(3)).resize(
        (width * 64 // 44, width * 24 // 44), Image.Resampling.BICUBIC
    )


@lru_cache(maxsize=128)
def _round_mask(width: int, height: int, strength: int) -> Image.Image:
    """A smooth-edged ellipse, as a mask; `strength` 20 covers fully."""
    large = Image.new("L", (width * 2, height * 2), 0)
    ImageDraw.Draw(large).ellipse((0, 0, width * 2 - 1, height * 2 - 1), fill=255 * strength // 20)
    return large.resize((width, height), Image.Resampling.BOX)


@lru_cache(maxsize=1)
def _stripe_mask() -> Image.Image:
    mask = Image.new("L", (SIZE, SIZE), 0)
    pen = ImageDraw.Draw(mask)
    for x in range(-SIZE, SIZE, 160):
        pen.line((x, SIZE, x + SIZE, 0), fill=90, width=64)
    return mask.filter(ImageFilter.GaussianBlur(1))


def _jpeg(canvas: Image.Image) -> bytes:
    out = io.BytesIO()
    canvas.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
