"""The written part of the demo market: what is sold and by whom, read from `data/*.tsv`."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Kind:
    """A kind of goods: its category leaf, names, emoji and usual price."""

    leaf: str
    noun: str
    noun_en: str
    glyph: str
    price_yuan: int


@dataclass(frozen=True)
class ShopLine:
    """A shop as it is written down."""

    slug: str
    name: str
    name_en: str
    brand: str
    shop_type: str
    tops: tuple[str, ...]
    glyph: str
    intro: str
    intro_en: str


@cache
def kinds() -> tuple[Kind, ...]:
    """Return every kind of goods of the demo."""
    return tuple(Kind(leaf, noun, en, glyph, int(yuan)) for leaf, noun, en, glyph, yuan in _rows("goods.tsv"))


@cache
def shop_lines() -> tuple[ShopLine, ...]:
    """Return every shop of the demo."""
    return tuple(
        ShopLine(slug, name, en, brand, kind, tuple(tops.split(",")), glyph, intro, intro_en)
        for slug, name, en, brand, kind, tops, glyph, intro, intro_en in _rows("shops.tsv")
    )


@dataclass(frozen=True)
class CreatorLine:
    """A creator as written down; `shop` is the shop that it is, empty for a person."""

    handle: str
    name: str
    name_en: str
    bio: str
    bio_en: str
    glyph: str
    tops: tuple[str, ...]
    shop: str


@dataclass(frozen=True)
class PostLine:
    """What a creator may say of goods of a group, with places for their names."""

    group: str
    kind: str
    title: str
    title_en: str
    caption: str
    caption_en: str


@dataclass(frozen=True)
class CommentLine:
    """What somebody says, and what the creator answers, if anything."""

    text: str
    reply: str


@cache
def creator_lines() -> tuple[CreatorLine, ...]:
    """Return every creator of the demo; the first is the one whose account can be tried."""
    return tuple(
        CreatorLine(handle, name, en, bio, bio_en, glyph, tuple(tops.split(",")), shop)
        for handle, name, en, bio, bio_en, glyph, tops, shop in _rows("creators.tsv")
    )


@cache
def post_lines() -> tuple[PostLine, ...]:
    """Return what creators of the demo say."""
    return tuple(PostLine(*row) for row in _rows("posts.tsv"))


@cache
def comment_lines() -> tuple[CommentLine, ...]:
    """Return what people of the demo say below posts."""
    return tuple(CommentLine(*row) for row in _rows("comments.tsv"))


def _rows(name: str) -> Iterator[list[str]]:
    for line in (FOLDER / name).read_text().splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")
