"""What the experiment on the value's weights found: what raising each of them would bring."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from anxin.engine.errors import TooFewData
from anxin.engine.explore.perturb import PEOPLE_MIN, Effect, Experiment
from anxin.engine.value import WEIGHTS, Formula
from anxin.kernel.clock import Instant
from anxin.market.interest import store
from anxin.market.interest.brain.ranked import FORMAT, signs_of
from anxin.market.interest.brain.sampling import percent_of
from anxin.market.interest.brain.trying import waits_of
from anxin.market.interest.domain.events import Kind

READ_MAX = 20_000  # answers that are read for an estimate


@dataclass(frozen=True)
class Found:
    """The effect of raising each weight by the experiment's size, in minor units a place; none where people are too few.

    `people` were given `answers` that are `waits` old or older, so that all that the formula counts has been heard of.
    """

    effects: tuple[Effect, ...]
    people: int
    answers: int
    waits: timedelta
    people_wanted: int = PEOPLE_MIN


def found(formula: Formula, span: timedelta, *, now: Instant) -> Found:
    """Estimate what each weight does, of answers drawn evenly from `span` before all is heard of: two statements."""
    waits = waits_of(formula)
    since, until = now - waits - span, now - waits
    kinds, fixed, shares = _worths(formula)
    rows = store.SQL.rows(
        "dealt",
        percent=percent_of(since, READ_MAX),
        day=store.day_of(since),
        since=since,
        until=until,
        most=READ_MAX,
        head=bytes([FORMAT]),
        size=round(formula.experiment * 100),
        kinds=kinds,
        fixed=fixed,
        shares=shares,
        watch=store.NUMBER[Kind.WATCH],
    )
    signs = np.array([signs_of(row["signs"]) for row in rows], np.float64).reshape(-1, len(WEIGHTS))
    _, who = np.unique([row["who"].int for row in rows], return_inverse=True) if rows else ((), np.zeros(0, np.int64))
    earned = np.array([float(row["earned"]) / row["places"] for row in rows], np.float64)
    effects: tuple[Effect, ...] = ()
    if formula.experiment:
        try:
            effects = tuple(Experiment(WEIGHTS, formula.experiment).effects(signs, earned, who=who))
        except TooFewData:
            effects = ()
    return Found(effects, len(set(who.tolist())), sum(row["answers"] for row in rows), waits)


def _worths(formula: Formula) -> tuple[list[int], list[int], list[int]]:
    """Return kinds of events with what one of each is worth by a formula: so much, and so many times its amount."""
    worth = formula.worth_minor
    table = {
        Kind.ORDER: (0, 1),
        Kind.REFUNDED: (0, -int(formula.refund_counts)),
        Kind.COMPLAINT: (-formula.complaint_minor, 0),
        Kind.PRODUCT_CLICK: (worth.get("click", 0), 0),
        Kind.WATCH: (worth.get("finish", 0), 0),
        Kind.LIKE: (worth.get("like", 0), 0),
        Kind.UNLIKE: (-worth.get("like", 0), 0),
        Kind.FOLLOW: (worth.get("follow", 0), 0),
        Kind.UNFOLLOW: (-worth.get("follow", 0), 0),
        Kind.CART: (worth.get("cart", 0), 0),
    }
    kinds = [store.NUMBER[kind] for kind in table]
    return kinds, [fixed for fixed, _ in table.values()], [share for _, share in table.values()]
