"""How fast one thread serves and learns at a given number of items: generated vectors and events, real code paths."""

import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from anxin.engine.compiling import Doubles, Floats, Ints
from anxin.engine.evaluate.common import Meter, measured
from anxin.engine.recall.ann import Index, build_lists
from anxin.engine.recall.live import (
    Knobs,
    Live,
    Room,
    Sheet,
    bytes_of,
    follow,
    learn,
    live_of,
    neighbours,
    sheet_of,
    wipe,
)

DIMENSIONS = 64
QUESTIONS = 1_000
TUNED_ON = 100
RECALL_AIM = 0.97
PROBES = (8, 16, 32, 64, 128)
FIRST = 100  # recall@100
CANDIDATES = 500
EVENTS = 300_000
WARM_EVENTS = 100_000
HISTORY = 20
ROOM = Room(links=48, remembered=24, holders=32)  # a million items and people in 0.8 GiB
EVENT_SECONDS = 1  # an event a second
WARM = 50  # requests that are not counted
STAGES = ("embeddings", "transitions", "neighbours", "merge")


@dataclass(frozen=True)
class World:
    """Items of about √n topics and people who like two of them; leading dimensions vary most, as those of an SVD do."""

    vectors: Floats
    topics: Floats
    scale: Floats

    def people(self, count: int, seed: int) -> Floats:
        """Return one vector a person: the mean of five items' worth of two topics."""
        random = np.random.default_rng(seed)
        pairs = self.topics[random.integers(len(self.topics), size=(count, 2))]
        noise = random.standard_normal((count, DIMENSIONS)).astype(np.float32) * np.float32(0.7 / 5**0.5)
        return np.asarray((pairs.mean(axis=1) * np.float32(0.7) + noise) * self.scale, np.float32)


def evaluate_speed(items: int, *, people: int | None = None) -> dict[str, Any]:
    """Return percentiles of one request's recall, the recall of the approximate index, and events learned a second."""
    meter = Meter()
    world = _world(items)
    lists = build_lists(world.vectors)
    fit_seconds = meter.seconds()
    index = Index(lists)
    probes, _ = _tune(index, world)
    exact, found = _against_exact(index, world, QUESTIONS // 5, seed=2)
    recall, recall_interval = measured(_overlap(exact, found), 1, 4)
    live = live_of(items, people or items, ROOM)
    rate, cpu_rate = _learning(live, items, people or items)
    spent = _serving(index, live, world)
    return {
        "items": items,
        "dimensions": DIMENSIONS,
        "n": len(spent.wall),
        **_times(spent.wall.sum(axis=1), ""),
        **_times(spent.cpu.sum(axis=1), "cpu_"),
        "stages": {name: _times(spent.cpu[:, at], "cpu_") for at, name in enumerate(STAGES)},
        "recall": recall,
        "recall_interval": recall_interval,
        "transition_events_per_s": rate,
        "transition_events_per_cpu_s": cpu_rate,
        **_new_item(index, world),
        "index_mib": lists.size_bytes >> 20,
        "live_mib": bytes_of(live) >> 20,
        "fit_seconds": fit_seconds,
        "seconds": meter.seconds(),
        "peak_mib": meter.peak_mib(),
        "chosen": {"lists": len(lists.centres), "probes": probes},
    }


def _world(items: int) -> World:
    random = np.random.default_rng(0)
    scale = (1 / np.sqrt(1 + np.arange(DIMENSIONS))).astype(np.float32)
    topics = random.standard_normal((int(items**0.5) + 1, DIMENSIONS)).astype(np.float32)
    vectors = np.empty((items, DIMENSIONS), np.float32)
    for begin in range(0, items, 1 << 16):
        part = vectors[begin : begin + (1 << 16)]
        part[:] = random.standard_normal(part.shape, np.float32)
        part += topics[random.integers(len(topics), size=len(part))]
        part *= np.float32(0.7) * scale
    return World(vectors, topics, scale)


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
class Spent:
    """Milliseconds of each request's stages: by the clock on the wall, and of this thread on a core."""

    wall: Doubles
    cpu: Doubles


def _learning(live: Live, items: int, people: int) -> tuple[int, int]:
    """Learn events whose items are as uneven as a market's; return how many a second, by the wall and by the core."""
    random = np.random.default_rng(3)
    count = WARM_EVENTS + EVENTS
    who = random.integers(people, size=count).astype(np.int32) % np.int32(max(people // 20, 1))
    what = (items * random.random(count) ** 3).astype(np.int32)
    when = np.arange(count, dtype=np.int64) * EVENT_SECONDS
    learn(live, Knobs(), who[:WARM_EVENTS], what[:WARM_EVENTS], when[:WARM_EVENTS])
    begin, begin_cpu = time.perf_counter(), time.thread_time()
    learn(live, Knobs(), who[WARM_EVENTS:], what[WARM_EVENTS:], when[WARM_EVENTS:])
    return int(EVENTS / (time.perf_counter() - begin)), int(EVENTS / (time.thread_time() - begin_cpu))


def _serving(index: Index, live: Live, world: World) -> Spent:
    """Ask as a feed does: embeddings, transitions, neighbours, and one list of 500 of them."""
    random = np.random.default_rng(4)
    follows, near = sheet_of(len(world.vectors)), sheet_of(len(world.vectors))
    histories = (len(world.vectors) * random.random((QUESTIONS + WARM, HISTORY)) ** 3).astype(np.int32)
    marks = np.empty((len(histories), len(STAGES) + 1, 2))
    for row, question in enumerate(world.people(len(histories), 5)):
        marks[row, 0] = _now()
        found, _ = index.search(question, CANDIDATES)
        marks[row, 1] = _now()
        follow(live, histories[row], (4.0, 0.3), follows)
        marks[row, 2] = _now()
        neighbours(live, row, histories[row], (3.0, 0.3), near)
        marks[row, 3] = _now()
        _merge(found, follows, near)
        marks[row, 4] = _now()
    spent = np.diff(marks[WARM:], axis=1) * 1000  # the first compile and fill caches
    return Spent(spent[:, :, 0], spent[:, :, 1])


def _now() -> tuple[float, float]:
    return time.perf_counter(), time.thread_time()


def _merge(found: Ints, follows: Sheet, near: Sheet) -> Ints:
    merged = np.unique(np.concatenate([_top(follows), _top(near), found]))[:CANDIDATES]
    wipe(follows)
    wipe(near)
    return merged


def _top(sheet: Sheet) -> Ints:
    items = sheet.touched[: sheet.filled[0]]
    if len(items) > CANDIDATES:
        items = items[np.argpartition(-sheet.scores[items], CANDIDATES)[:CANDIDATES]]
    return items


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
