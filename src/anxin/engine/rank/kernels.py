"""The compiled inside of the rank model: find a feature, add up its weights, take one step.

A bucket is eight slots: a cache line of words, `hash bits << DAY_BITS | day last seen`, then for each slot its weights and its
sums of squares, a number a head, filled up to a multiple of LANES: up to eight heads that is one cache line. So a feature costs
two cache lines of one page whether it is read or learned. Where the lines are is known before they are needed, so the learner
asks for those of the records to come: that changes when they arrive, and no result.
"""

import math

import numpy as np

from anxin.engine.compiling import Bools, Bytes, Doubles, Floats, Keys, Longs, Signs, compiled, compiled_within
from anxin.engine.rank.features import NO_KEY, mix
from anxin.engine.rank.heads import TENTHS
from anxin.engine.rank.lanes import LANES, add_eight, fetch_soon, step_eight

BUCKET = 8
DAY_BITS = np.uint64(20)
DAY_MASK = np.uint64((1 << 20) - 1)
AHEAD = 2  # records whose cache lines are under way
YES_FIRST, ALL_FIRST = 0.5, 5.0  # what a head that waits begins with, so that the first case does not decide all
POSITION, DIRTY, SHOWN_COUNT, OUTCOMES, ADMITTED, EXPIRED, REFUSED, TOUCHES = range(8)

# buckets as words, the same as numbers, sighting counts, state, tallies
Storage = tuple[Keys, Floats, Bytes, Longs, Doubles]
# rate, beta, ridge · admit_at, expire_days · kept negatives · causes · waits
Settings = tuple[Floats, Longs, Doubles, Longs, Bools]
Columns = tuple[Longs, Longs, Signs, Signs, Signs, Keys]  # subject, at, head, sign, labels, keys


def words_of(heads: int) -> int:
    """Return how many 8-byte words a bucket takes: one a slot, and two numbers a head and slot."""
    return BUCKET + BUCKET * _padded(heads)


