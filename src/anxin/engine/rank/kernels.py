"""The compiled inside of the rank model: find a feature, add up its weights, take one step.

A slot word is `hash bits << DAY_BITS | day last seen`; eight slots share a bucket, which is one cache line, and a slot's eight
weights and eight sums of squares are another. So a feature costs two cache lines whether it is read or learned.
"""

import math

import numpy as np

from anxin.engine.compiling import Bytes, Doubles, Floats, Ints, Keys, Longs, Signs, compiled
from anxin.engine.rank.features import mix

BUCKET = 8
DAY_BITS = np.uint64(20)
DAY_MASK = np.uint64((1 << 20) - 1)
POSITION, DIRTY, SHOWN_COUNT, OUTCOMES, ADMITTED, EXPIRED, REFUSED, TOUCHES = range(8)

Storage = tuple[Keys, Floats, Bytes, Longs]  # slot words, weights (slots × 2 × heads), sighting counts, state
Settings = tuple[Floats, Longs, Doubles, Longs]  # rate, beta, ridge · admit_at, expire_days · kept negatives · causes
Columns = tuple[Longs, Longs, Signs, Signs, Signs, Keys]  # subject, at, head, sign, labels, keys


@compiled
def score(keys: Keys, words: Keys, weights: Floats, margins: Floats) -> None:
    """Add to `margins` (rows × heads) the weights of each row's known features."""
    for row in range(len(keys)):
        for place in range(keys.shape[1]):
            slot = _find(keys[row, place], words)
            if slot >= 0:
                for head in range(margins.shape[1]):
                    margins[row, head] += weights[slot, 0, head]


