"""What is popular now among people like you: the answer when nothing else is known of somebody."""

import numpy as np

from anxin.engine.compiling import Doubles, Floats, Ints, Longs

PRIOR = 50.0  # events of everybody that count as much as those of the cohort
BOOST_MAX = 1e25


class Popular:
    """Counts of items by cohort (a city, an age band: whatever the caller numbers), fading with time.

    A cohort is shrunk towards everybody: with few events of its own it hears what is popular at large.
    """

    def __init__(self, item_count: int, cohort_count: int, *, fade_s: float = 172_800.0) -> None:
        self._counts = np.zeros((cohort_count, item_count), np.float32)
        self._fade_s = fade_s
        self._origin: int | None = None
        self._newest = 0

    def state(self) -> tuple[Floats, Longs]:
        """Return counts, and origin and newest second (-1: none yet), to be kept and given to `of_state`."""
        return self._counts.copy(), np.array([-1 if self._origin is None else self._origin, self._newest], np.int64)

    @classmethod
    def of_state(cls, kept: tuple[Floats, Longs], item_count: int, *, fade_s: float = 172_800.0) -> "Popular":
        """Return the counts as they were kept, with room for as many items."""
        counts, (origin, newest) = kept
        popular = cls(item_count, len(counts), fade_s=fade_s)
        popular._counts[:, : counts.shape[1]] = counts
        popular._origin, popular._newest = (None if origin < 0 else int(origin)), int(newest)
        return popular

    def learn(self, cohorts: Ints, items: Ints, seconds: Longs) -> None:
        """Count events in the order they came."""
        if len(items) == 0:
            return
        if self._origin is None:
            self._origin = int(seconds[0])
        self._newest = max(self._newest, int(seconds.max()))
        power = (self._newest - self._origin) / self._fade_s
        if power > np.log(BOOST_MAX):
            self._counts *= np.float32(np.exp(-power)) if power < np.log(BOOST_MAX) * 3 else np.float32(0)
            self._origin = self._newest
        boosts = np.exp((seconds - self._origin) / self._fade_s).astype(np.float32)
        np.add.at(self._counts, (cohorts, items), boosts)

    def shares(self, cohort: int | None) -> Doubles:
        """Return each item's share of what a cohort does now, shrunk towards everybody's; `None` is everybody."""
        everybody = self._counts.sum(axis=0, dtype=np.float64)
        overall = everybody / max(float(everybody.sum()), 1e-30)
        if cohort is None:
            return np.asarray(overall)
        unit = self._unit()
        own = self._counts[cohort].astype(np.float64) / unit
        return np.asarray((own + PRIOR * overall) / (own.sum() + PRIOR))

    def best(self, cohort: int | None, k: int) -> Ints:
        """Return the k items of the greatest share, those nobody had left out."""
        shares = self.shares(cohort)
        order = np.argsort(-shares, kind="stable")[:k]
        return order[shares[order] > 0].astype(np.int32)

    def _unit(self) -> float:
        """Return what the newest event added, so that counts are numbers of recent events."""
        return float(np.exp((self._newest - self._origin) / self._fade_s)) if self._origin is not None else 1.0
