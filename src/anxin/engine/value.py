"""Quality GMV (有质量的 GMV) of showing an item, as data that an operator can tune.

`P(order)·price·(1 - P(refund)) - P(order)·P(complaint)·cost - P(violation)·cost + Σ P(head)·worth`, in minor units of money an
impression. It is an expectation, not an amount: nothing is ever booked from it.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from scipy import special

from anxin.engine.compiling import Doubles, Floats, Longs
from anxin.engine.errors import MalformedFormula
from anxin.engine.rank.heads import HEADS

ENGAGEMENT = tuple(head.name for head in HEADS if head.given is None and head.name != "order")


@dataclass(frozen=True)
class Formula:
    """The weights. Costs and worths are minor units an event; `confidence` and `prior_orders` are for young sellers."""

    version: str
    complaint_minor: int = 5_000
    violation_minor: int = 20_000
    worth_minor: Mapping[str, int] = field(default_factory=dict)
    refund_counts: bool = True
    confidence: float = 0.8
    prior_orders: int = 30

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


QUALITY = Formula("quality-1", worth_minor={"click": 2, "finish": 3, "like": 5, "follow": 30, "cart": 40})
GMV = Formula("gmv-1", complaint_minor=0, violation_minor=0, refund_counts=False, confidence=0.5)


@dataclass(frozen=True)
class Offers:
    """What is valued, a row each: chances by head (rows × HEADS, refund and complaint given an order), price, and what is known
    of the seller: `refund_margin` and `complaint_margin` from `margin`, `violation` the chance that showing it breaks a rule.
    """

    chances: Floats
    price_minor: Longs
    refund_margin: Doubles
    complaint_margin: Doubles
    violation: Doubles


def offers_of(chances: Floats, price_minor: Longs) -> Offers:
    """Return offers of sellers of whom nothing needs to be said."""
    nothing = np.zeros(len(chances))
    return Offers(chances, price_minor, nothing, nothing, nothing)


def value(offers: Offers, formula: Formula) -> Doubles:
    """Return the expected quality value of each offer, in minor units an impression; a lower bound for young sellers."""
    chance = {head.name: offers.chances[:, at].astype(np.float64) for at, head in enumerate(HEADS)}
    refund = np.clip(chance["refund"] + offers.refund_margin, 0, 1) if formula.refund_counts else 0.0
    complaint = np.clip(chance["complaint"] + offers.complaint_margin, 0, 1)
    of_order = np.asarray(offers.price_minor, np.float64) * (1 - refund) - formula.complaint_minor * complaint
    engagement = sum(
        (worth * chance[name] for name, worth in formula.worth_minor.items()), np.zeros(len(offers.chances))
    )
    return np.asarray(chance["order"] * of_order - formula.violation_minor * offers.violation + engagement)


def margin(orders: Longs, bad: Longs, cohort_rate: Doubles | float, formula: Formula) -> Doubles:
    """Return how much to add to a seller's predicted rate of refunds or complaints because little is known of them.

    The distance from the mean to the upper `confidence` quantile of the Beta posterior whose prior is the cohort's rate with the
    weight of `prior_orders`. It shrinks as orders come in and is never negative.
    """
    rate = np.clip(np.asarray(cohort_rate, np.float64), 1e-4, 1 - 1e-4)
    yes = np.asarray(bad, np.float64) + formula.prior_orders * rate
    no = np.asarray(orders, np.float64) - np.asarray(bad) + formula.prior_orders * (1 - rate)
    upper = np.asarray(special.betaincinv(yes, no, formula.confidence), np.float64)
    return np.asarray(np.maximum(upper - yes / (yes + no), 0.0))
