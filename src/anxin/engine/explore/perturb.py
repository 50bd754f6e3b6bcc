"""An always-on experiment: everybody's weights are a little off, and what people then do tells which way is up."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from anxin.engine.compiling import Doubles, Longs, compiled
from anxin.engine.errors import TooFewData, WrongShape
from anxin.engine.rank.features import mix

PEOPLE_MIN = 100


@dataclass(frozen=True)
class Effect:
    """What raising one weight by `size` (in log units) does to the outcome a person; "up", "down" or "cannot tell"."""

    weight: str
    effect: float
    low: float
    high: float
    verdict: str


@dataclass(frozen=True)
class Experiment:
    """`weights` by name, each multiplied by `exp(±size)`; who gets which sign depends on person and epoch only."""

    weights: tuple[str, ...]
    size: float = 0.1

    def signs(self, people: Longs, epoch: int) -> Doubles:
        """Return people × weights of -1 and 1. An epoch deals anew, so that nobody keeps a worse feed."""
        signs = np.empty((len(people), len(self.weights)))
        _deal(np.asarray(people, np.int64), epoch, signs)
        return signs

    def factors(self, people: Longs, epoch: int) -> Doubles:
        """Return what to multiply each person's weights by."""
        return np.asarray(np.exp(self.size * self.signs(people, epoch)))

    def effects(
        self, signs: Doubles, outcome: Doubles, before: Doubles | None = None, who: Longs | None = None
    ) -> list[Effect]:
        """Return the effect of each weight by regression; the errors are of people, who may have several rows (CR1).

        `who` numbers people from 0 on, row by row; without it each row is somebody (and CR1 is HC1). `before` is the same outcome
        of the same people earlier; it takes out what they brought along (CUPED, Deng et al. 2013).
        Intervals are of 95 % for all weights together (Bonferroni).
        """
        count, weights = signs.shape
        if weights != len(self.weights) or len(outcome) != count:
            raise WrongShape("signs and outcome", f"people × {len(self.weights)}", f"{signs.shape}, {len(outcome)}")
        people = np.arange(count) if who is None else who
        many = len(np.unique(people))
        if many < PEOPLE_MIN:
            raise TooFewData("an experiment", many, PEOPLE_MIN)
        extra = [] if before is None else [before - before.mean()]
        inputs = np.column_stack([signs, np.ones(count), *extra])
        inverse = np.linalg.pinv(inputs.T @ inputs)
        found = inverse @ (inputs.T @ outcome)
        rest = outcome - inputs @ found
        slopes = np.zeros((int(people.max()) + 1, inputs.shape[1]))
        np.add.at(slopes, people, inputs * rest[:, None])
        meat = slopes.T @ slopes * (many / (many - 1) * (count - 1) / (count - inputs.shape[1]))
        errors = np.sqrt(np.diag(inverse @ meat @ inverse))
        reach = NormalDist().inv_cdf(1 - 0.025 / weights)
        return [_effect(name, float(found[at]), reach * float(errors[at])) for at, name in enumerate(self.weights)]


def _effect(name: str, effect: float, reach: float) -> Effect:
    low, high = effect - reach, effect + reach
    return Effect(name, effect, low, high, "up" if low > 0 else "down" if high < 0 else "cannot tell")


@compiled
def _deal(people: Longs, epoch: int, signs: Doubles) -> None:
    for row in range(len(people)):
        bits = mix(mix(np.uint64(people[row])) + np.uint64(epoch))
        for at in range(signs.shape[1]):
            bits = mix(bits + np.uint64(1))
            signs[row, at] = 1.0 if bits & np.uint64(1) else -1.0
