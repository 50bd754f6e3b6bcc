"""From a table of events to rows that a rank model can be judged on: what a person took, beside what they might have been shown.

Each event becomes a group: the item taken, and `negatives` items drawn from other events shortly before (so by popularity). What
is known of a row is known at its time: counts, decays and histories are of earlier events only.
"""

import csv
import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from anxin.engine.compiling import Doubles, Floats, Keys, Longs, Signs, compiled
from anxin.engine.errors import MalformedTable, TooFewData
from anxin.engine.rank.features import ABSENT, mix

HEADER = ["unix_seconds", "user", "item", "behaviour"]
EVENTS_MIN = 500
DRAWN_FROM = 20_000  # the latest events that negatives are drawn from
HALF_LIFE_S = 86_400.0
BACK = 10  # items of a history that are looked at
FIELDS = (
    "person", "item", "last", "hour", "heat", "age", "activity", "repeat", "affinity", "kind", "gap",
)  # fmt: skip


@dataclass(frozen=True)
class Events:
    """A table in order of time; people and items are numbers, kinds index `names`."""

    at: Longs
    people: Longs
    items: Longs
    kinds: Longs
    names: tuple[str, ...]


@dataclass(frozen=True)
class Impressions:
    """Rows in order of time, `size` a group, the item taken first. Labels: any, then one for each kind of event."""

    columns: Mapping[str, Longs]
    at: Longs
    labels: Signs
    size: int


def read_events(path: Path) -> Events:
    """Read a (gzipped) CSV with the columns of HEADER; rows may come in any order."""
    times, people, items, kinds = list[int](), list[int](), list[int](), list[int]()
    numbers: tuple[dict[str, int], ...] = ({}, {}, {})
    with gzip.open(path, "rt", newline="") if path.suffix == ".gz" else path.open(newline="") as file:
        try:
            rows = csv.reader(file)
            if next(rows, None) != HEADER:
                raise MalformedTable(str(path), 1, f"expected the header {','.join(HEADER)}")
            for line, row in enumerate(rows, 2):
                if len(row) != len(HEADER) or not row[0].isdecimal():
                    raise MalformedTable(str(path), line, "expected seconds, user, item, behaviour")
                times.append(int(row[0]))
                for found, name, known in zip((people, items, kinds), row[1:], numbers, strict=True):
                    found.append(known.setdefault(name, len(known)))
        except (UnicodeDecodeError, EOFError, OSError, csv.Error) as failure:
            raise MalformedTable(str(path), 0, f"not readable as text ({type(failure).__name__})") from failure
    if len(times) < EVENTS_MIN:
        raise TooFewData(path.name, len(times), EVENTS_MIN)
    order = np.argsort(np.array(times), kind="stable")
    at, of, what, kind = (np.array(values, np.int64)[order] for values in (times, people, items, kinds))
    return Events(at, of, what, kind, tuple(numbers[2]))


def impressions_of(events: Events, *, negatives: int = 4, seed: int = 0) -> Impressions:
    """Return the groups of every event."""
    count, size = len(events.at), negatives + 1
    draws = np.random.default_rng(seed).random((count, negatives))
    values = np.full((count * size, len(FIELDS)), ABSENT, np.int64)
    shape = (int(events.people.max()) + 1, int(events.items.max()) + 1)
    rooms = tuple(np.zeros(_room(count * many), np.uint64) for many in (BACK, 1))
    _describe((events.at, events.people, events.items, events.kinds), draws, shape, (rooms[0], rooms[1]), values)
    labels = np.zeros((count * size, 1 + len(events.names)), np.int8)
    taken = np.arange(count) * size
    labels[taken, 0] = 1
    labels[taken, 1 + events.kinds] = 1
    columns = {name: values[:, at] for at, name in enumerate(FIELDS)}
    return Impressions(columns, np.repeat(events.at, size), labels, size)


@compiled
def _bucket(amount: float) -> np.int64:
    return np.int64(np.floor(2 * np.log2(amount + 1)))


def _room(pairs: int) -> int:
    """Return a power of two in which so many pairs are found soon."""
    return 1 << (2 * pairs).bit_length()


