"""Filling a page: a metered share of slots explores, and every slot knows the chance with which it shows what it shows."""

from dataclasses import dataclass

import numpy as np

from anxin.engine.compiling import Bools, Doubles, Longs
from anxin.engine.errors import WrongShape


class ShareMeter:
    """Keeps the share of slots that explore at what was decided: arrears are made good over `horizon` slots."""

    def __init__(self, share: float, horizon: int = 1_000) -> None:
        if not 0 <= share <= 0.5:  # noqa: PLR2004
            raise WrongShape("the share of slots that explore", "0 to 0.5", str(share))
        self.share, self.horizon = share, horizon
        self.slots = 0
        self.explored = 0

    def chance(self) -> float:
        """Return the chance that the next slot explores: at most twice the share: a dry spell is not repaid in a flood."""
        owed = self.share * (self.slots + self.horizon) - self.explored
        return min(max(owed / self.horizon, 0.0), 2 * self.share)

    def count(self, *, explored: bool) -> None:
        """Count a slot that was filled."""
        self.slots += 1
        self.explored += explored


@dataclass(frozen=True)
class Page:
    """Slots from the top: item, whether it explores, and the chance with which this slot would have shown this item."""

    items: Longs
    explored: Bools
    propensity: Doubles


def fill(
    ranked: Longs, pool: tuple[Longs, Doubles], meter: ShareMeter, count: int, random: np.random.Generator
) -> Page:
    """Fill `count` slots from the top of `ranked`, some from the pool (items and chances, as `Pools.shares` returns them).

    The chance of a slot, given those above it, is `p·π(item) + (1 - p)·[item is the next of the ranking]`; items do not repeat.
    """
    items, chances = pool[0], pool[1].copy()
    queue = [int(item) for item in ranked]
    shown, explored, propensity = list[int](), list[bool](), list[float]()
    while len(shown) < count:
        queue = [item for item in queue if item not in shown]
        left = float(chances.sum())
        share = 0.0 if left <= 0 else meter.chance() if queue else 1.0
        if share == 0 and not queue:
            break
        explores = bool(random.random() < share)
        item = int(items[random.choice(len(items), p=chances / left)]) if explores else queue[0]
        at = np.flatnonzero(items == item)
        of_pool = float(chances[at].sum()) / left if left > 0 else 0.0
        shown.append(item)
        explored.append(explores)
        propensity.append(share * of_pool + (1 - share) * float(bool(queue) and queue[0] == item))
        chances[at] = 0
        meter.count(explored=explores)
    return Page(np.array(shown, np.int64), np.array(explored, np.bool_), np.array(propensity))
