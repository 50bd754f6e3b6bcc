"""Orders and what becomes of them. Money is whole minor units; every order is settled once, whatever comes late."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anxin.engine.compiling import Bools, Longs
from anxin.world.market.terms import Terms

NEVER = -1
ORDER, REFUND, COMPLAINT = "order", "refund", "complaint"

_ROW = np.dtype(
    [
        ("person", "i8"),
        ("item", "i8"),
        ("impression", "i8"),
        ("price_minor", "i8"),
        ("hour", "i8"),
        ("refund_hour", "i8"),
        ("complaint_hour", "i8"),
        ("upheld", "?"),
    ]
)
Rows = NDArray[Any]


@dataclass(frozen=True)
class Outcome:
    """Something that a platform hears of later; `upheld` says which complaints were violations."""

    kind: str
    impressions: Longs
    people: Longs
    items: Longs
    upheld: Bools


@dataclass(frozen=True)
class Totals:
    """What a period came to. Refunds and complaints are of its orders, whenever they come."""

    orders: int
    gmv_minor: int
    refunds: int
    refunded_minor: int
    complaints: int
    upheld: int
    quality_gmv_minor: int


@dataclass
class Book:
    """`pending` are clicks that become orders later, by hour; `due` are rows of orders that are heard of at an hour."""

    rows: list[Rows] = field(default_factory=list)
    count: int = 0
    pending: dict[int, list[Rows]] = field(default_factory=lambda: defaultdict(list))
    due: dict[int, list[tuple[str, Rows]]] = field(default_factory=lambda: defaultdict(list))

    def place(self, orders: Rows) -> None:
        """Enter orders, and what will be heard of them at which hour."""
        self.rows.append(orders)
        self.count += len(orders)
        for kind, column in ((REFUND, "refund_hour"), (COMPLAINT, "complaint_hour")):
            for hour in np.unique(orders[column]).tolist():
                if hour != NEVER:
                    self.due[hour].append((kind, orders[orders[column] == hour]))

    def heard(self, hour: int) -> list[Outcome]:
        """Return what comes to light in this hour."""
        return [outcome_of(kind, rows) for kind, rows in self.due.pop(hour, [])]

    def totals(self, first_hour: int, terms: Terms) -> Totals:
        """Return what orders from an hour on came to."""
        rows = np.concatenate([*self.rows, np.zeros(0, _ROW)])
        rows = rows[rows["hour"] >= first_hour]
        gmv = int(rows["price_minor"].sum())
        refunded = rows["refund_hour"] != NEVER
        complained = rows["complaint_hour"] != NEVER
        upheld = int((rows["upheld"] & complained).sum())
        back = int(rows["price_minor"][refunded].sum())
        costs = terms.complaint_minor * int(complained.sum()) + terms.violation_minor * upheld
        return Totals(len(rows), gmv, int(refunded.sum()), back, int(complained.sum()), upheld, gmv - back - costs)


def orders_of(count: int) -> Rows:
    """Return orders without a word in them that nothing will be heard of."""
    rows = np.zeros(count, _ROW)
    rows["refund_hour"] = rows["complaint_hour"] = NEVER
    return rows


def outcome_of(kind: str, rows: Rows) -> Outcome:
    """Return rows as a platform hears of them."""
    upheld = rows["upheld"] & (kind == COMPLAINT)
    return Outcome(kind, rows["impression"].copy(), rows["person"].copy(), rows["item"].copy(), upheld)
