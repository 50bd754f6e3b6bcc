"""Exhaustive breadth-first search of a model, with its invariants checked in every state. Knows nothing of the market."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

S = TypeVar("S", bound=Hashable)
VIOLATIONS_MAX = 20  # of each invariant: the shortest ones; the rest say the same


class Model(Protocol[S]):
    """Where it begins, and what can happen next. States are values: equal ones are the same state."""

    def starts(self) -> Iterable[tuple[str, S]]:
        """Return the states it begins in, each with its name."""
        ...

    def steps(self, state: S) -> Iterable[tuple[str, S]]:
        """Return everything that can happen in a state, each with its name and the state after it."""
        ...


@dataclass(frozen=True)
class Invariant(Generic[S]):
    """Something that must be true of every state; `holds` is a named function whose docstring is the sentence."""

    holds: Callable[[S], bool]

    @property
    def name(self) -> str:
        """Its name, for programs."""
        return self.holds.__name__

    @property
    def sentence(self) -> str:
        """What it says, for people."""
        return (self.holds.__doc__ or "").partition("\n")[0].strip()


@dataclass(frozen=True)
class Violation(Generic[S]):
    """A state in which an invariant does not hold, and the shortest way there: a start, then what happened."""

    invariant: str
    path: tuple[str, ...]
    state: S = field(repr=False)


@dataclass(frozen=True)
class Exploration(Generic[S]):
    """What was seen: states first met at each depth, steps taken, and states at the rim that were not gone on from.

    `frontier` 0 says that there is nothing more: every state that can be reached was seen.
    """

    depths: tuple[int, ...]
    transitions: int
    frontier: int
    violations: tuple[Violation[S], ...]

    @property
    def states(self) -> int:
        """How many different states were seen."""
        return sum(self.depths)

    @property
    def depth(self) -> int:
        """How many steps the farthest of them is away."""
        return len(self.depths) - 1


def explore(
    model: Model[S],
    invariants: Sequence[Invariant[S]],
    depth: int,
    *,
    seen_one: Callable[[int], None] = lambda _: None,
) -> Exploration[S]:
    """Search a model to `depth` steps and check every invariant once in every state.

    `seen_one` is told the depth of every new state, for a progress bar.
    """
    came_from: dict[S, tuple[S | None, str]] = {}
    rim = _new(model.starts(), came_from)
    depths, transitions, violations = [len(rim)], 0, list[Violation[S]]()
    for level in range(depth + 1):
        for state in rim:
            seen_one(level)
            violations += _broken(state, invariants, came_from)
        if level == depth or not rim:
            break
        following: list[S] = []
        for state in rim:
            for name, after in model.steps(state):
                transitions += 1
                if after not in came_from:
                    came_from[after] = (state, name)
                    following.append(after)
        rim = following
        depths.append(len(rim))
    while len(depths) > 1 and depths[-1] == 0:
        depths.pop()
    return Exploration(tuple(depths), transitions, len(rim), _shortest(violations))


def _new(starts: Iterable[tuple[str, S]], came_from: dict[S, tuple[S | None, str]]) -> list[S]:
    for name, state in starts:
        came_from.setdefault(state, (None, name))
    return list(came_from)


def _broken(
    state: S, invariants: Sequence[Invariant[S]], came_from: dict[S, tuple[S | None, str]]
) -> list[Violation[S]]:
    return [
        Violation(invariant.name, _way_to(state, came_from), state)
        for invariant in invariants
        if not invariant.holds(state)
    ]


def _way_to(state: S, came_from: dict[S, tuple[S | None, str]]) -> tuple[str, ...]:
    before, name = came_from[state]
    names = [name]
    while before is not None:
        before, name = came_from[before]
        names.append(name)
    return tuple(reversed(names))


def _shortest(violations: Iterable[Violation[S]]) -> tuple[Violation[S], ...]:
    """Keep the first of each invariant; breadth first, these are the shortest."""
    kept: dict[str, list[Violation[S]]] = {}
    for violation in violations:
        same = kept.setdefault(violation.invariant, [])
        if len(same) < VIOLATIONS_MAX:
            same.append(violation)
    return tuple(violation for same in kept.values() for violation in same)
