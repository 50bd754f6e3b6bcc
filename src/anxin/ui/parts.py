"""The shapes that components are given where a plain value is not enough."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class ProductCard:
    """What a product card shows. Any object with these fields will do."""

    title: str
    url: str
    picture: str
    price_minor: int
    was_minor: int | None = None
    shop_name: str = ""
    sales: int = 0
    flag: str = ""
    sold_out: bool = False
    reason: str = ""  # why it is recommended
    id: str = ""
    request: str = ""  # the answer that shows it, and its place there
    slot: int | None = None


@dataclass(frozen=True)
class SkuChoice:
    """One SKU of the picker. `options` has one value for each axis, in the order of the axes."""

    id: str
    options: tuple[str, ...]
    price_minor: int
    available: int
    was_minor: int | None = None
    picture: str = ""


@dataclass(frozen=True)
class Axis:
    """One option of a product, such as colour, and its values in order; pictures by value where there are any."""

    name: str
    values: tuple[str, ...]
    pictures: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Tab:
    """One tab of a row: a link with a count."""

    label: str
    url: str
    count: int | None = None
    active: bool = False


@dataclass(frozen=True)
class Step:
    """One step of a life: `state` is done, now, failed or waiting."""

    label: str
    state: str = "waiting"
    at: datetime | None = None
    note: str = ""


@dataclass(frozen=True)
class Series:
    """One line or set of bars of a chart; money in fen. What is `faint` is drawn thin and dashed: a bound, not a figure."""

    name: str
    values: tuple[int | float, ...]
    faint: bool = False


@dataclass(frozen=True)
class Picture:
    """A picture with its words for those who do not see it."""

    url: str
    alt: str = ""