@compiled
def _place(known: Keys, left: int, right: int) -> np.int64:
    """Return where a pair is, or would be, in an open table: pairs never share a place."""
    pair = np.uint64(left) << np.uint64(32) | np.uint64(right + 1)
    last = np.uint64(len(known) - 1)
    place = mix(pair) & last
    while known[place] != np.uint64(0) and known[place] != pair:
        place = (place + np.uint64(1)) & last
    return np.int64(place)


@compiled
def _met(known: Keys, left: int, right: int) -> np.int64:
    """Return the place of a pair that is counted from now on."""
    place = _place(known, left, right)
    known[place] = np.uint64(left) << np.uint64(32) | np.uint64(right + 1)
    return place


@compiled
def _describe(
    events: tuple[Longs, Longs, Longs, Longs],
    draws: Doubles,
    shape: tuple[int, int],
    rooms: tuple[Keys, Keys],
    values: Longs,
) -> None:
    at, people, items, kinds = events
    heat, heat_at = np.zeros(shape[1]), np.zeros(shape[1], np.int64)
    first_at = np.full(shape[1], -1, np.int64)
    latest = np.full((shape[0], BACK), -1, np.int64)
    person = np.full((shape[0], 3), -1, np.int64)  # events so far, time of the last, its kind
    followed = (rooms[0], np.zeros(len(rooms[0]), np.float32))
    had = (rooms[1], np.zeros((len(rooms[1]), 2), np.int64))  # the last kind and its time
    size = draws.shape[1] + 1
    for event in range(len(at)):
        now, of = at[event], people[event]
        for place in range(size):
            item = items[event]
            if place > 0 and event > 0:
                span = min(event, DRAWN_FROM)
                item = items[event - 1 - np.int64(draws[event, place - 1] * span)]
            row = values[event * size + place]
            row[0], row[1], row[3] = of, item, ((now + 28_800) // 3_600) % 24
            row[4] = _bucket(heat[item] * 0.5 ** ((now - heat_at[item]) / HALF_LIFE_S))
            row[6] = _bucket(max(person[of, 0], 0))
            row[7] = _repeat(of, item, now, had)
            if first_at[item] >= 0:
                row[5] = _bucket((now - first_at[item]) / 3_600)
            if latest[of, 0] >= 0:
                row[2], row[9], row[10] = latest[of, 0], person[of, 2], _bucket((now - person[of, 1]) / 60)
                row[8] = _bucket(_following(latest[of], item, followed))
        _happen((of, items[event], now, kinds[event]), (heat, heat_at, first_at), (latest, person), had, followed)


@compiled
def _repeat(person: int, item: int, now: int, had: tuple[Keys, Longs]) -> np.int64:
    """Return 0 for a pair not met before, else its last kind and how long ago that was."""
    known, facts = had
    place = _place(known, person, item)
    if known[place] == np.uint64(0):
        return np.int64(0)
    return np.int64(facts[place, 0] * 64 + _bucket((now - facts[place, 1]) / 60))


@compiled
def _following(latest: Longs, item: int, followed: tuple[Keys, Floats]) -> float:
    known, weights = followed
    total = 0.0
    for back in range(len(latest)):
        if latest[back] >= 0:
            pair = weights[_place(known, latest[back], item)] + 0.5 * weights[_place(known, item, latest[back])]
            total += pair / (1 + 0.3 * back)
    return total


@compiled
def _happen(
    event: tuple[int, int, int, int],
    items: tuple[Doubles, Longs, Longs],
    people: tuple[Longs, Longs],
    had: tuple[Keys, Longs],
    followed: tuple[Keys, Floats],
) -> None:
    of, item, now, kind = event
    heat, heat_at, first_at = items
    latest, person = people
    heat[item] = heat[item] * 0.5 ** ((now - heat_at[item]) / HALF_LIFE_S) + 1
    heat_at[item] = now
    if first_at[item] < 0:
        first_at[item] = now
    for back in range(latest.shape[1]):
        if latest[of, back] >= 0 and latest[of, back] != item:
            followed[1][_met(followed[0], latest[of, back], item)] += 1.0 / (1 + 0.3 * back)
    for back in range(latest.shape[1] - 1, 0, -1):
        latest[of, back] = latest[of, back - 1]
    latest[of, 0] = item
    person[of, 0] = max(person[of, 0], 0) + 1
    person[of, 1], person[of, 2] = now, kind
    place = _met(had[0], of, item)
    had[1][place, 0], had[1][place, 1] = kind + 1, now
