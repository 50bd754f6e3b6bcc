"""What freshness is worth: the same events predicted with item statistics and histories that lag behind by so many seconds."""

import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from anxin.engine.blend import Blend, fit_blend, judge_blend
from anxin.engine.compiling import Doubles, Floats, Ints, Longs, compiled
from anxin.engine.errors import MalformedTable, TooFewData
from anxin.engine.evaluate.common import Meter, measured
from anxin.engine.fusion import Fusion, Goal, choose
from anxin.engine.metrics import hits
from anxin.engine.pool import Judged, Pool, target_entries
from anxin.engine.recall.live import (
    DAY_SECONDS,
    Knobs,
    Live,
    Sheet,
    add,
    follow,
    is_young,
    learn_one,
    live_of,
    neighbours,
    trending,
    wipe,
)

HEADER = ["unix_seconds", "user", "item", "behaviour"]
LAGS = ((0, 0), (3600, 0), (86_400, 0), (60, 60), (3600, 3600), (86_400, 86_400))
SOURCES = ("follow", "neighbours", "trending", "young follow", "young trending")
K = 20
JUDGED_DAYS = 3
EACH = 6
EVENTS_MIN = 60
ROUNDS = 2
YOUNG_COUNTS = 3.0
CANDIDATES = 100
HISTORY_MAX = 50
TREND_EVENTS = 500  # what is popular is counted anew after so many events
CHOOSING_MAX = 4_000  # questions that knobs are chosen on


@dataclass(frozen=True)
class Events:
    """First events of each (person, item) in the order they came."""

    seconds: Longs
    people: Ints
    items: Ints
    people_count: int
    item_count: int


@dataclass(frozen=True)
class Asked:
    """What is asked of the statistics: how far a history reaches, how common items are damped."""

    decay: float = 4.0
    damping: float = 0.4
    near_decay: float = 3.0
    slope: float = 0.3


class Questions(NamedTuple):
    """Which events are predicted, and the events of each person in order (`own[own_from[p]:own_from[p + 1]]`)."""

    at: Longs
    own_from: Longs
    own: Longs


GRID: tuple[tuple[str, tuple[float, ...]], ...] = (
    ("reach", (2.0, 5.0, 10.0)),
    ("backwards", (0.25, 0.5, 1.0)),
    ("patience_s", (1e12, 86_400.0, 7_200.0)),
    ("fade_s", (1e12, 259_200.0, 86_400.0)),
    ("trend_s", (43_200.0, 172_800.0, 7_200.0, 1_800.0)),
    ("decay", (1.0, 2.0, 4.0, 8.0)),
    ("damping", (0.0, 0.2, 0.3, 0.5)),
    ("near_decay", (1.0, 3.0, 8.0)),
    ("slope", (0.1, 0.3, 1.0)),
)
JUDGES = {"trend_s": "trending", "near_decay": "neighbours", "slope": "neighbours"}  # every other knob is of `follow`


def evaluate_freshness(path: Path) -> dict[str, Any]:
    """Return HR@20 of each sixth event of the last three days for six pairs of lags, and of those on items younger than a day.

    An event is predicted from what came before it, less what the lags hide. The days before choose every setting (at most as
    many, each sixth event again) with no lag; nothing that is judged chooses. All items are candidates but those of the history.
    What is chosen by is HR@20 in which an event on a young item counts three times: new items are to get a fair chance.
    """
    meter = Meter()
    events = read_events(path)
    held_out, judged = questions_of(events)
    choice = _select(events, held_out)
    fit_seconds = meter.seconds()
    rows = []
    young = _young(events, judged.at)
    for statistics_lag, history_lag in LAGS:
        caught = hits(_judge(events, judged, choice, (statistics_lag, history_lag)), K)
        hr, interval = measured(caught, 1, 5)
        hr_new, interval_new = measured(caught[young], 1, 5)
        rows.append(
            {
                "statistics_lag_s": statistics_lag,
                "history_lag_s": history_lag,
                "hr": hr,
                "hr_interval": interval,
                "n": len(caught),
                "hr_new": hr_new if young.any() else None,
                "hr_new_interval": interval_new if young.any() else None,
                "n_new": int(young.sum()),
            }
        )
    return {
        "k": K,
        "rows": rows,
        "n": len(judged.at),
        "n_validation": len(held_out.at),
        "items": events.item_count,
        "fit_seconds": fit_seconds,
        "seconds": meter.seconds(),
        "peak_mib": meter.peak_mib(),
        "chosen": choice.facts(),
        "validation": choice.validation,
    }


