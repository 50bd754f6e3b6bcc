"""How often a seller's orders go wrong, while most of what will go wrong has not been heard of yet.

A refund comes days after its order. Counted as "went well" until then, the newest orders flatter exactly who sells fast; whoever
counts them so ranks bad sellers above good ones. Here an order counts as much as would have been heard of it by now (Chapelle
2014). Few orders are pulled towards what the model says of the goods, and a margin is added for what is not known (`value`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from anxin.engine.arrange import NOBODY
from anxin.engine.compiling import Doubles, Longs
from anxin.engine.rank.ripening import DAY_SECONDS
from anxin.engine.value import Formula, Record, margin

STANDINGS_MAX = 8  # formulas whose reckoning is kept


def ripeness(age_s: Longs | Doubles, heard_days: Sequence[float]) -> Doubles:
    """Return the share of what will be heard of orders of this age that has been heard: `Head.heard_days`."""
    ages = np.asarray(heard_days) * DAY_SECONDS
    return np.asarray(np.searchsorted(ages, np.asarray(age_s, np.float64), side="right") / len(ages))


def _none() -> Doubles:
    return np.zeros(0)


@dataclass(frozen=True)
class Sellers:
    """All sellers, a row each: `ids` in order, `orders` by ripeness, those of which was heard that they went wrong, and rules
    that were broken.
    """

    ids: Longs = field(default_factory=lambda: np.zeros(0, np.int64))
    orders: Doubles = field(default_factory=_none)
    refunds: Doubles = field(default_factory=_none)
    complaints: Doubles = field(default_factory=_none)
    violations: Doubles = field(default_factory=_none)

    def rows_of(self, ids: Longs) -> Longs:
        """Return the rows of sellers; NOBODY for those of whom nothing is known."""
        if len(self.ids) == 0:
            return np.full(len(ids), NOBODY, np.int64)
        rows = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        return np.where(self.ids[rows] == ids, rows, NOBODY).astype(np.int64)

    def standing(self, formula: Formula) -> Record:
        """Return each seller's record as a formula takes it; the last row (NOBODY's) is that of one without any order."""
        key = formula.confidence, formula.prior_orders
        if key not in self._standings:
            if len(self._standings) >= STANDINGS_MAX:
                self._standings.clear()
            self._standings[key] = self._reckoned(formula)
        return self._standings[key]

    @cached_property
    def _standings(self) -> dict[tuple[float, int], Record]:
        return {}

    def _reckoned(self, formula: Formula) -> Record:
        counts = (self.orders, self.refunds, self.complaints, self.violations)
        orders, refunds, complaints, violations = (np.append(column, 0.0) for column in counts)
        prior = formula.prior_orders
        return Record(
            orders,
            refunds,
            complaints,
            (violations + prior * _overall(orders, violations)) / (orders + violations + prior),
            margin(orders, refunds, _overall(orders, refunds), formula),
            margin(orders, complaints, _overall(orders, complaints), formula),
        )


def _overall(orders: Doubles, bad: Doubles) -> float:
    """Return how often it happens to all sellers; where there are few orders, towards never."""
    return float((bad.sum() + 0.1) / (max(orders.sum(), bad.sum()) + 10))
