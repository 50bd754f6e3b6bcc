"""Several policies in the same markets: one object of figures."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from anxin.world.market.figures import Figures, figures, paired, summary
from anxin.world.market.marginals import marginals_in
from anxin.world.market.platform import RANKED, workers
from anxin.world.market.run import run
from anxin.world.market.terms import Terms
from anxin.world.market.truth import Size, truth_of

Tick = Callable[[], None]


@dataclass(frozen=True)
class Plan:
    """What is compared: policies by name, in markets of one size, one a seed from `first_seed` on."""

    policies: list[str]
    size: Size
    seeds: int
    first_seed: int = 1
    data: Path | None = None

    @property
    def ticks(self) -> int:
        """Return how many simulated days there are in all."""
        return self.seeds * (self.size.warm_days + len(self.policies) * self.size.days)


def compare(plan: Plan, tick: Tick) -> dict[str, Any]:
    """Run every policy in every market, calling `tick` after each simulated day; money is minor units."""
    begin = time.perf_counter()
    terms, marginals = Terms(), marginals_in(plan.data)
    runs: dict[str, list[Figures]] = {name: [] for name in plan.policies}
    with workers() as threads:
        for seed in range(plan.first_seed, plan.first_seed + plan.seeds):
            truth = truth_of(plan.size, terms, marginals, seed)
            with TemporaryDirectory() as folder:
                for ran in run(truth, plan.policies, Path(folder), threads, tick):
                    runs[ran.policy].append(figures(ran))
    return {
        "policies": [{"policy": name, "n": plan.seeds, **summary(found)} for name, found in runs.items()],
        "paired": paired(runs),
        "n": plan.seeds,
        "parameters": {
            **asdict(plan.size),
            "first_seed": plan.first_seed,
            "ranked": RANKED,
            "marginals": marginals.source,
            "terms": asdict(terms),
        },
        "requests_per_s": _speed(runs),
        "seconds": round(time.perf_counter() - begin, 1),
    }


def _speed(runs: dict[str, list[Figures]]) -> float | None:
    """Return full requests a second (recall, rank, value, explore, arrange) of the slowest policy."""
    found = [summary(every)["requests_per_s"] for every in runs.values()]
    return min((speed for speed in found if speed is not None), default=None)
