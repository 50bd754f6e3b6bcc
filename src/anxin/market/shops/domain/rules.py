"""Onboarding and deposit rules as versioned data: `rules/*.toml`, each with the day from which it holds."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from anxin.market.shops.domain.types import EntityKind, PaperKind, ShopType

RULES_FOLDER = Path(__file__).resolve().parent.parent / "rules"


@dataclass(frozen=True)
class TypeRule:
    """What a shop type asks: who may open it, which papers, how long the brand's authorisation chain may be."""

    entity: EntityKind
    papers: tuple[PaperKind, ...]
    brand_depth_max: int | None = None
    exclusive: bool = False


@dataclass(frozen=True)
class NameRule:
    """Words that a shop's name may not carry, at all or by type, and its length."""

    reserved: tuple[str, ...]
    type_words: Mapping[str, tuple[ShopType, ...]]
    length_min: int
    length_max: int


@dataclass(frozen=True)
class DepositTier:
    """A base deposit for last month's GMV up to `gmv_minor_max`; None is the open end."""

    gmv_minor_max: int | None
    due_minor: int


@dataclass(frozen=True)
class DepositRule:
    """The base deposit by GMV and by category, and its calendar."""

    tiers: tuple[DepositTier, ...]
    special_categories: Mapping[str, int]
    notice_day: int
    effective_day: int
    listing_grace_hours: int
    experience_factor: int  # the experience deposit as a multiple of the base


@dataclass(frozen=True)
class ZeroDepositRule:
    """Limits of a shop that entered without deposit (0元入驻)."""

    orders_max: int
    gmv_minor_max: int
    settlement_days: int
    withdraw_share_bps: int


@dataclass(frozen=True)
class Rulebook:
    """All rules of this module as they hold from one day on."""

    name: str
    effective_from: date
    names: NameRule
    shops_max: Mapping[EntityKind, int]
    age_years_min: int
    trademark_pending_days_min: int
    days_left_min: Mapping[PaperKind, int]
    warn_days_before: int
    types: Mapping[ShopType, TypeRule]
    category_licences: Mapping[str, tuple[PaperKind, ...]]
    deposit: DepositRule
    zero_deposit: ZeroDepositRule


def rulebook_at(day: date) -> Rulebook:
    """Return the rulebook that holds on a day; a day before the first book is judged by the first."""
    books = _books()
    held = [book for book in books if book.effective_from <= day]
    return held[-1] if held else books[0]


@cache
def _books() -> tuple[Rulebook, ...]:
    read = (read_rulebook(tomllib.loads(path.read_text())) for path in RULES_FOLDER.glob("*.toml"))
    return tuple(sorted(read, key=lambda book: book.effective_from))


def read_rulebook(data: Mapping[str, Any]) -> Rulebook:
    """Read a rulebook from parsed TOML; an unknown word raises ValueError, a missing one KeyError."""
    names = data["names"]
    return Rulebook(
        name=data["name"],
        effective_from=data["effective_from"],
        names=NameRule(
            reserved=tuple(names["reserved"]),
            type_words={word: tuple(map(ShopType, types)) for word, types in names["type_words"].items()},
            length_min=names["length_min"],
            length_max=names["length_max"],
        ),
        shops_max={EntityKind(kind): count for kind, count in data["limits"].items()},
        age_years_min=data["people"]["age_years_min"],
        trademark_pending_days_min=data["brand"]["trademark_pending_days_min"],
        days_left_min={
            PaperKind(kind): paper["days_left_min"]
            for kind, paper in data["papers"].items()
            if "days_left_min" in paper
        },
        warn_days_before=data["expiry"]["warn_days_before"],
        types={ShopType(name): _type_rule(rule) for name, rule in data["shop_types"].items()},
        category_licences={code: tuple(map(PaperKind, kinds)) for code, kinds in data["category_licences"].items()},
        deposit=_deposit_rule(data["deposit"]),
        zero_deposit=ZeroDepositRule(**data["zero_deposit"]),
    )


def _type_rule(data: Mapping[str, Any]) -> TypeRule:
    return TypeRule(
        entity=EntityKind(data["entity"]),
        papers=tuple(map(PaperKind, data["papers"])),
        brand_depth_max=data.get("brand_depth_max"),
        exclusive=data.get("exclusive", False),
    )


def _deposit_rule(data: Mapping[str, Any]) -> DepositRule:
    return DepositRule(
        tiers=tuple(DepositTier(tier.get("gmv_minor_max"), tier["due_minor"]) for tier in data["tiers"]),
        special_categories=dict(data["special_categories"]),
        notice_day=data["notice_day"],
        effective_day=data["effective_day"],
        listing_grace_hours=data["listing_grace_hours"],
        experience_factor=data["experience_factor"],
    )
