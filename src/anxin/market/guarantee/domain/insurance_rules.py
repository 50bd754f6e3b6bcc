"""Freight insurance as versioned data: `rules/insurance-*.toml`, each with the day from which it holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol, TypeVar

from anxin.market.guarantee.domain.toml_source import Source


class InsuranceProduct(StrEnum):
    """What is insured, from the lightest (DOMAIN 1.3)."""

    SMALL = "small"  # 小件
    UPGRADED = "upgraded"  # 小件升级版
    LARGE = "large"  # 大件


@dataclass(frozen=True)
class Limits:
    """The times and numbers a claim is held to."""

    claim_days: int
    payout_hours: int
    appeal_hours: int
    appeals_max: int
    pickup_booking_days: int


@dataclass(frozen=True)
class PremiumRule:
    """The numbers of the premium formula; rates in basis points, amounts in minor units."""

    minor_min: int
    minor_max: int
    loading_bps: int
    prior_orders: int
    category_return_bps_default: int
    category_return_bps: Mapping[str, int]


@dataclass(frozen=True)
class TariffBand:
    """The freight up to a distance: the first kilogram and every following one; `km_max` None is the open end."""

    first_minor: int
    next_minor: int
    km_max: int | None = None


@dataclass(frozen=True)
class ProductRule:
    """One insurance product: for parcels up to a weight (None: any), up to a cap, for shops whose return rate is not higher."""

    cap_minor: int
    return_rate_bps_max: int
    weight_grams_max: int | None = None
    pickup_cap_grams: int | None = None


@dataclass(frozen=True)
class GiftRule:
    """For whom the platform pays when the shop does not."""

    orders_max: int
    goods_minor_min: int
    buyer_return_bps_max: int


@dataclass(frozen=True)
class InsuranceRules:
    """All rules of freight insurance as they hold from one day on."""

    name: str
    profile: str
    effective_from: date
    source: str
    limits: Limits
    premium: PremiumRule
    tariff: tuple[TariffBand, ...]
    products: Mapping[InsuranceProduct, ProductRule]
    excluded_flags: frozenset[str]
    gift: GiftRule | None = None


class DatedBook(Protocol):
    """A book of rules: its own name, the profile it belongs to, the day from which it holds."""

    @property
    def name(self) -> str: ...

    @property
    def profile(self) -> str: ...

    @property
    def effective_from(self) -> date: ...


B = TypeVar("B", bound=DatedBook)


def book_at(books: Sequence[B], profile: str, day: date) -> B:
    """Return the book of a profile that holds on a day, its first one for an earlier day; there is one of every profile."""
    own = sorted((book for book in books if book.profile == profile), key=lambda book: book.effective_from)
    return [own[0], *(book for book in own if book.effective_from <= day)][-1]


def book_named(books: Sequence[B], name: str) -> B:
    """Return the book with a name. Raises KeyError."""
    return {book.name: book for book in books}[name]


def read_insurance_rules(file: str, text: str) -> InsuranceRules:
    """Read a book from TOML. Raises BadPromiseFile with file, line and reason."""
    source = Source(file, text)
    rules: InsuranceRules = source.dataclass_of(InsuranceRules, source.parsed(), ())
    _check(rules, source)
    return rules


def _check(rules: InsuranceRules, source: Source) -> None:
    reaches = [band.km_max for band in rules.tariff]
    closed = [reach for reach in reaches if reach is not None]
    if not reaches or reaches[-1] is not None or len(closed) != len(reaches) - 1 or closed != sorted(closed):
        source.refuse(("tariff",), "the tariff's bands must grow and the last one must be open")
    if not 0 < rules.premium.minor_min <= rules.premium.minor_max:
        source.refuse(("premium", "minor_min"), "the premium's bounds are the wrong way round")
    if InsuranceProduct.LARGE not in rules.products or rules.products[InsuranceProduct.LARGE].weight_grams_max:
        source.refuse(("products",), "there must be a product for any weight")
