"""State tables: the allowed steps of an aggregate, as data. Diagrams in the documents are drawn from them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from anxin.kernel.errors import AnxinError, Kind

S = TypeVar("S", bound=StrEnum)


@dataclass(eq=False)
class IllegalStep(AnxinError):
    """“{verb}” is not possible while the state is “{state}”."""

    aggregate: str
    verb: str
    state: str
    code = "kernel.illegal_step"
    kind = Kind.CONFLICT


@dataclass(eq=False)
class LostRace(AnxinError):
    """Somebody else changed this in the meantime. Look at it again and repeat if it is still right."""

    aggregate: str
    code = "kernel.lost_race"
    kind = Kind.CONFLICT


@dataclass(frozen=True)
class StateTable(Generic[S]):
    """The life of one aggregate: `steps[(state, verb)] = next state`."""

    aggregate: str
    initial: S
    steps: Mapping[tuple[S, str], S]

    def after(self, state: S, verb: str) -> S:
        """Return the state that `verb` leads to. Raises IllegalStep."""
        following = self.steps.get((state, verb))
        if following is None:
            raise IllegalStep(self.aggregate, verb, state.value)
        return following

    def allows(self, state: S, verb: str) -> bool:
        """Say whether `verb` is possible in `state`."""
        return (state, verb) in self.steps

    def verbs(self, state: S) -> tuple[str, ...]:
        """Return what is possible in `state`."""
        return tuple(verb for (before, verb) in self.steps if before == state)

    def sources(self, verb: str) -> tuple[S, ...]:
        """Return the states in which `verb` is possible: the guard of a compare-and-set."""
        return tuple(before for (before, step) in self.steps if step == verb)

    def ends(self) -> tuple[S, ...]:
        """Return the states that nothing leaves."""
        left = {before for (before, _) in self.steps}
        return tuple(state for state in type(self.initial) if state not in left)

    def mermaid(self) -> str:
        """Return the diagram of this table in Mermaid's stateDiagram-v2 syntax."""
        return "\n".join(("stateDiagram-v2", *self._arrows()))

    def _arrows(self) -> Iterable[str]:
        yield f"    [*] --> {self.initial.value}"
        for (before, verb), following in self.steps.items():
            yield f"    {before.value} --> {following.value}: {verb}"
        for state in self.ends():
            yield f"    {state.value} --> [*]"
