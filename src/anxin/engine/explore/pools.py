"""Tiered exposure pools (流量池): every new item gets its exposures, and rises when surely better than its kind."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from anxin.engine.compiling import Bools, Doubles, Longs, Table
from anxin.engine.errors import WrongShape
from anxin.engine.explore.thompson import Priors, chances_to_be_best, fit_priors, lower_bound

RETIRED = -1
OWNERS = ("creator", "shop", "brand")
NOBODY = -1  # an item without a brand


@dataclass(frozen=True)
class Plan:
    """What an operator decides.

    `tiers` are exposures an item gets in each pool; the first is the floor that every item gets (caps may delay it). Of the draws
    `floor_share` go to items below their floor, `even_share` to all alike, the rest by Thompson sampling. An item rises when the
    rate it exceeds with probability `confidence` is at least `lead` times its cohort's. No creator, shop or brand takes more than
    its share of a window's draws once that window has `window_min` of them.
    """

    tiers: tuple[int, ...] = (100, 400, 2_000)
    floor_share: float = 0.6
    even_share: float = 0.05
    confidence: float = 0.8
    lead: float = 1.0
    caps: tuple[float, float, float] = (0.1, 0.2, 0.3)
    window_min: int = 100
    draws: int = 200

    def __post_init__(self) -> None:
        if not self.tiers or min(self.tiers) < 1:
            raise WrongShape("tiers", "one or more of 1 exposure and up", str(self.tiers))
        if not (self.floor_share >= 0 and self.even_share > 0 and self.floor_share + self.even_share <= 1):
            raise WrongShape(
                "shares", "even_share above 0, together 1 at most", f"{self.floor_share}, {self.even_share}"
            )


@dataclass(frozen=True)
class Newcomers:
    """Items that enter, a row each: number, category cohort, and who is behind it (from 0; NOBODY: no one)."""

    item: Longs
    cohort: Longs
    creator: Longs
    shop: Longs
    brand: Longs


@dataclass(frozen=True)
class Move:
    """An item changed pools: `tier` is its new one, RETIRED when it left, len(tiers) when it passed the last."""

    item: int
    tier: int
    rate_bound: float
    cohort_rate: float


_ROW = np.dtype(
    [
        ("item", "i8"),
        ("cohort", "i8"),
        ("creator", "i8"),
        ("shop", "i8"),
        ("brand", "i8"),
        ("tier", "i8"),
        ("shown", "f8"),
        ("good", "f8"),
    ]
)


class Pools:
    """The pools of one market. Rates are of exposures that were `good`: whatever the operator counts, 0 or 1 an exposure."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._rows: Table = np.zeros(0, _ROW)
        self._place: dict[int, int] = {}
        self._taken = [np.zeros(1, np.int64) for _ in OWNERS]
        self._window = 0

    def __len__(self) -> int:
        return int(self._open().sum())

    def add(self, newcomers: Newcomers) -> None:
        """Let items into the first pool; those already known stay where they are."""
        keep = [at for at, item in enumerate(newcomers.item.tolist()) if item not in self._place]
        block = np.zeros(len(keep), _ROW)
        for name in ("item", "cohort", *OWNERS):
            block[name] = getattr(newcomers, name)[keep]
        self._place.update({item: len(self._rows) + at for at, item in enumerate(block["item"].tolist())})
        self._rows = np.concatenate([self._rows, block])
        for at, name in enumerate(OWNERS):
            room = int(block[name].max(initial=-1)) + 1 - len(self._taken[at])
            self._taken[at] = np.pad(self._taken[at], (0, max(room, 0)))

    def record(self, items: Longs, good: Doubles) -> None:
        """Count exposures of items and how many of them were good; items that are in no pool are ignored."""
        known = [at for at, item in enumerate(items.tolist()) if item in self._place]
        rows = np.array([self._place[item] for item in items[known].tolist()], np.int64)
        np.add.at(self._rows["shown"], rows, 1.0)
        np.add.at(self._rows["good"], rows, good[known])

    def praise(self, items: Longs) -> None:
        """Count that an exposure which was recorded before turned out good."""
        rows = np.array([self._place[item] for item in items.tolist() if item in self._place], np.int64)
        np.add.at(self._rows["good"], rows, 1.0)

    def table(self) -> Table:
        """Return the items ever let in with their counts and pools, to be kept and given to `of_table`."""
        return self._rows.copy()

    @classmethod
    def of_table(cls, plan: Plan, table: Table) -> "Pools":
        """Return the pools as they were kept; the window of caps begins anew."""
        pools = cls(plan)
        owners = {name: np.array(table[name]) for name in OWNERS}
        pools.add(Newcomers(np.array(table["item"]), np.array(table["cohort"]), **owners))
        pools._rows = table.astype(_ROW)
        return pools

    def review(self) -> list[Move]:
        """Move every item that had the exposures of its pool: up on its lower bound, else out. Return the moves."""
        rows, plan = self._rows, self.plan
        ends = np.cumsum(plan.tiers)
        done = np.flatnonzero(self._open() & (rows["shown"] >= ends[np.clip(rows["tier"], 0, len(ends) - 1)]))
        priors = self.priors()
        chosen = rows[done]
        bound = lower_bound(priors.posterior(chosen["cohort"], chosen["shown"], chosen["good"]), plan.confidence)
        kind = priors.mean[chosen["cohort"]]
        rises = bound >= plan.lead * kind
        self._rows["tier"][done] = np.where(rises, chosen["tier"] + 1, RETIRED)
        return [
            Move(int(rows["item"][row]), int(rows["tier"][row]), float(low), float(mean))
            for row, low, mean in zip(done, bound, kind, strict=True)
        ]

    def priors(self) -> Priors:
        """Return the cohorts' priors from all items ever let in."""
        rows = self._rows
        return fit_priors(rows["cohort"], rows["shown"], rows["good"], int(rows["cohort"].max(initial=0)) + 1)

    def shares(self, random: np.random.Generator, allowed: Bools | None = None) -> tuple[Longs, Doubles]:
        """Return the items that may be drawn now with the chance of each; chances sum to 1, and nothing is returned if none may.

        `allowed` (a flag for each item of `items()`) leaves out what this person may not or should not see.
        """
        may = self._open() & self._under_caps()
        rows = self._rows[may if allowed is None else may & allowed]
        if len(rows) == 0:
            return np.zeros(0, np.int64), np.zeros(0)
        owed = np.maximum(self.plan.tiers[0] - rows["shown"], 0.0) * (rows["tier"] == 0)
        best = chances_to_be_best(
            self.priors().posterior(rows["cohort"], rows["shown"], rows["good"]), self.plan.draws, random
        )
        floor = self.plan.floor_share if owed.sum() > 0 else 0.0
        even = self.plan.even_share / len(rows)
        chances = (1 - floor - self.plan.even_share) * best + even
        if floor:
            chances = chances + floor * owed / owed.sum()
        return np.array(rows["item"]), chances / chances.sum()

    def items(self) -> Longs:
        """Return the numbers of all items ever let in, in the order that `allowed` follows."""
        return np.array(self._rows["item"])

    def drawn(self, items: Sequence[int]) -> None:
        """Charge a draw of these items to the caps of their creator, shop and brand."""
        for item in items:
            row = self._rows[self._place[item]]
            self._window += 1
            for at, name in enumerate(OWNERS):
                if row[name] != NOBODY:
                    self._taken[at][row[name]] += 1

    def next_window(self) -> None:
        """Begin a new window of caps."""
        self._window = 0
        for taken in self._taken:
            taken[:] = 0

    def tier_of(self, item: int) -> int:
        """Return an item's pool; RETIRED if it left or never was in one."""
        place = self._place.get(item)
        return RETIRED if place is None else int(self._rows["tier"][place])

    def _open(self) -> Bools:
        tier = self._rows["tier"]
        return np.asarray((tier >= 0) & (tier < len(self.plan.tiers)))

    def _under_caps(self) -> Bools:
        under = np.ones(len(self._rows), np.bool_)
        drawn = max(self._window + 1, self.plan.window_min)
        for at, name in enumerate(OWNERS):
            owner = self._rows[name]
            taken = self._taken[at][np.maximum(owner, 0)]
            under &= (owner == NOBODY) | (taken + 1 <= max(self.plan.caps[at] * drawn, 1.0))
        return under