def read_events(path: Path) -> Events:
    """Read a CSV (or csv.gz) with the header `unix_seconds,user,item,behaviour`; rows may come in any order."""
    people: dict[str, int] = {}
    items: dict[str, int] = {}
    told = sorted(_rows(path), key=lambda row: row[0])
    seen: set[tuple[int, int]] = set()
    kept = []
    for at, person_name, item_name in told:
        person = people.setdefault(person_name, len(people))
        item = items.setdefault(item_name, len(items))
        if (person, item) not in seen:
            seen.add((person, item))
            kept.append((at, person, item))
    if len(kept) < EVENTS_MIN:
        raise TooFewData(path.name, len(kept), EVENTS_MIN)
    table = np.array(kept, np.int64)
    return Events(
        table[:, 0].copy(), table[:, 1].astype(np.int32), table[:, 2].astype(np.int32), len(people), len(items)
    )


def _rows(path: Path) -> Iterator[tuple[int, str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        try:
            reader = csv.reader(lines)
            if next(reader, None) != HEADER:
                raise MalformedTable(str(path), 1, f"expected the header {','.join(HEADER)}")
            for number, row in enumerate(reader, 2):
                if not row:
                    continue
                if len(row) != len(HEADER) or not row[0].isdecimal() or not row[1] or not row[2]:
                    raise MalformedTable(str(path), number, f"expected {','.join(HEADER)}")
                yield int(row[0]), row[1], row[2]
        except (UnicodeDecodeError, EOFError, gzip.BadGzipFile, OSError, csv.Error) as failure:
            raise MalformedTable(str(path), 0, f"not readable as text ({type(failure).__name__})") from failure


def questions_of(events: Events) -> tuple[Questions, Questions]:
    """Return what chooses and what is judged: each sixth event of people who had one before.

    Judged are the last three days (the last third of a shorter table); what chooses is as long and lies right before.
    """
    end, begin = int(events.seconds[-1]), int(events.seconds[0])
    span = min(JUDGED_DAYS * DAY_SECONDS, (end - begin) // 3)
    order = np.argsort(events.people, kind="stable")
    own_from = np.zeros(events.people_count + 1, np.int64)
    np.cumsum(np.bincount(events.people, minlength=events.people_count), out=own_from[1:])
    again = np.ones(len(order), bool)
    again[order[own_from[:-1]]] = False
    age = end - events.seconds
    parts = []
    for window in ((age >= span) & (age < 2 * span), age < span):
        at = np.flatnonzero(window & again)[EACH - 1 :: EACH]
        if len(at) == 0:
            raise TooFewData("the table", int(window.sum()), EACH)
        parts.append(Questions(at, own_from, order))
    return parts[0], parts[1]


def _young(events: Events, at: Longs) -> Any:
    _, first = np.unique(events.items, return_index=True)
    return events.seconds[at] - events.seconds[first[events.items[at]]] < DAY_SECONDS


Chosen = tuple[Knobs, Asked]


@dataclass(frozen=True)
class Choice:
    """What the days before chose."""

    settings: Chosen
    fusion: Fusion
    blend: Blend | None
    validation: dict[str, float]

    def facts(self) -> dict[str, Any]:
        """Return it as data for a result."""
        knobs, asked = self.settings
        weights, powers = dict(self.fusion.weights), dict(self.fusion.powers)
        return {**knobs._asdict(), **vars(asked), "weights": weights, "powers": powers, "blend": self.blend is not None}


def _select(events: Events, held_out: Questions) -> Choice:
    """Choose each knob in turn, twice, by what the source it belongs to reaches alone; then the fusion of all, then a network."""
    chosen: Chosen = (Knobs(), Asked())
    every = np.linspace(0, len(held_out.at) - 1, min(CHOOSING_MAX, len(held_out.at))).astype(np.int64)
    some = held_out._replace(at=held_out.at[every])
    goal = _goal(events, some)
    best: dict[str, float] = {}
    for _ in range(ROUNDS):
        for name, values in GRID:
            source = JUDGES.get(name, "follow")
            for value in values:
                tried = _with(chosen, name, value)
                if tried == chosen and source in best:
                    continue
                reached = goal(_alone(_found(events, some, _only(tried, source), (0, 0))[0], source))
                if reached > best.get(source, -1.0):
                    best[source], chosen = reached, tried
    found, lengths = _found(events, held_out, chosen, (0, 0))
    goal = _goal(events, held_out)
    fusion = choose(SOURCES, found, goal)
    validation = {source: goal(_alone(found, source)) for source in SOURCES}
    popularity = _popularity(events, held_out, 0)
    blend, validation["blend"], validation["fusion"] = fit_blend(found, fusion, (lengths, popularity), goal)
    return Choice(chosen, fusion, blend, {name: round(value, 5) for name, value in validation.items()})


def _goal(events: Events, questions: Questions) -> Goal:
    weights = np.where(_young(events, questions.at), YOUNG_COUNTS, 1.0)
    return lambda places: float(np.average(hits(places, K), weights=weights))


def _judge(events: Events, questions: Questions, choice: Choice, lags: tuple[int, int]) -> Doubles:
    found, lengths = _found(events, questions, choice.settings, lags)
    if choice.blend is None:
        return found.places(choice.fusion.total(found.pool))
    blend = replace(choice.blend, popularity=_popularity(events, questions, lags[0]))
    return judge_blend(blend, choice.fusion, found, lengths)


def _popularity(events: Events, questions: Questions, lag: int) -> Floats:
    """Return how often each item was had before the first question, less what the lag hides."""
    before = events.seconds < events.seconds[questions.at[0]] - lag
    return np.bincount(events.items[before], minlength=events.item_count).astype(np.float32)


def _alone(found: Judged, source: str) -> Doubles:
    return found.places(found.pool.scores[:, SOURCES.index(source)].astype(np.float64))


def _only(chosen: Chosen, source: str) -> Chosen:
    """Switch the other sources off, which cost time."""
    knobs, asked = chosen
    if source == "follow":
        return knobs, replace(asked, near_decay=0)
    return knobs._replace(reach=0), replace(
        asked, decay=0, near_decay=asked.near_decay if source == "neighbours" else 0
    )


def _with(chosen: Chosen, name: str, value: float) -> Chosen:
    knobs, asked = chosen
    if name in Knobs._fields:
        return knobs._replace(**{name: value}), asked
    return knobs, replace(asked, **{name: value})


def _found(events: Events, questions: Questions, chosen: Chosen, lags: tuple[int, int]) -> tuple[Judged, Longs]:
    """Replay the events; return the candidates of each question as they stood then, and how long each history was."""
    knobs, asked = chosen
    shape = (len(questions.at), len(SOURCES) * CANDIDATES)
    found = np.empty(shape, np.int32)
    told = np.zeros((*shape, len(SOURCES)), np.float32)
    greatest = np.zeros((len(questions.at), len(SOURCES)), np.float32)
    counts, lengths = _replay(
        (live_of(events.item_count, events.people_count), knobs),
        (events.people, events.items, events.seconds),
        questions,
        (lags[0], lags[1]),
        (asked.decay, asked.damping, asked.near_decay, asked.slope),
        (found, told, greatest),
    )
    inside = np.arange(shape[1])[None, :] < counts[:, None]
    offsets = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=offsets[1:])
    pool = Pool(offsets, found[inside], told[inside], greatest)
    return Judged(pool, target_entries(pool, events.items[questions.at])), lengths


@compiled
def _replay(
    learned: tuple[Live, Knobs],
    events: tuple[Ints, Ints, Longs],
    questions: Questions,
    lags: tuple[int, int],
    asked: tuple[float, float, float, float],
    answers: tuple[Ints, Floats, Floats],
) -> tuple[Longs, Longs]:
    live, knobs = learned
    people, items, seconds = events
    found, told, greatest = answers
    sheets = [_sheet(len(live.total)) for _ in range(greatest.shape[1])]
    popular = np.empty((2, CANDIDATES), np.int32)
    popular_count = np.zeros(2, np.int64)
    counts, lengths = np.zeros(len(questions.at), np.int64), np.zeros(len(questions.at), np.int64)
    history = np.empty(HISTORY_MAX, np.int32)
    taught, refreshed = 0, -TREND_EVENTS
    for number in range(len(questions.at)):
        at = questions.at[number]
        now, person = seconds[at], people[at]
        while taught < at and seconds[taught] <= now - lags[0]:
            learn_one(live, knobs, people[taught], items[taught], seconds[taught])
            taught += 1
        if taught - refreshed >= TREND_EVENTS:
            refreshed = taught
            popular_count[0] = trending(live, now, False, popular[0])
            popular_count[1] = trending(live, now, True, popular[1])
        known = _history(questions, seconds, items, (at, person, now - lags[1]), history)
        _ask(live, (person, now), history[:known], asked, sheets)
        for young in range(2):
            for place in range(popular_count[young]):
                add(sheets[2 + 2 * young], popular[young, place], live.trend[popular[young, place]])
        for sheet in sheets:
            for place in range(known):
                sheet.scores[history[place]] = 0
        lengths[number] = known
        counts[number] = _candidates(sheets, found[number], told[number], greatest[number])
    return counts, lengths


@compiled
def _ask(
    live: Live, who: tuple[int, int], history: Ints, asked: tuple[float, float, float, float], sheets: list[Sheet]
) -> None:
    """Fill the sheets of what follows, of neighbours, and of what follows and is young."""
    decay, damping, near_decay, slope = asked
    if decay > 0:
        follow(live, history, (decay, damping), sheets[0])
    if near_decay > 0:
        neighbours(live, who[0], history, (near_decay, slope), sheets[1])
    for place in range(sheets[0].filled[0]):
        item = sheets[0].touched[place]
        if is_young(live, item, who[1]):
            add(sheets[3], item, sheets[0].scores[item])


@compiled
def _sheet(count: int) -> Sheet:
    return Sheet(np.zeros(count, np.float32), np.zeros(2 * count, np.int32), np.zeros(1, np.int64))


@compiled
def _history(questions: Questions, seconds: Longs, items: Ints, asked: tuple[int, int, int], history: Ints) -> int:
    """Write the latest items that are known of a person, oldest first; return how many."""
    at, person, until = asked
    first = questions.own_from[person]
    end = first
    while end < questions.own_from[person + 1] and questions.own[end] < at and seconds[questions.own[end]] <= until:
        end += 1
    known = min(end - first, len(history))
    for place in range(known):
        history[place] = items[questions.own[end - known + place]]
    return int(known)


@compiled
def _candidates(sheets: list[Sheet], found: Ints, told: Floats, greatest: Floats) -> int:
    """Write the first hundred items of each sheet with what every sheet says of them, wipe the sheets; return how many items."""
    filled = 0
    for source in range(len(sheets)):
        sheet = sheets[source]
        values = sheet.scores[sheet.touched[: sheet.filled[0]]]
        border = np.float32(0)
        if len(values) > CANDIDATES:
            border = np.partition(values, len(values) - CANDIDATES)[len(values) - CANDIDATES]
        room = CANDIDATES
        for place in range(len(values)):
            if values[place] >= border and values[place] > 0 and room > 0:
                room -= 1
                greatest[source] = max(greatest[source], values[place])
                found[filled] = sheet.touched[place]
                filled += 1
    kept = np.unique(found[:filled])
    found[: len(kept)] = kept
    for source in range(len(sheets)):
        if greatest[source] > 0:
            for place in range(len(kept)):
                told[place, source] = sheets[source].scores[kept[place]] / greatest[source]
        wipe(sheets[source])
    return len(kept)
