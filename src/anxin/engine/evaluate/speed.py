"""How fast one thread serves whole pages and learns at a given number of items: a generated market, the product's own code."""

import os
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from anxin.engine.candidates import recall
from anxin.engine.compiling import Doubles, Ints
from anxin.engine.evaluate.common import Meter, measured
from anxin.engine.evaluate.crowd import (
    NOW,
    World,
    events_of,
    impressions_of,
    lists_of_world,
    readers_of,
    shelf_of_world,
    world_of,
)
from anxin.engine.explore.slots import ShareMeter
from anxin.engine.rank.heads import Recipe
from anxin.engine.rank.log import Log
from anxin.engine.rank.model import Model, file_bytes
from anxin.engine.recall.ann import Index, build_lists
from anxin.engine.recall.live import Knobs, Live, Room, bytes_of, learn, live_of
from anxin.engine.serving import FEATURES, Ask, Reader, Rules, Shelf, State, paged, serve_page, values_of

QUESTIONS = 1_000
TUNED_ON = 100
RECALL_AIM = 0.97
PROBES = (8, 16, 32, 64, 128)
FIRST = 100  # recall@100
CANDIDATES = 500  # that are ranked
CARDS = 10
TRIED = 1_000  # new items that may be tried
EXPLORING = 0.1
EVENTS = 300_000
WARM_PART = (
    3  # one event in so many is learned before the time is taken: memory is touched for the first time only once
)
LATE = 10  # one impression in so many has an outcome later
LOT = 1_000  # impressions written at once
ROOM = Room(links=48, remembered=24, holders=32)  # a million items and people in 0.8 GiB
SLOTS_AN_ITEM = 4  # features that the rank model remembers
WARM = 50  # requests that are not counted
STAGES = ("recall", "rank", "arrange")
RULES = Rules(candidates=CANDIDATES)


