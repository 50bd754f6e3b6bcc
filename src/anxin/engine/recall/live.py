"""What is learned from every event as it comes: who follows whom, who had what lately, what is bought now.

Weights fade by *forward decay* (Cormode et al. 2009): an event at time t adds `exp((t - origin) / fade)`, so that nothing old
ever has to be touched; a score is only compared with scores of the same moment. Each item keeps its strongest links, each
person and each item its latest events: memory is fixed by how many items and people there are, never by how many events.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from anxin.engine.compiling import Doubles, Floats, Ints, Longs, Table, compiled

WINDOW = 10  # places in a history that an event is paired with
HISTORY_ASKED = 32  # latest items of a history that are asked about
NEIGHBOURS_ASKED = 12  # the same of those whose holders are looked through
BOOST_MAX = 1e25  # above it every weight is scaled down; float32 ends at 3e38
DAY_SECONDS = 86_400

Moments = NDArray[np.uint32]


class Knobs(NamedTuple):
    """What an event teaches, and how long."""

    reach: float = 5.0  # places in a history after which a pair counts e times less; 0 links nothing
    backwards: float = 0.5  # what a pair counts against its direction
    patience_s: float = 1e12  # seconds between two events after which their pair counts e times less
    fade_s: float = 1e12  # seconds after which an old pair counts e times less than a new one
    trend_s: float = 43_200.0  # the same for popularity


class Live(NamedTuple):
    """The state: arrays only, so that a process may map them and a compiled loop may update them in place."""

    links: Ints  # items × links, -1 where free
    weights: Floats  # items × links
    total: Doubles  # events of each item, undecayed
    trend: Doubles  # events of each item, decayed
    born_at: Longs  # seconds of an item's first event, -1 before it
    had: Ints  # people × remembered, a ring
    had_at: Moments  # people × remembered, seconds until 2106
    had_count: Longs  # events of each person
    holders: Ints  # items × holders, a ring
    holder_count: Longs  # events of each item
    scale: Doubles  # origin of links, origin of trend, moment of the latest event, seconds in which links fade


class Room(NamedTuple):
    """How much is kept of each item and person; 8 bytes a link and a memory, 4 a holder."""

    links: int = 96
    remembered: int = 32
    holders: int = 64


def live_of(item_count: int, people_count: int, room: Room = Room()) -> Live:  # noqa: B008 - a tuple
    """Return a state that has seen nothing."""
    return Live(
        np.full((item_count, room.links), -1, np.int32),
        np.zeros((item_count, room.links), np.float32),
        np.zeros(item_count),
        np.zeros(item_count),
        np.full(item_count, -1, np.int64),
        np.zeros((people_count, room.remembered), np.int32),
        np.zeros((people_count, room.remembered), np.uint32),
        np.zeros(people_count, np.int64),
        np.zeros((item_count, room.holders), np.int32),
        np.zeros(item_count, np.int64),
        np.full(4, np.nan),
    )


def bytes_of(live: Live) -> int:
    """Return the memory a state takes."""
    return sum(array.nbytes for array in live)


def learn(live: Live, knobs: Knobs, people: Ints, items: Ints, seconds: Longs) -> None:
    """Learn events in the order they came; `seconds` is the moment of each."""
    _learn_all(live, knobs, people, items, seconds)


@compiled
def _learn_all(live: Live, knobs: Knobs, people: Ints, items: Ints, seconds: Longs) -> None:
    for at in range(len(items)):
        learn_one(live, knobs, people[at], items[at], seconds[at])


@compiled
def learn_one(live: Live, knobs: Knobs, person: int, item: int, at: int) -> None:
    """Learn one event."""
    if np.isnan(live.scale[0]):
        live.scale[:] = at
        live.scale[3] = knobs.fade_s
    now = max(live.scale[2], at)  # late events count as they would have then, never more
    live.scale[2] = now
    boost = _boost(live.weights, live.scale, 0, now, knobs.fade_s) * np.exp((at - now) / knobs.fade_s)
    live.trend[item] += _boost(live.trend, live.scale, 1, now, knobs.trend_s) * np.exp((at - now) / knobs.trend_s)
    live.total[item] += 1
    if live.born_at[item] < 0 or at < live.born_at[item]:
        live.born_at[item] = at
    count, remembered = live.had_count[person], live.had.shape[1]
    window = min(count, WINDOW, remembered) if knobs.reach > 0 else 0
    for back in range(1, window + 1):
        slot = (count - back) % remembered
        other = live.had[person, slot]
        if other != item:
            gap = abs(at - np.int64(live.had_at[person, slot]))
            weight = np.exp(-(back - 1) / knobs.reach - gap / knobs.patience_s) * boost
            _link(live.links[other], live.weights[other], item, weight)
            _link(live.links[item], live.weights[item], other, weight * knobs.backwards)
    live.had[person, count % remembered] = item
    live.had_at[person, count % remembered] = at
    live.had_count[person] = count + 1
    live.holders[item, live.holder_count[item] % live.holders.shape[1]] = person
    live.holder_count[item] += 1


@compiled
def _boost(weights: Table, scale: Doubles, which: int, at: float, fade: float) -> Any:
    boost = np.exp((at - scale[which]) / fade)
    if boost > BOOST_MAX:
        weights /= boost
        scale[which] = at
        boost = 1.0
    return boost


@compiled
def _link(links: Ints, weights: Floats, item: int, weight: float) -> None:
    """Add to the link, or take the place of the weakest: what is new always gets in, what recurs stays."""
    weakest = 0
    for slot in range(len(links)):
        if links[slot] == item:
            weights[slot] += weight
            return
        if links[slot] < 0:
            weakest = slot
            break
        if weights[slot] < weights[weakest]:
            weakest = slot
    links[weakest] = item
    weights[weakest] = weight


class Sheet(NamedTuple):
    """Scores of every item, and which of them are not 0: `touched[:filled[0]]`, so that a sheet is wiped in no time."""

    scores: Floats
    touched: Ints
    filled: Longs


def sheet_of(item_count: int) -> Sheet:
    """Return a sheet of zeros."""
    return Sheet(np.zeros(item_count, np.float32), np.zeros(item_count, np.int32), np.zeros(1, np.int64))


@compiled
def add(sheet: Sheet, item: int, score: float) -> None:
    """Add to the score of an item."""
    if sheet.scores[item] == 0:
        sheet.touched[sheet.filled[0]] = item
        sheet.filled[0] += 1
    sheet.scores[item] += max(score, 1e-30)  # never 0 again, or it would be touched twice


@compiled
def wipe(sheet: Sheet) -> None:
    """Set every score to 0."""
    for place in range(sheet.filled[0]):
        sheet.scores[sheet.touched[place]] = 0
    sheet.filled[0] = 0


@compiled
def follow(live: Live, history: Ints, asked: tuple[float, float], sheet: Sheet) -> None:
    """Add what follows from a history (oldest first), weighted `exp(-age_rank / decay)`, over `(n_i n_j) ** damping`."""
    decay, damping = asked
    unit = max(1e-30, np.exp((live.scale[2] - live.scale[0]) / live.scale[3]))  # what an event of this moment adds
    for age in range(min(len(history), HISTORY_ASKED)):
        item = history[len(history) - 1 - age]
        share = np.exp(-age / decay) / max(live.total[item], 1.0) ** damping / unit
        for slot in range(live.links.shape[1]):
            other = live.links[item, slot]
            if other < 0:
                break
            add(sheet, other, share * live.weights[item, slot] / max(live.total[other], 1.0) ** damping)


@compiled
def neighbours(live: Live, person: int, history: Ints, asked: tuple[float, float], sheet: Sheet) -> None:
    """Add what the latest people with the same items had, near to them; `asked` is the decay of the history and the slope."""
    decay, slope = asked
    remembered = live.had.shape[1]
    for age in range(min(len(history), NEIGHBOURS_ASKED)):
        item = history[len(history) - 1 - age]
        share = np.exp(-age / decay) / np.sqrt(1.0 + live.total[item])
        for entry in range(min(live.holder_count[item], live.holders.shape[1])):
            other = live.holders[item, entry]
            if other == person:
                continue
            count = live.had_count[other]
            first = max(0, count - remembered)
            shared = first - 1
            for place in range(first, count):
                if live.had[other, place % remembered] == item:
                    shared = place
            if shared < first:
                continue
            for place in range(first, count):
                if place != shared:
                    side = 1.0 if place > shared else 0.6
                    near = side / (1.0 + slope * (abs(place - shared) - 1))
                    add(sheet, live.had[other, place % remembered], share * near)


@compiled
def is_young(live: Live, item: int, now: int) -> Any:
    """Say whether the first event of an item is less than a day old."""
    return live.born_at[item] >= 0 and now - live.born_at[item] < DAY_SECONDS


@compiled
def trending(live: Live, now: int, only_young: bool, found: Ints) -> int:
    """Write the items that are had most now, in no order; return how many."""
    values = live.trend.copy()
    if only_young:
        for item in range(len(values)):
            if not is_young(live, item, now):
                values[item] = 0
    border = 0.0
    if len(values) > len(found):
        border = np.partition(values, len(values) - len(found))[len(values) - len(found)]
    filled = 0
    for item in range(len(values)):
        if values[item] >= border and values[item] > 0 and filled < len(found):
            found[filled] = item
            filled += 1
    return filled