def _padded(heads: int) -> int:
    return -(-heads // LANES) * LANES


@compiled
def score(keys: Keys, words: Keys, numbers: Floats, margins: Floats) -> None:
    """Add to `margins` (rows × heads) the weights of each row's known features."""
    lanes = (words.shape[1] - BUCKET) // BUCKET
    slots = np.empty(keys.shape[1], np.int64)
    sums = np.empty(lanes, np.float32)
    for row in range(len(keys)):
        _fetch_words(keys[min(row + AHEAD, len(keys) - 1)], words)
        _fetch_numbers(keys[min(row + 1, len(keys) - 1)], words, numbers)
        for place in range(len(slots)):
            slots[place] = _find(keys[row, place], words) if keys[row, place] != NO_KEY else np.int64(-1)
        _sum(slots, numbers, sums)
        for head in range(margins.shape[1]):
            margins[row, head] += sums[head]


@compiled
def learn(log: Columns, span: tuple[int, int, int], storage: Storage, settings: Settings, predicted: Floats) -> None:
    """Learn records first … last - 1 of a log that begins at `base`; `predicted` gets each impression's margins before its step.

    The slope of the logistic loss is `p - label`, and the label enters it linearly. So an impression is learned at once with
    what is known, and a label that arrives days later costs exactly the difference, -1 (or +1 when it is withdrawn): the sum of
    slopes is that of a learner who had waited, and nobody waits. Of a head that `waits` the `p` comes in tenths (`ripening`).
    """
    subjects, times, changed, signs, labels, keys = log
    first, last, base = span
    words, numbers, counts, state, tallies = storage
    steps, limits, kept, causes, waits = settings
    lanes = (words.shape[1] - BUCKET) // BUCKET
    slots = np.empty(keys.shape[1], np.int64)
    margins, slopes = np.zeros(lanes, np.float32), np.zeros(lanes, np.float32)
    lifts, usual = np.log(kept), np.zeros(lanes, np.float32)
    find_usual(tallies, waits, usual)
    for at in range(first, last):
        _prepare(at, (subjects, last, base), keys, (words, numbers))
        row = subjects[at] - base
        if row < 0:
            continue
        day = np.uint64(max(times[at] // 86400, 1)) & DAY_MASK
        for place in range(len(slots)):
            slots[place] = _seen(keys[row, place], day, words) if keys[row, place] != NO_KEY else np.int64(-1)
            if slots[place] < 0 and keys[row, place] != NO_KEY:
                slots[place] = _admit(keys[row, place], day, words, numbers, (counts, state, limits))
        _sum(slots, numbers, margins)
        margins += usual
        chance = np.float64(mix(np.uint64(subjects[at]) + np.uint64(1)) >> np.uint64(11)) / 9007199254740992.0
        if changed[at] < 0:
            state[SHOWN_COUNT] += 1
            for head in range(len(kept)):
                predicted[at - first, head] = margins[head]
                slopes[head] = _first_slope(margins[head] - lifts[head], labels[row, head], kept[head], chance)
                if waits[head] and labels[row, head] >= 0:
                    slopes[head] = -float(labels[row, head])
                    tallies[head, 0] += labels[row, head]
        else:
            state[OUTCOMES] += abs(signs[at]) == 1
            _late_slopes((changed[at], signs[at]), margins, (kept, lifts, causes, waits, chance), slopes)
            if waits[changed[at]]:
                heard = abs(signs[at]) == 1
                tallies[changed[at], 0 if heard else 1] += signs[at] if heard else signs[at] / 2 / TENTHS
                find_usual(tallies, waits, usual)
        _step(slots, slopes, numbers, steps)


@compiled
def find_usual(tallies: Doubles, waits: Bools, usual: Floats) -> None:
    """Write the log-odds of the cases of all that was heard of, where a head waits; 0 elsewhere.

    There are few such labels. Without this the base rate would be shared out among the features in proportion to how often they
    were met, and what is ordered much would seem to be better for that alone.
    """
    for head in range(len(waits)):
        if waits[head]:
            yes = tallies[head, 0] + YES_FIRST
            usual[head] = math.log(yes / max(tallies[head, 1] + ALL_FIRST - yes, YES_FIRST))


@compiled_within
def _prepare(at: int, log: tuple[Longs, int, int], keys: Keys, buckets: tuple[Keys, Floats]) -> None:
    """Ask for the words of the record after the next, and for the numbers of the next, whose words have come by now."""
    subjects, last, base = log
    row = subjects[min(at + AHEAD, last - 1)] - base
    if row >= 0:
        _fetch_words(keys[row], buckets[0])
    row = subjects[min(at + 1, last - 1)] - base
    if row >= 0:
        _fetch_numbers(keys[row], buckets[0], buckets[1])


@compiled_within
def _fetch_words(keys: Keys, words: Keys) -> None:
    for key in keys:
        fetch_soon(words, _bucket(key, words), 0)


@compiled_within
def _fetch_numbers(keys: Keys, words: Keys, numbers: Floats) -> None:
    for key in keys:
        slot = _find(key, words)
        if slot >= 0:
            fetch_soon(numbers, slot // BUCKET, _first_number(slot, numbers))


@compiled_within
def _bucket(key: np.uint64, words: Keys) -> np.int64:
    return np.int64(key & np.uint64(len(words) - 1))


@compiled_within
def _first_number(slot: np.int64, numbers: Floats) -> np.int64:
    """Return where a slot's weights begin in its bucket; its sums of squares begin as many numbers later as there are lanes."""
    return np.int64(2 * BUCKET + (slot % BUCKET) * ((numbers.shape[1] - 2 * BUCKET) // BUCKET))


@compiled_within
def _find(key: np.uint64, words: Keys) -> np.int64:
    bucket = _bucket(key, words)
    tag = key >> DAY_BITS
    found = np.int64(-1)
    for place in range(BUCKET):  # no early return: eight comparisons cost less than a branch guessed wrong
        found = np.int64(bucket * BUCKET + place) if words[bucket, place] >> DAY_BITS == tag else found
    return found


@compiled_within
def _seen(key: np.uint64, day: np.uint64, words: Keys) -> np.int64:
    """Return the slot of a feature, marking it seen today; -1 if it has none."""
    slot = _find(key, words)
    if slot >= 0:
        word = words[slot // BUCKET, slot % BUCKET]
        if word & DAY_MASK < day:
            words[slot // BUCKET, slot % BUCKET] = (key >> DAY_BITS) << DAY_BITS | day
    return slot


@compiled
def _admit(key: np.uint64, day: np.uint64, words: Keys, numbers: Floats, book: tuple[Bytes, Longs, Longs]) -> np.int64:
    """Return the new slot of a feature that has none; -1 while it is seen too rarely or its bucket is full."""
    bucket = _bucket(key, words)
    counts, state, limits = book
    if _sightings(key, counts, state, limits[0]) < limits[0]:
        return np.int64(-1)
    place = 0
    for other in range(BUCKET):
        if words[bucket, other] & DAY_MASK < words[bucket, place] & DAY_MASK:
            place = other
    if words[bucket, place] != np.uint64(0):
        if np.int64(words[bucket, place] & DAY_MASK) + limits[1] >= np.int64(day):
            state[REFUSED] += 1
            return np.int64(-1)
        state[EXPIRED] += 1
    state[ADMITTED] += 1
    words[bucket, place] = (key >> DAY_BITS) << DAY_BITS | day
    slot = np.int64(bucket * BUCKET + place)
    begin = _first_number(slot, numbers)
    numbers[bucket, begin : begin + (numbers.shape[1] - 2 * BUCKET) // BUCKET] = 0
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


@compiled_within
def _sum(slots: Longs, numbers: Floats, sums: Floats) -> None:
    """Write the sums of the slots' weights, a lane each."""
    sums[:] = 0
    for begin in range(0, len(sums), LANES):
        for slot in slots:
            if slot >= 0:
                add_eight(sums, begin, numbers, slot // BUCKET, _first_number(slot, numbers) + begin)


@compiled_within
def _chance(margin: float) -> float:
    return 1.0 / (1.0 + math.exp(-min(max(margin, -30.0), 30.0)))


@compiled_within
def _first_slope(lifted: float, label: int, kept: float, chance: float) -> float:
    """Return `p - label`; 0 for a label not known and for a negative that is left out.

    Of negatives the share `kept` is learned, which multiplies the odds seen by 1 / kept: the step is taken at `lifted`, which is
    `margin - ln kept`, so that `margin` itself stays the log-odds of all traffic.
    """
    if label < 0 or (label == 0 and chance >= kept):
        return 0.0
    return _chance(lifted) - label


@compiled
def _late_slopes(
    change: tuple[int, int], margins: Floats, rules: tuple[Doubles, Doubles, Longs, Bools, float], slopes: Floats
) -> None:
    """Return the slopes that a changed label owes, and those of the heads that it opens (1) or closes (-1); or, of a silence
    (a sign of 2 or -2), a tenth of `p` where the head waits.
    """
    changed, sign = change
    kept, lifts, causes, waits, chance = rules
    for head in range(len(kept)):
        learned = chance < kept[head]
        slopes[head] = 0.0
        if abs(sign) > 1:
            if head == changed and waits[head] and learned:
                slopes[head] = sign / 2 / TENTHS * _chance(margins[head] - lifts[head])
        elif head == changed:
            slopes[head] = -sign if learned else sign * (_chance(margins[head] - lifts[head]) - 1.0)
        elif causes[head] == changed and learned and not waits[head]:
            slopes[head] = sign * _chance(margins[head] - lifts[head])


@compiled_within
def _step(slots: Longs, slopes: Floats, numbers: Floats, steps: Floats) -> None:
    recipe, lanes = (steps[0], steps[1], steps[2]), len(slopes)
    for begin in range(0, lanes, LANES):
        for slot in slots:
            if slot >= 0:
                first = _first_number(slot, numbers) + begin
                step_eight(slopes, begin, numbers, (slot // BUCKET, first, first + lanes), recipe)


@compiled
def used(words: Keys) -> np.int64:
    """Return how many slots are taken."""
    count = np.int64(0)
    for bucket in range(len(words)):
        for place in range(BUCKET):
            count += words[bucket, place] != np.uint64(0)
    return count
