"""Watching a head over time: does what it says still come true, and does it still tell rows apart?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from anxin.engine.compiling import Floats, Longs, Signs
from anxin.engine.rank.calibration import report


@dataclass(frozen=True)
class Period:
    """One period of one head. `z` is (came true - said) in standard deviations of what chance alone would do."""

    at: int
    count: int
    ratio: float
    z: float
    gain: float


@dataclass(frozen=True)
class Watch:
    """When to call: the ratio is off by more than `ratio` *and* by more than `z`, or the gain fell by `gain` below its median."""

    ratio: float = 1.25
    z: float = 5.0
    gain: float = 0.05
    rows_min: int = 500

    def alarms(self, periods: Sequence[Period]) -> list[str]:
        """Return a sentence for each period that is out of bounds, oldest first; thin periods say nothing."""
        found, gains = [], list[float]()
        for period in periods:
            if period.count < self.rows_min:
                continue
            off = abs(np.log(max(period.ratio, 1e-9))) > np.log(self.ratio)
            if off and abs(period.z) > self.z:
                found.append(
                    f"{period.at}: came true {period.ratio:.2f} times as often as said ({period.z:+.1f} sigma)"
                )
            if gains and period.gain < np.median(gains) - self.gain:
                found.append(f"{period.at}: gain {period.gain:.3f}, before that {np.median(gains):.3f}")
            gains.append(period.gain)
        return found


def periods_of(predicted: Floats, labels: Signs, at: Longs, *, length_s: int = 86_400) -> list[Period]:
    """Cut one head's predictions and labels into periods by time."""
    known = (labels >= 0) & np.isfinite(predicted)
    numbers = np.asarray(at)[known] // length_s
    chances, truth = predicted[known].astype(np.float64), labels[known]
    found = []
    for number in np.unique(numbers):
        rows = numbers == number
        judged = report("", chances[rows], truth[rows])
        spread = np.sqrt((chances[rows] * (1 - chances[rows])).sum())
        excess = truth[rows].sum() - chances[rows].sum()
        found.append(
            Period(
                int(number) * length_s, int(rows.sum()), judged.ratio, float(excess / max(spread, 1e-9)), judged.gain
            )
        )
    return found
