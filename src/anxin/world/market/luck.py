"""Chance that does not depend on who ranks: a number for each (seed, person, occasion, question); policies share it."""

import numpy as np

from anxin.engine.compiling import Doubles, Longs, compiled
from anxin.engine.rank.features import mix

(
    CLICK, FINISH, LIKE, FOLLOW, CART, ORDER, LATER, LATER_HOURS, REFUND, REFUND_DAYS, COMPLAINT, COMPLAINT_DAYS, UPHELD,
    COMES, STAYS, DRIFTS, LEAVES, TASTE, GAIN, WALK,
) = range(20)  # fmt: skip


def luck(seed: int, who: Longs, occasion: Longs, question: int) -> Doubles:
    """Return a uniform number in [0, 1) for each row."""
    found = np.empty(len(who))
    _draw(seed, np.asarray(who, np.int64), np.asarray(occasion, np.int64), question, found)
    return found


@compiled
def _draw(seed: int, who: Longs, occasion: Longs, question: int, found: Doubles) -> None:
    start = mix(mix(np.uint64(seed) + np.uint64(0x9E3779B97F4A7C15)) + np.uint64(question))
    for row in range(len(who)):
        bits = mix(mix(start + np.uint64(who[row])) ^ (np.uint64(occasion[row]) * np.uint64(0x9E3779B97F4A7C15)))
        found[row] = np.float64(mix(bits) >> np.uint64(11)) / 9007199254740992.0
