"""Automatic compensation as versioned data: `rules/compensation-*.toml`, each with the day from which it holds.

What late shipping pays is not here: it is a promise of its own (`promises/late_shipping.toml`), frozen on certificates.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from anxin.market.guarantee.domain.insurance_rules import RULES_FOLDER, WrongRules, book_at, book_named, of, only
from anxin.market.guarantee.domain.promises import Stage


class CompensationKind(StrEnum):
    """What a buyer is paid for without asking (DOMAIN 1.10)."""

    LATE_SHIPPING = "late_shipping"  # 发货超时
    TRACE_OVERDUE = "trace_overdue"  # 物流更新超时
    FRAUD_SHIPMENT = "fraud_shipment"  # 欺诈发货
    REFUSED_AFTER_SALE = "refused_after_sale"  # 无故拒绝售后
    INVOICE_LATE = "invoice_late"  # 发票逾期或拒开
    INVOICE_FAKE = "invoice_fake"  # 虚假发票


@dataclass(frozen=True)
class Share:
    """A part of what was paid, clamped: `rate_bps` of it, at least and at most so many minor units."""

    rate_bps: int
    min_minor: int
    max_minor: int


@dataclass(frozen=True)
class ShipPromiseRule:
    """Within how many hours of payment goods are shipped, by category."""

    hours_default: int
    hours_max: int
    category_hours: Mapping[str, int]


@dataclass(frozen=True)
class ControlRule:
    """From which share of late orders a shop takes none for some days, judged by the orders of a window."""

    window_days: int
    orders_min: int
    late_rate_bps_min: int
    barred_days: int


@dataclass(frozen=True)
class CompensationRules:
    """All rules of automatic compensation as they hold from one day on."""

    name: str
    profile: str
    effective_from: date
    source: str
    promise: ShipPromiseRule
    trace_overdue: tuple[Stage, ...]
    found: Mapping[CompensationKind, Share]
    refusal_verdicts: frozenset[str]  # reasons of verdicts by which a request was refused without cause
    close_days: int
    control: ControlRule


def compensation_rules_at(profile: str, day: date) -> CompensationRules:
    """Return the rules of a profile that hold on a day; a day before its first book is judged by the first."""
    return book_at(_books(), profile, day)


def compensation_rules_named(name: str) -> CompensationRules:
    """Return the book an order was promised under. Raises KeyError."""
    return book_named(_books(), name)


@cache
def _books() -> tuple[CompensationRules, ...]:
    paths = RULES_FOLDER.glob("compensation-*.toml")
    read = (read_compensation_rules(tomllib.loads(path.read_text())) for path in paths)
    return tuple(read)


def read_compensation_rules(data: Mapping[str, Any]) -> CompensationRules:
    """Read a book from parsed TOML. Raises WrongRules for unknown or missing words and numbers that cannot be."""
    known = {
        "name", "profile", "effective_from", "source", "promise", "trace_overdue", "found", "verdicts", "unshipped", "control"
    }  # fmt: skip
    only(data, known, "the book")
    try:
        rules = CompensationRules(
            name=data["name"],
            profile=data["profile"],
            effective_from=data["effective_from"],
            source=data["source"],
            promise=of(ShipPromiseRule, data["promise"]),
            trace_overdue=_stages(data.get("trace_overdue", {}).get("stages", ())),
            found={CompensationKind(kind): of(Share, share) for kind, share in data["found"].items()},
            refusal_verdicts=frozenset(data.get("verdicts", {}).get("refused_after_sale", ())),
            close_days=data["unshipped"]["close_days"],
            control=of(ControlRule, data["control"]),
        )
    except KeyError as missing:
        raise WrongRules(f"{missing} is missing") from missing
    _check(rules)
    return rules


def _stages(rows: Sequence[Mapping[str, Any]]) -> tuple[Stage, ...]:
    stages: tuple[Stage, ...] = tuple(of(Stage, row) for row in rows)
    if [stage.after_hours for stage in stages] != sorted({stage.after_hours for stage in stages}):
        raise WrongRules("stages must follow each other")
    return stages


def _check(rules: CompensationRules) -> None:
    shares: tuple[Share | Stage, ...] = (*rules.found.values(), *rules.trace_overdue)
    if any(part.min_minor > part.max_minor for part in shares):
        raise WrongRules("the bounds of a share are the wrong way round")
