"""The guarantee as a model to be searched: claim × order × payment × payout under one set of machines."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from anxin.market.guarantee.domain.facts import ClaimType
from anxin.market.guarantee.explore.cases import cases, placed
from anxin.market.guarantee.explore.rules import Rules
from anxin.market.guarantee.explore.steps import possible
from anxin.market.guarantee.explore.world import Case, World, canonical


class NoSuchWalk(Exception):
    """A start cannot be reached by its steps: the case is written wrongly."""


@dataclass(frozen=True)
class GuaranteeModel:
    """One case, beginning where its walks from placing the order end; they are walked on the same machines."""

    case: Case
    walks: tuple[tuple[str, ...], ...]
    rules: Rules = field(default_factory=Rules)

    def starts(self) -> Iterable[tuple[str, World]]:
        """Return where each walk ends. Raises NoSuchWalk."""
        for walk in self.walks:
            world = canonical(placed(self.case))
            for name in walk:
                world = self._after(world, name)
            yield f"{self.case.name}: {', '.join(walk) or 'order placed'}", world

    def steps(self, state: World) -> Iterator[tuple[str, World]]:
        """Yield everything that somebody or something can do."""
        return possible(self.rules, state)

    def _after(self, world: World, name: str) -> World:
        found = next((after for step, after in self.steps(world) if step == name), None)
        if found is None:
            raise NoSuchWalk(name)
        return found


def models(types: Iterable[ClaimType] = tuple(ClaimType), rules: Rules | None = None) -> tuple[GuaranteeModel, ...]:
    """Return a model for every case of the kinds of claim that are wanted."""
    machines = rules or Rules()
    return tuple(GuaranteeModel(case, walks, machines) for case, walks in cases(types))