def evaluate_speed(
    items: int, *, people: int | None = None, events: int = EVENTS, questions: int = QUESTIONS
) -> dict[str, Any]:
    """Return percentiles of whole pages (recall, 500 ranked and valued, 10 arranged with exploring slots), the recall of the
    approximate index, and events learned a second; `cpu_` is this thread's time on a core, the rest is by the wall.
    """
    meter, people = Meter(), people or items
    world = world_of(items)
    lists = build_lists(world.vectors)
    fit_seconds = meter.seconds()
    index = Index(lists)
    probes, _ = _tune(index, world)
    exact, found = _against_exact(index, world, QUESTIONS // 5, seed=2)
    reached, recall_interval = measured(_overlap(exact, found), 1, 4)
    live, shelf = live_of(items, people, ROOM), shelf_of_world(world)
    transitions = _live_learning(live, items, people, events)
    recipe = Recipe(width=FEATURES.width, slots=1 << (SLOTS_AN_ITEM * items - 1).bit_length(), admit_at=2)
    with TemporaryDirectory() as folder:
        model, learning = _rank_learning(Path(folder), recipe, shelf, (people, events))
        trial = np.flatnonzero(shelf.showable)[:TRIED]
        tried = trial, np.full(len(trial), 1 / len(trial))
        learned = lists_of_world(shelf)
        state = State(shelf, live, model, events, tried, index, ShareMeter(EXPLORING), learned)
        readers = readers_of(shelf, questions + WARM, people)
        wall, cpu = _pages(state, readers)
        stages = _stages(state, readers)
    bytes_all = lists.size_bytes + learned.size_bytes + bytes_of(live) + file_bytes(recipe) + _shelf_bytes(shelf)
    return {
        "items": items,
        "people": people,
        "n": len(wall),
        **_times(wall, ""),
        **_times(cpu, "cpu_"),
        "load": [round(load, 1) for load in os.getloadavg()],
        "stages": {name: _times(stages[:, at], "cpu_") for at, name in enumerate(STAGES)},
        "recall": reached,
        "recall_interval": recall_interval,
        "learner_events_per_s": learning.cpu_rate,
        "learner_wall_events_per_s": learning.rate,
        "transition_events_per_s": transitions.cpu_rate,
        "transition_wall_events_per_s": transitions.rate,
        "both_events_per_s": round(1 / (1 / learning.cpu_rate + 1 / transitions.cpu_rate)),
        **_new_item(index, world),
        "index_mib": lists.size_bytes >> 20,
        "lists_mib": learned.size_bytes >> 20,
        "live_mib": bytes_of(live) >> 20,
        "rank_mib": file_bytes(recipe) >> 20,
        "shelf_mib": _shelf_bytes(shelf) >> 20,
        "model_mib": bytes_all >> 20,
        "fit_seconds": fit_seconds,
        "seconds": meter.seconds(),
        "peak_mib": meter.peak_mib(),
        "chosen": {"lists": len(lists.centres), "probes": probes},
    }


def _tune(index: Index, world: World) -> tuple[int, float]:
    """Take the fewest probes that reach the aim on questions which are not judged."""
    reached = 0.0
    for probes in PROBES:
        index.probes = probes
        reached = float(_overlap(*_against_exact(index, world, TUNED_ON, seed=1)).mean())
        if reached >= RECALL_AIM:
            break
    return index.probes, reached


def _against_exact(index: Index, world: World, count: int, *, seed: int) -> tuple[list[Ints], list[Ints]]:
    exact, found = [], []
    for question in world.people(count, seed):
        scores = world.vectors @ question
        exact.append(np.argpartition(-scores, FIRST - 1)[:FIRST].astype(np.int32))
        found.append(index.search(question, FIRST)[0])
    return exact, found


def _overlap(exact: list[Ints], found: list[Ints]) -> Doubles:
    return np.array([len(np.intersect1d(a, b)) / len(a) for a, b in zip(exact, found, strict=True)])


@dataclass(frozen=True)
class Rate:
    """Events a second, by the wall and by the core."""

    rate: int
    cpu_rate: int


def _rate(events: int, begin: tuple[float, float]) -> Rate:
    end = _now()
    return Rate(int(events / (end[0] - begin[0])), int(events / (end[1] - begin[1])))


def _live_learning(live: Live, items: int, people: int, events: int) -> Rate:
    warm = events // WARM_PART
    who, what, when = events_of(warm + events, items, people)
    learn(live, Knobs(), who[:warm], what[:warm], when[:warm])
    begin = _now()
    learn(live, Knobs(), who[warm:], what[warm:], when[warm:])
    return _rate(events, begin)


def _rank_learning(folder: Path, recipe: Recipe, shelf: Shelf, of: tuple[int, int]) -> tuple[Model, Rate]:
    """Write impressions and outcomes to a log as the product does, and learn them from there."""
    people, events = of
    warm = events // WARM_PART
    columns, labels = impressions_of(shelf, warm + events, people)
    keys = FEATURES.keys(columns)
    log, model = Log(folder / "log", recipe), Model.create(folder / "model", recipe)
    for begin in range(0, len(keys), LOT):
        lot = slice(begin, begin + LOT)
        numbers = log.show(keys[lot], np.full(len(keys[lot]), NOW), labels[lot])
        log.outcome(numbers[::LATE], "like", np.array(NOW))
    model.catch_up(log, until=warm)
    first, begin_at = model.position, _now()
    model.catch_up(log)
    return model, _rate(model.position - first, begin_at)


def _pages(state: State, readers: list[Reader]) -> tuple[Doubles, Doubles]:
    """Ask for a page as a feed does, one reader after the other; return milliseconds by the wall and of this thread on a core."""
    random, marks = np.random.default_rng(9), np.empty((len(readers), 2, 2))
    for row, reader in enumerate(readers):
        marks[row, 0] = _now()
        page = serve_page(state, reader, RULES, Ask(CARDS, random), now=NOW)
        marks[row, 1] = _now()
        assert len(page.items) == CARDS  # noqa: S101 - else the time says nothing
    spent = (marks[WARM:, 1] - marks[WARM:, 0]) * 1_000  # the first compile and fill caches
    return spent[:, 0], spent[:, 1]


def _stages(state: State, readers: list[Reader]) -> Doubles:
    """Return milliseconds on a core of each request's stages."""
    random, marks = np.random.default_rng(9), np.empty((len(readers), len(STAGES) + 1))
    for row, reader in enumerate(readers):
        marks[row, 0] = time.thread_time()
        found = recall(state, reader, RULES, now=NOW)
        marks[row, 1] = time.thread_time()
        worth = values_of(state, [reader], [found], RULES, now=NOW)[0]
        marks[row, 2] = time.thread_time()
        paged(state, reader, RULES, (found, worth), Ask(CARDS, random))
        marks[row, 3] = time.thread_time()
    return np.diff(marks, axis=1) * 1_000


def _now() -> tuple[float, float]:
    return time.perf_counter(), time.thread_time()


def _shelf_bytes(shelf: Shelf) -> int:
    return sum(column.nbytes for column in vars(shelf).values() if isinstance(column, np.ndarray))


def _new_item(index: Index, world: World) -> dict[str, float]:
    """Return milliseconds from a new item's vector to the answer of who wants it most, and its place there (0 if it is not)."""
    question = world.people(1, 6)[0]
    begin = time.perf_counter()
    number = len(world.vectors)
    index.add(number, question * np.float32(100 / np.linalg.norm(question)))
    items, _ = index.search(question, FIRST)
    spent = (time.perf_counter() - begin) * 1000
    found = np.flatnonzero(items == number)
    return {"new_item_ms": round(spent, 3), "new_item_place": int(found[0]) + 1 if len(found) else 0}


def _times(values: Doubles, prefix: str) -> dict[str, Any]:
    """Return the median and the 99th percentile with its 95 % bootstrap interval."""
    random = np.random.default_rng(0)
    tails = [np.percentile(values[random.integers(len(values), size=len(values))], 99) for _ in range(300)]
    p50, p99 = np.percentile(values, [50, 99])
    return {
        f"{prefix}p50_ms": round(float(p50), 3),
        f"{prefix}p99_ms": round(float(p99), 3),
        f"{prefix}p99_interval_ms": [round(float(bound), 3) for bound in np.percentile(tails, [2.5, 97.5])],
    }
