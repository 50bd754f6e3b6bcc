"""Quality GMV (有质量的 GMV) of showing an item, as data that an operator can tune.

`P(order)·(price·(1 - P(refund)) - P(complaint)·cost - P(violation)·cost) + Σ P(head)·worth`, in minor units of money an
impression. Refund and complaint are what the model says of an order, corrected by the seller's own record. It is an expectation,
not an amount: nothing is ever booked from it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from scipy import special

from anxin.engine.compiling import Doubles, Floats, Longs
from anxin.engine.errors import MalformedFormula
from anxin.engine.rank.heads import HEADS

ENGAGEMENT = tuple(head.name for head in HEADS if head.given is None and head.name != "order")
WEIGHTS = ("complaint", "violation", *ENGAGEMENT)  # what an experiment may multiply, in the order of `factors`
EXPERIMENT_MAX = 0.5


@dataclass(frozen=True)
class Formula:
    """The weights. Costs and worths are minor units an event; `confidence` and `prior_orders` are for young sellers.

    `experiment` is how far everybody's WEIGHTS are off, in log units (`explore/perturb.py`); 0 switches it off.
    """

    version: str
    complaint_minor: int = 5_000
    violation_minor: int = 20_000
    worth_minor: Mapping[str, int] = field(default_factory=dict)
    refund_counts: bool = True
    confidence: float = 0.8
    prior_orders: int = 30
    experiment: float = 0.0

    def __post_init__(self) -> None:
        if not self.version:
            raise MalformedFormula("it has no version")
        strangers = sorted(set(self.worth_minor) - set(ENGAGEMENT))
        if strangers:
            raise MalformedFormula(f"{strangers[0]} is not one of {', '.join(ENGAGEMENT)}")
        amounts = (self.complaint_minor, self.violation_minor, *self.worth_minor.values())
        if any(isinstance(amount, bool) or not isinstance(amount, int) or amount < 0 for amount in amounts):
            raise MalformedFormula("costs and worths are whole minor units from 0 on")
        if not 0.5 <= self.confidence < 1:  # noqa: PLR2004
            raise MalformedFormula("the confidence is from 0.5 to below 1")
        if self.prior_orders < 1:
            raise MalformedFormula("prior_orders is 1 or more")
        if not 0 <= self.experiment <= EXPERIMENT_MAX:
            raise MalformedFormula(f"the experiment is from 0 to {EXPERIMENT_MAX}")

    def to_json(self) -> str:
        """Return the formula as an operator edits it."""
        return json.dumps(asdict(self), sort_keys=True, indent=2)


def formula_of(text: str) -> Formula:
    """Read a formula; unknown names and impossible values are refused by name."""
    try:
        given: dict[str, Any] = json.loads(text)
        return Formula(**given)
    except (ValueError, TypeError) as failure:
        raise MalformedFormula(str(failure)) from failure


QUALITY = Formula(
    "quality-1", worth_minor={"click": 2, "finish": 3, "like": 5, "follow": 30, "cart": 40}, experiment=0.1
)
GMV = Formula("gmv-1", complaint_minor=0, violation_minor=0, refund_counts=False, confidence=0.5)


@dataclass(frozen=True)
class Record:
    """What is known of sellers, a row each: `orders` by how much of what will be heard of them has been heard, how many were
    refunded and complained about, the chance that an order breaks a rule, and what to add for what is not known (`margin`).
    """

    orders: Doubles
    refunds: Doubles
    complaints: Doubles
    violation: Doubles
    refund_margin: Doubles
    complaint_margin: Doubles

    def at(self, rows: Longs) -> "Record":
        """Return the record of these sellers, in this order."""
        return Record(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


def no_record(rows: int) -> Record:
    """Return the record of sellers of whom nothing needs to be said."""
    return Record(*np.zeros((6, rows)))


@dataclass(frozen=True)
class Offers:
    """What is valued, a row each: chances by head (rows × HEADS, refund and complaint given an order), price, and its seller's
    record.
    """

    chances: Floats
    price_minor: Longs
    record: Record


def offers_of(chances: Floats, price_minor: Longs) -> Offers:
    """Return offers of sellers of whom nothing needs to be said."""
    return Offers(chances, price_minor, no_record(len(chances)))


def value(offers: Offers, formula: Formula, factors: Sequence[float] = ()) -> Doubles:
    """Return the expected quality value of each offer, in minor units an impression; a lower bound for young sellers.

    `factors` multiply the formula's WEIGHTS, one each; none: they are as they are.
    """
    times = dict(zip(WEIGHTS, factors or (1.0,) * len(WEIGHTS), strict=True))
    chance = {head.name: offers.chances[:, at].astype(np.float64) for at, head in enumerate(HEADS)}
    record = offers.record
    refund = _expected(chance["refund"], record.orders, record.refunds, formula) + record.refund_margin
    complaint = _expected(chance["complaint"], record.orders, record.complaints, formula) + record.complaint_margin
    stays = 1 - np.clip(refund, 0, 1) * formula.refund_counts
    of_order = np.asarray(offers.price_minor, np.float64) * stays
    of_order -= formula.complaint_minor * times["complaint"] * np.clip(complaint, 0, 1)
    of_order -= formula.violation_minor * times["violation"] * record.violation
    engagement = sum(
        (worth * times[name] * chance[name] for name, worth in formula.worth_minor.items()),
        np.zeros(len(offers.chances)),
    )
    return np.asarray(chance["order"] * of_order + engagement)


def _expected(chance: Doubles, orders: Doubles, bad: Doubles, formula: Formula) -> Doubles:
    """Return the mean of what the model says, worth `prior_orders` orders, and of a seller's own orders."""
    return np.asarray((bad + formula.prior_orders * chance) / (np.maximum(orders, bad) + formula.prior_orders))


def margin(orders: Longs | Doubles, bad: Longs | Doubles, cohort_rate: Doubles | float, formula: Formula) -> Doubles:
    """Return how much to add to a seller's predicted rate of refunds or complaints because little is known of them.

    The distance from the mean to the upper `confidence` quantile of the Beta posterior whose prior is the cohort's rate with the
    weight of `prior_orders`. It shrinks as orders come in and is never negative.
    """
    rate = np.clip(np.asarray(cohort_rate, np.float64), 1e-4, 1 - 1e-4)
    yes = np.asarray(bad, np.float64) + formula.prior_orders * rate
    no = np.maximum(np.asarray(orders, np.float64) - np.asarray(bad), 0) + formula.prior_orders * (1 - rate)
    upper = np.asarray(special.betaincinv(yes, no, formula.confidence), np.float64)
    return np.asarray(np.maximum(upper - yes / (yes + no), 0.0))
