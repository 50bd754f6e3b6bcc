"""The value formulas: which is in force, which is compared, and what another would have done with the traffic that was logged."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from anxin.kernel.clock import Instant
from anxin.market.interest.domain.weights import ENGAGEMENT, OWN, Weights, weights_of
from anxin.market.interest.models import ValueFormula

if TYPE_CHECKING:
    from anxin.market.interest.brain.effects import Found
    from anxin.market.interest.brain.trying import Comparison, Trial

__all__ = [
    "ENGAGEMENT",
    "FormulaFacts",
    "Weights",
    "compared",
    "effects",
    "formula",
    "history",
    "in_force",
    "shadow",
    "tried",
]

HISTORY = 50
TRAFFIC = timedelta(days=7)
EFFECTS = timedelta(days=28)  # of traffic by which the effect of each weight is estimated


@dataclass(frozen=True)
class FormulaFacts:
    """A formula that is or was in force; number 1 is the engine's own, in force before anybody published one."""

    number: int
    weights: Weights
    reason: str = ""
    made_by: UUID | None = None
    made_at: Instant | None = None
    ended_at: Instant | None = None

    @property
    def version(self) -> str:
        """The name that answers carry."""
        return f"quality-{self.number}"


def in_force() -> FormulaFacts:
    """Return the formula that ranks the feed: one statement."""
    return _current("live") or FormulaFacts(1, OWN)


def shadow() -> FormulaFacts | None:
    """Return the formula that is compared with it: one statement."""
    return _current("shadow")


def history() -> tuple[FormulaFacts, ...]:
    """Return the formulas that were published, the newest first, the engine's own last: one statement."""
    rows = ValueFormula.objects.filter(role="live").order_by("-number")[:HISTORY]
    return (*map(_facts, rows), FormulaFacts(1, OWN))


def formula(number: int) -> FormulaFacts | None:
    """Return a formula that was published."""
    if number == 1:
        return FormulaFacts(1, OWN)
    row = ValueFormula.objects.filter(role="live", number=number).first()
    return _facts(row) if row else None


def tried(wanted: Weights, span: timedelta, *, now: Instant) -> "Trial":
    """Estimate what a formula would have earned on answers drawn evenly from a time: three statements, five in a young market.

    Raises MalformedFormula, EngineUnreadable, ModelUnreadable.
    """
    from anxin.market.interest.brain.trying import dry_run

    return dry_run(_text(in_force().weights), _text(wanted), span=span, now=now)


def compared(wanted: FormulaFacts, *, now: Instant) -> "Comparison":
    """Say what a formula would have put in other places since it was made: three statements. Raises EngineUnreadable."""
    from anxin.market.interest.brain.trying import compare

    since = max(wanted.made_at or now, now - TRAFFIC)
    return compare(_text(in_force().weights), _text(wanted.weights), since=since, now=now)


def effects(live: FormulaFacts, *, now: Instant) -> "Found":
    """Estimate the effect of each weight by everybody's being a little off: two statements."""
    from anxin.engine.value import formula_of
    from anxin.market.interest.brain.effects import found

    return found(formula_of(_text(live.weights)), EFFECTS, now=now)


def _text(weights: Weights) -> str:
    return json.dumps(weights.body("tried"))


def _current(role: str) -> FormulaFacts | None:
    row = ValueFormula.objects.filter(role=role, ended_at=None).first()
    return _facts(row) if row else None


def _facts(row: ValueFormula) -> FormulaFacts:
    return FormulaFacts(row.number, weights_of(row.body), row.reason, row.made_by, row.made_at, row.ended_at)
