"""The proof of the guarantee, searched: `anxin guarantee explore` and the tests read it here."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from anxin.market.guarantee.domain.facts import ClaimType
from anxin.market.guarantee.domain.promises import Profile
from anxin.market.guarantee.explore.invariants import Proof
from anxin.market.guarantee.explore.model import models
from anxin.market.guarantee.explore.rules import Rules
from anxin.market.guarantee.explore.search import Exploration, explore
from anxin.market.guarantee.explore.world import World

__all__ = ["DEPTH", "ClaimType", "Explored", "case_names", "explore_cases", "invariants", "summary"]

DEPTH = 5  # steps from each start; the whole of it takes less than a minute on one core
IN_FORCE = Profile.CURRENT_2026  # the other rule books are searched one step less deep


@dataclass(frozen=True)
class Explored:
    """One case, searched."""

    case: str
    found: Exploration[World]


def case_names(types: Iterable[ClaimType] = tuple(ClaimType)) -> tuple[str, ...]:
    """Return the cases in which these kinds of claim are asked for."""
    return tuple(model.case.name for model in models(types))


def invariants() -> dict[str, str]:
    """Return what is checked in every state: name and sentence."""
    return {one.name: one.sentence for one in Proof(Rules()).invariants()}


def explore_cases(
    depth: int = DEPTH,
    types: Iterable[ClaimType] = tuple(ClaimType),
    *,
    rules: Rules | None = None,
    begun: Callable[[str], None] = lambda _: None,
) -> Iterator[Explored]:
    """Search every case to a depth, one after the other; `begun` is told its name before. Pure, and the same every time.

    Cases under rules that are not in force any more are searched one step less deep.
    """
    for model in models(types, rules):
        begun(model.case.name)
        deep = depth if model.case.certificate.profile == IN_FORCE else max(0, depth - 1)
        yield Explored(model.case.name, explore(model, Proof(model.rules).invariants(), deep))


def summary(explored: Iterable[Explored], depth: int) -> dict[str, Any]:
    """Return the numbers of several searches as plain data: the counts, each case's own, and every violation with its path."""
    every = tuple(explored)
    by_depth: Counter[int] = Counter()
    for one in every:
        by_depth.update(dict(enumerate(one.found.depths)))
    return {
        "states": sum(one.found.states for one in every),
        "transitions": sum(one.found.transitions for one in every),
        "depth": depth,
        "violations": [
            {"case": one.case, "invariant": violation.invariant, "path": list(violation.path)}
            for one in every
            for violation in one.found.violations
        ],
        "states_by_depth": [by_depth[level] for level in sorted(by_depth)],
        "frontier": sum(one.found.frontier for one in every),
        "invariants": invariants(),
        "cases": [
            {"case": one.case, "states": one.found.states, "transitions": one.found.transitions} for one in every
        ],
    }
