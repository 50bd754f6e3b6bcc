"""Automatic compensation as versioned data: `rules/compensation-*.toml`, each with the day from which it holds.

What late shipping pays is not here: it is a promise of its own (`promises/late_shipping.toml`), frozen on certificates.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from anxin.market.guarantee.domain.promises import Stage
from anxin.market.guarantee.domain.toml_source import Source


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
    close_days: int  # an order that nobody ships is closed after so many days, and its money goes back
    promise: ShipPromiseRule
    found: Mapping[CompensationKind, Share]
    control: ControlRule
    trace_overdue: tuple[Stage, ...] = ()
    refusal_verdicts: frozenset[str] = frozenset()  # reasons of verdicts by which a request was refused without cause


def read_compensation_rules(file: str, text: str) -> CompensationRules:
    """Read a book from TOML. Raises BadPromiseFile with file, line and reason."""
    source = Source(file, text)
    rules: CompensationRules = source.dataclass_of(CompensationRules, source.parsed(), ())
    _check(rules, source)
    return rules


def _check(rules: CompensationRules, source: Source) -> None:
    hours = [stage.after_hours for stage in rules.trace_overdue]
    if hours != sorted(set(hours)):
        source.refuse(("trace_overdue",), "stages must follow each other")
    parts: list[tuple[Share | Stage, tuple[str | int, ...]]] = [
        *((share, ("found", kind.value, "min_minor")) for kind, share in rules.found.items()),
        *((stage, ("trace_overdue", index)) for index, stage in enumerate(rules.trace_overdue)),
    ]
    for part, path in parts:
        if part.min_minor > part.max_minor:
            source.refuse(path, "the least is more than the most")
