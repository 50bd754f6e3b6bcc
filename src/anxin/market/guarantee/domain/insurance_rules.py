"""Freight insurance as versioned data: `rules/insurance-*.toml`, each with the day from which it holds."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Protocol, TypeVar

RULES_FOLDER = Path(__file__).resolve().parent.parent / "rules"


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
    gift: GiftRule | None


class WrongRules(ValueError):
    """A rule file says something that cannot be."""


class DatedBook(Protocol):
    """A book of rules: its own name, the profile it belongs to, the day from which it holds."""

    @property
    def name(self) -> str: ...

    @property
    def profile(self) -> str: ...

    @property
    def effective_from(self) -> date: ...


B = TypeVar("B", bound=DatedBook)


def insurance_rules_at(profile: str, day: date) -> InsuranceRules:
    """Return the rules of a profile that hold on a day; a day before its first book is judged by the first."""
    return book_at(_books(), profile, day)


def insurance_rules_named(name: str) -> InsuranceRules:
    """Return the book a policy was written under. Raises KeyError."""
    return book_named(_books(), name)


def book_at(books: Sequence[B], profile: str, day: date) -> B:
    """Return the book of a profile that holds on a day, its first one for an earlier day. Raises WrongRules for none."""
    own = sorted((book for book in books if book.profile == profile), key=lambda book: book.effective_from)
    if not own:
        raise WrongRules(f"there is no book of the profile {profile}")
    return [own[0], *(book for book in own if book.effective_from <= day)][-1]


def book_named(books: Sequence[B], name: str) -> B:
    """Return the book with a name. Raises KeyError."""
    return {book.name: book for book in books}[name]


@cache
def _books() -> tuple[InsuranceRules, ...]:
    read = (read_insurance_rules(tomllib.loads(path.read_text())) for path in RULES_FOLDER.glob("insurance-*.toml"))
    return tuple(read)


def read_insurance_rules(data: Mapping[str, Any]) -> InsuranceRules:
    """Read a book from parsed TOML. Raises WrongRules for unknown or missing words and numbers that cannot be."""
    known = {
        "name",
        "profile",
        "effective_from",
        "source",
        "limits",
        "premium",
        "tariff",
        "products",
        "excluded",
        "gift",
    }
    only(data, known, "the book")
    try:
        rules = InsuranceRules(
            name=data["name"],
            profile=data["profile"],
            effective_from=data["effective_from"],
            source=data["source"],
            limits=of(Limits, data["limits"]),
            premium=of(PremiumRule, data["premium"]),
            tariff=tuple(of(TariffBand, band) for band in data["tariff"]),
            products={InsuranceProduct(name): of(ProductRule, rule) for name, rule in data["products"].items()},
            excluded_flags=frozenset(data["excluded"]["flags"]),
            gift=of(GiftRule, data["gift"]) if "gift" in data else None,
        )
    except KeyError as missing:
        raise WrongRules(f"{missing} is missing") from missing
    _check(rules)
    return rules


def _check(rules: InsuranceRules) -> None:
    reaches = [band.km_max for band in rules.tariff]
    closed = [reach for reach in reaches if reach is not None]
    if not reaches or reaches[-1] is not None or len(closed) != len(reaches) - 1 or closed != sorted(closed):
        raise WrongRules("the tariff's bands must grow and the last one must be open")
    if not 0 < rules.premium.minor_min <= rules.premium.minor_max:
        raise WrongRules("the premium's bounds are the wrong way round")
    if InsuranceProduct.LARGE not in rules.products or rules.products[InsuranceProduct.LARGE].weight_grams_max:
        raise WrongRules("there must be a product for any weight")


def of(kind: type[Any], data: Mapping[str, Any]) -> Any:
    """Return the data as a rule. Raises WrongRules for unknown or missing words and negative numbers."""
    only(data, {field.name for field in fields(kind)}, kind.__name__)
    if any(isinstance(value, int) and value < 0 for value in data.values()):
        raise WrongRules(f"{kind.__name__} has a number below zero")
    try:
        return kind(**data)
    except TypeError as missing:
        raise WrongRules(str(missing)) from missing


def only(data: Mapping[str, Any], known: set[str], where: str) -> None:
    """Let data pass that says only known words. Raises WrongRules."""
    unknown = sorted(set(data) - known)
    if unknown:
        raise WrongRules(f"{where} does not know {', '.join(unknown)}")
