"""What a product says and shows, and what of it needs a review before others see it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from anxin.market.catalog.domain.prices import Pricing, check_pricing
from anxin.market.catalog.errors import (
    BadHandle,
    BadOptions,
    BadWeight,
    PictureMissing,
    PictureUnknown,
    SkuCodeTaken,
    SkuMissing,
    TextTooLong,
    TitleMissing,
    TooMany,
)

HANDLE = re.compile(r"^[\w]+(?:[-.][\w]+)*$")  # Chinese letters are letters too
HANDLE_CHARS_MAX = 255
PICTURES_MAX = 60
OPTIONS_MAX = 3
SKUS_MAX = 300
TAGS_MAX = 250
WEIGHT_GRAMS_MAX = 10_000_000
TEXT_MAX = {
    "title": 255,
    "title_en": 255,
    "description_html": 200_000,
    "brand": 120,
    "product_type": 255,
}
OPTION_NAME_MAX = 60
OPTION_VALUE_MAX = 120
CODE_MAX = 80
BARCODE_MAX = 64


@dataclass(frozen=True)
class Picture:
    """A picture in the media store; the key is the digest of its bytes."""

    key: str
    alt: str = ""


@dataclass(frozen=True)
class Content:
    """The part of a product that is reviewed: a change of any field needs a new review."""

    category: str
    title: str
    title_en: str = ""
    description_html: str = ""
    brand: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    option_names: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    product_type: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class SkuDraft:
    """One variant as a merchant writes it."""

    options: tuple[str, ...]
    price_minor: int
    compare_price_minor: int | None = None
    code: str = ""
    barcode: str = ""
    weight_grams: int = 0
    picture: str = ""
    extras: Mapping[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """How the variant is called in a message."""
        return self.code or " / ".join(self.options) or "–"

    @property
    def pricing(self) -> Pricing:
        """Its two prices."""
        return Pricing(self.price_minor, self.compare_price_minor)


@dataclass(frozen=True)
class ProductDraft:
    """A whole product as a merchant, an import or the demo market writes it."""

    handle: str
    content: Content
    skus: tuple[SkuDraft, ...]
    freight_template_id: str | None = None
    extras: Mapping[str, str] = field(default_factory=dict)


def content_to_json(content: Content) -> dict[str, Any]:
    """Write content as plain JSON."""
    return vars(content) | {  # as `asdict` would, which copies every text on its way
        "attributes": dict(content.attributes),
        "pictures": tuple(dict(vars(picture)) for picture in content.pictures),
    }


def content_from_json(data: Mapping[str, Any]) -> Content:
    """Read content as `content_to_json` wrote it."""
    return Content(
        category=data["category"],
        title=data["title"],
        title_en=data["title_en"],
        description_html=data["description_html"],
        brand=data["brand"],
        attributes=dict(data["attributes"]),
        option_names=tuple(data["option_names"]),
        pictures=tuple(Picture(picture["key"], picture["alt"]) for picture in data["pictures"]),
        product_type=data["product_type"],
        tags=tuple(data["tags"]),
    )


def changed_fields(before: Content, after: Content) -> tuple[str, ...]:
    """Return the names of the fields in which the two differ."""
    left, right = content_to_json(before), content_to_json(after)
    return tuple(name for name in left if _plain(left[name]) != _plain(right[name]))


def check_draft(draft: ProductDraft) -> None:
    """Refuse a product that breaks a limit, whatever its state. Raises the first fault found."""
    check_handle(draft.handle)
    check_content(draft.content)
    check_skus(draft.content, draft.skus)


def check_handle(handle: str) -> None:
    """Refuse a handle that cannot be part of an address. Raises BadHandle."""
    if len(handle) > HANDLE_CHARS_MAX or not HANDLE.match(handle):
        raise BadHandle(handle[:60])


def check_content(content: Content) -> None:
    """Refuse texts and lists beyond their limits. Raises TitleMissing, TextTooLong, TooMany, BadOptions."""
    if not content.title.strip():
        raise TitleMissing
    for name, most in TEXT_MAX.items():
        if len(getattr(content, name)) > most:
            raise TextTooLong(name, most)
    _limit("pictures", content.pictures, PICTURES_MAX)
    _limit("options", content.option_names, OPTIONS_MAX)
    _limit("tags", content.tags, TAGS_MAX)
    names = content.option_names
    if len(set(names)) != len(names) or not all(0 < len(name) <= OPTION_NAME_MAX for name in names):
        raise BadOptions(" / ".join(names))


def check_skus(content: Content, skus: Sequence[SkuDraft]) -> None:
    """Refuse variants that do not fit the options or each other. Raises the first fault found."""
    _limit("skus", skus, SKUS_MAX)
    keys = {picture.key for picture in content.pictures}
    seen: set[tuple[str, ...]] = set()
    codes: set[str] = set()
    for sku in skus:
        _check_sku(content, sku, keys)
        if sku.options in seen:
            raise BadOptions(sku.label)
        if sku.code and sku.code in codes:
            raise SkuCodeTaken(sku.code)
        seen.add(sku.options)
        codes.add(sku.code)


def check_complete(content: Content, prices_minor: Sequence[int]) -> None:
    """Refuse to submit a product that a buyer could not buy. Raises PictureMissing, SkuMissing."""
    if not content.pictures:
        raise PictureMissing
    if not any(price > 0 for price in prices_minor):
        raise SkuMissing


def without_duplicate_pictures(content: Content) -> Content:
    """Return the content with every picture once, in the first place where it stood."""
    once = {picture.key: picture for picture in reversed(content.pictures)}
    ordered = dict.fromkeys(picture.key for picture in content.pictures)
    return replace(content, pictures=tuple(once[key] for key in ordered))


def _check_sku(content: Content, sku: SkuDraft, keys: set[str]) -> None:
    fits = len(sku.options) == len(content.option_names)
    if not fits or not all(0 < len(value) <= OPTION_VALUE_MAX for value in sku.options):
        raise BadOptions(sku.label)
    if len(sku.code) > CODE_MAX:
        raise TextTooLong("sku_code", CODE_MAX)
    if len(sku.barcode) > BARCODE_MAX:
        raise TextTooLong("barcode", BARCODE_MAX)
    if not 0 <= sku.weight_grams <= WEIGHT_GRAMS_MAX:
        raise BadWeight(sku.weight_grams)
    if sku.picture and sku.picture not in keys:
        raise PictureUnknown(sku.picture)
    check_pricing(sku.label, sku.pricing)


def _limit(what: str, items: Sequence[object], most: int) -> None:
    if len(items) > most:
        raise TooMany(what, most)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
