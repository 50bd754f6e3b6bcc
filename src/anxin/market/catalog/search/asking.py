"""A question to the search and its answer, as values; and cursors between pages. Pure."""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from anxin.infra.words import EVERYTHING, filter_word, quoted
from anxin.kernel.page import Page
from anxin.market.catalog.errors import BadCursor

LARGEST_MINOR = 10**15
BAND_STARTS = (0, 50_00, 100_00, 200_00, 500_00, 1_000_00, 2_000_00, 5_000_00)
_FIRST_SCORE = 2**62
_LAST_ID = UUID(int=2**128 - 1)
_NO_ID = UUID(int=0)


class Sort(StrEnum):
    """The order of results."""

    RELEVANCE = "relevance"
    PRICE = "price"
    PRICE_DOWN = "price_down"
    NEWEST = "newest"
    SALES = "sales"


@dataclass(frozen=True)
class Question:
    """What is searched for. Amounts are minor units; a facet is `a:attribute=value` or `o:option=value`."""

    text: str = ""
    shop_id: UUID | None = None
    category: str = ""
    brand: str = ""
    facets: tuple[str, ...] = ()
    price_from_minor: int = 0
    price_to_minor: int = LARGEST_MINOR
    sort: Sort = Sort.RELEVANCE
    cursor: str = ""
    limit: int = 24

    @property
    def is_unfiltered(self) -> bool:
        """Whether nothing but a text and a price range narrows the goods down."""
        return not (self.shop_id or self.category or self.brand or self.facets)

    @property
    def is_plain(self) -> bool:
        """Whether nothing but a shop narrows the goods down, in their own order, and this is the first page."""
        narrowed = self.text or self.category or self.brand or self.facets or self.cursor or self.is_priced
        return not narrowed and self.sort is Sort.RELEVANCE

    @property
    def is_priced(self) -> bool:
        """Whether a price range narrows the goods down."""
        return self.price_from_minor > 0 or self.price_to_minor < LARGEST_MINOR

    def filters(self) -> str:
        """Return the tsquery of the filters: each is a word of the index."""
        words = [filter_word(*EVERYTHING)] if self.is_unfiltered else []
        if self.shop_id:
            words.append(filter_word("shop", str(self.shop_id)))
        if self.category:
            words.append(filter_word("category", self.category))
        if self.brand:
            words.append(filter_word("brand", self.brand))
        words.extend(filter_word("facet", facet) for facet in self.facets)
        return " & ".join(map(quoted, words))


@dataclass(frozen=True)
class FacetCount:
    """A value to narrow down by, and how many of the candidates have it."""

    value: str
    uses: int


@dataclass(frozen=True)
class Band:
    """Prices from `from_minor` up to below `to_minor` (None: no end), and how many candidates lie there."""

    from_minor: int
    to_minor: int | None
    uses: int


@dataclass(frozen=True)
class Facets:
    """What the candidates can be narrowed down by; facets are grouped by their name, most used first."""

    categories: Mapping[str, int]
    brands: tuple[FacetCount, ...]
    groups: Mapping[str, tuple[FacetCount, ...]]
    bands: tuple[Band, ...]


@dataclass(frozen=True)
class Answer:
    """One page of product ids.

    Where `total_is_capped` there are more matches: the total and the facets count the best-selling ones only.
    `corrected` is the text that was searched instead where the asked one found nothing.
    """

    page: Page[UUID]
    total: int
    facets: Facets
    total_is_capped: bool = False
    corrected: str | None = None


@dataclass(frozen=True)
class Suggestion:
    """A completion: a brand, word or title to search for, or a shop to open (by its slug)."""

    kind: str
    text: str
    slug: str = ""


def ranked_cursor(cursor: str) -> tuple[int, int, UUID]:
    """Read a cursor of the order by relevance: everything comes after an empty one. Raises BadCursor."""
    if not cursor:
        return _FIRST_SCORE, _FIRST_SCORE, _LAST_ID
    score, sold, last = _read(cursor, Sort.RELEVANCE, 3)
    return _number(score), _number(sold), _id(last)


def ordered_cursor(cursor: str, sort: Sort) -> tuple[int, UUID]:
    """Read a cursor of another order: a key that grows from row to row, and the last id. Raises BadCursor."""
    if not cursor:
        return -_FIRST_SCORE, _NO_ID
    key, last = _read(cursor, sort, 2)
    return _number(key), _id(last)


def cursor_after(sort: Sort, *values: object) -> str:
    """Return the cursor behind a row with these values of the order."""
    return base64.urlsafe_b64encode(json.dumps([sort.value, *map(str, values)]).encode()).decode().rstrip("=")


def facets_of(row: Mapping[str, Any]) -> Facets:
    """Read the counts of a matched row."""
    groups: dict[str, list[FacetCount]] = {}
    for facet, uses in row["facets"]:
        name, _, value = facet.partition("=")
        groups.setdefault(name, []).append(FacetCount(value, uses))
    return Facets(
        categories=row["categories"],
        brands=tuple(FacetCount(brand, uses) for brand, uses in row["brands"]),
        groups={name: tuple(counts) for name, counts in groups.items()},
        bands=_bands({int(number): uses for number, uses in row["bands"].items()}),
    )


def _bands(uses: Mapping[int, int]) -> tuple[Band, ...]:
    ends: Sequence[int | None] = (*BAND_STARTS[1:], None)
    return tuple(
        Band(start, end, uses[number])
        for number, (start, end) in enumerate(zip(BAND_STARTS, ends, strict=True), start=1)
        if uses.get(number)
    )


def _read(cursor: str, sort: Sort, length: int) -> list[str]:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        raise BadCursor from None
    if not isinstance(values, list) or len(values) != length + 1 or values[0] != sort.value:
        raise BadCursor
    return [str(value) for value in values[1:]]


def _number(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        raise BadCursor from None
    if not -_FIRST_SCORE <= number <= _FIRST_SCORE:
        raise BadCursor
    return number


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise BadCursor from None