@compiled
def learn(log: Columns, span: tuple[int, int, int], storage: Storage, settings: Settings, predicted: Floats) -> None:
    """Learn records first … last - 1 of a log that begins at `base`; `predicted` gets each impression's margins before its step.

    The slope of the logistic loss is `p - label`, and the label enters it linearly. So an impression is learned at once with
    what is known, and a label that arrives days later costs exactly the difference, -1 (or +1 when it is withdrawn): the sum of
    slopes is that of a learner who had waited, and nobody waits.
    """
    subjects, times, changed, signs, labels, keys = log
    first, last, base = span
    words, weights, counts, state = storage
    steps, limits, kept, causes = settings
    slots = np.empty(keys.shape[1], np.int64)
    margins = np.empty(len(kept), np.float32)
    slopes = np.empty(len(kept), np.float32)
    for at in range(first, last):
        row = subjects[at] - base
        if row < 0:
            continue
        day = np.uint64(max(times[at] // 86400, 1)) & DAY_MASK
        for place in range(len(slots)):
            slots[place] = _touch(keys[row, place], day, words, weights, (counts, state, limits))
        _sum(slots, weights, margins)
        chance = np.float64(mix(np.uint64(subjects[at]) + np.uint64(1)) >> np.uint64(11)) / 9007199254740992.0
        if changed[at] < 0:
            state[SHOWN_COUNT] += 1
            for head in range(len(kept)):
                predicted[at - first, head] = margins[head]
                slopes[head] = _first_slope(margins[head], labels[row, head], kept[head], chance)
        else:
            state[OUTCOMES] += 1
            _late_slopes((changed[at], signs[at]), margins, (kept, causes, chance), slopes)
        _step(slots, slopes, weights, steps)


@compiled
def _find(key: np.uint64, words: Keys) -> np.int64:
    first = np.int64(key & np.uint64(len(words) // BUCKET - 1)) * BUCKET
    tag = key >> DAY_BITS
    found = np.int64(-1)
    for slot in range(
        first, first + BUCKET
    ):  # no early return: eight comparisons cost less than a branch guessed wrong
        found = np.int64(slot) if words[slot] >> DAY_BITS == tag else found
    return found


@compiled
def _touch(key: np.uint64, day: np.uint64, words: Keys, weights: Floats, book: tuple[Bytes, Longs, Longs]) -> np.int64:
    """Return the slot of a feature, marking it seen today; -1 while it is not admitted."""
    if key == np.uint64(0):
        return np.int64(-1)
    slot = _find(key, words)
    if slot >= 0:
        if words[slot] & DAY_MASK < day:
            words[slot] = (key >> DAY_BITS) << DAY_BITS | day
        return slot
    counts, state, limits = book
    if _sightings(key, counts, state, limits[0]) < limits[0]:
        return np.int64(-1)
    first = np.int64(key & np.uint64(len(words) // BUCKET - 1)) * BUCKET
    slot = first
    for other in range(first, first + BUCKET):
        if words[other] & DAY_MASK < words[slot] & DAY_MASK:
            slot = np.int64(other)
    if words[slot] != np.uint64(0):
        if np.int64(words[slot] & DAY_MASK) + limits[1] >= np.int64(day):
            state[REFUSED] += 1
            return np.int64(-1)
        state[EXPIRED] += 1
    state[ADMITTED] += 1
    words[slot] = (key >> DAY_BITS) << DAY_BITS | day
    weights[slot] = 0
    return slot


@compiled
def _sightings(key: np.uint64, counts: Bytes, state: Longs, enough: int) -> np.int64:
    """Count a sighting of a feature not yet admitted: a count-min sketch of two rows, halved when it fills up."""
    if enough <= 1:
        return np.int64(1)
    half = len(counts) // 2
    left = np.int64(mix(key) & np.uint64(half - 1))
    right = half + np.int64(mix(key + np.uint64(1)) & np.uint64(half - 1))
    seen = min(np.int64(counts[left]), np.int64(counts[right])) + 1
    if seen <= 255:  # noqa: PLR2004
        counts[left] = max(np.int64(counts[left]), seen)
        counts[right] = max(np.int64(counts[right]), seen)
    state[TOUCHES] += 1
    if state[TOUCHES] >= len(counts):
        state[TOUCHES] = 0
        for place in range(len(counts)):
            counts[place] = counts[place] >> 1
    return seen


@compiled
def _sum(slots: Longs, weights: Floats, margins: Floats) -> None:
    for head in range(len(margins)):
        margins[head] = 0
    for slot in slots:
        if slot >= 0:
            for head in range(len(margins)):
                margins[head] += weights[slot, 0, head]


@compiled
def _chance(margin: float) -> float:
    return 1.0 / (1.0 + math.exp(-min(max(margin, -30.0), 30.0)))


@compiled
def _first_slope(margin: float, label: int, kept: float, chance: float) -> float:
    """Return `p - label`; 0 for a label not known and for a negative that is left out.

    Of negatives the share `kept` is learned, which multiplies the odds seen by 1 / kept: the step is taken at `margin - ln kept`,
    so that `margin` itself stays the log-odds of all traffic.
    """
    if label < 0 or (label == 0 and chance >= kept):
        return 0.0
    return _chance(margin - math.log(kept)) - label


@compiled
def _late_slopes(change: tuple[int, int], margins: Floats, rules: tuple[Doubles, Longs, float], slopes: Floats) -> None:
    """Return the slopes that a changed label owes, and those of the heads that it opens (1) or closes (-1)."""
    changed, sign = change
    kept, causes, chance = rules
    for head in range(len(slopes)):
        lifted = _chance(margins[head] - math.log(kept[head]))
        learned = chance < kept[head]
        slopes[head] = 0.0
        if head == changed:
            slopes[head] = -sign if learned else sign * (lifted - 1.0)
        elif causes[head] == changed and learned:
            slopes[head] = sign * lifted


@compiled
def _step(slots: Longs, slopes: Floats, weights: Floats, steps: Floats) -> None:
    rate, beta, ridge = steps[0], steps[1], steps[2]
    for slot in slots:
        if slot >= 0:
            for head in range(len(slopes)):
                slope = slopes[head]
                active = np.float32(slope != np.float32(0))
                weight = weights[slot, 0, head]
                square = weights[slot, 1, head] + slope * slope
                weights[slot, 1, head] = square
                weights[slot, 0, head] = weight - rate * (slope + ridge * weight * active) / (beta + np.sqrt(square))


@compiled
def unused(words: Keys) -> Ints:
    """Return how many slots of each bucket are free."""
    free = np.zeros(len(words) // BUCKET, np.int32)
    for slot in range(len(words)):
        free[slot // BUCKET] += words[slot] == np.uint64(0)
    return free
