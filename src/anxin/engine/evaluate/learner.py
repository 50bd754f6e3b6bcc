"""How fast the rank model learns and scores, on rows like a market's: few popular values, many rare ones."""

import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from anxin.engine.compiling import Doubles, Keys, Longs
from anxin.engine.evaluate.common import Meter
from anxin.engine.rank.features import Features
from anxin.engine.rank.heads import HEADS, Recipe
from anxin.engine.rank.log import Log
from anxin.engine.rank.model import Model, file_bytes

FIELDS = 31
CANDIDATES = 500
WARM_SHARE = 0.25  # of the records, learned first: the model's pages are touched for the first time only once
AT = 20_000 * 86_400


def evaluate_learner(*, rows: int = 300_000, items: int = 1_000_000, seed: int = 0) -> dict[str, Any]:
    """Return events learned a second (from the log, 8 heads × 32 features, one thread) and milliseconds to score 500 candidates.

    The log has one late outcome to ten impressions. Learning is of CPU seconds, scoring of both.
    """
    meter = Meter()
    keys = _rows(rows, items, seed)
    random = np.random.default_rng(seed)
    labels = (random.random((rows, len(HEADS))) < 0.05).astype(np.int8)  # noqa: PLR2004
    recipe = Recipe(width=keys.shape[1], slots=1 << 22, admit_at=2)
    with TemporaryDirectory() as folder:
        log, model = Log(Path(folder) / "log", recipe), Model.create(Path(folder) / "model", recipe)
        _fill(log, keys, labels)
        model.catch_up(log, until=int(WARM_SHARE * log.end))
        begin, first = time.thread_time(), model.position
        model.catch_up(log)
        learned = (model.position - first) / (time.thread_time() - begin)
        waits = _waits(model, keys)
        facts = model.facts()
    (p50, cpu_p50), (p99, cpu_p99) = np.percentile(waits, [50, 99], axis=0)
    return {
        "n": facts.position - first,
        "learner_events_per_s": round(learned),
        "rank_500_p50_ms": round(float(p50), 3),
        "rank_500_p99_ms": round(float(p99), 3),
        "rank_500_cpu_p50_ms": round(float(cpu_p50), 3),
        "rank_500_cpu_p99_ms": round(float(cpu_p99), 3),
        "features": facts.features,
        "refused": facts.refused,
        "model_mib": file_bytes(recipe) >> 20,
        "seconds": meter.seconds(),
        "peak_mib": meter.peak_mib(),
    }


def _rows(rows: int, items: int, seed: int) -> Keys:
    random = np.random.default_rng(seed)
    names = tuple(f"field {number}" for number in range(FIELDS))
    columns: dict[str, Longs] = {}
    for number, name in enumerate(names):
        spread = min(items, 4 ** (1 + number % 11))
        columns[name] = np.minimum((spread ** random.random(rows)).astype(np.int64), spread)
    return Features(names).keys(columns)


def _fill(log: Log, keys: Keys, labels: Any) -> None:
    for begin in range(0, len(keys), 10_000):
        lot = slice(begin, begin + 10_000)
        numbers = log.show(keys[lot], np.full(len(keys[lot]), AT + begin), labels[lot])
        log.outcome(numbers[::10], "like", np.array(AT + begin))


def _waits(model: Model, keys: Keys) -> Doubles:
    """Return milliseconds of each request, by the wall and by the core."""
    marks = []
    for begin in range(0, min(len(keys), 200 * CANDIDATES), CANDIDATES):
        start = time.perf_counter(), time.thread_time()
        model.predict(keys[begin : begin + CANDIDATES])
        marks.append((time.perf_counter() - start[0], time.thread_time() - start[1]))
    return 1_000 * np.array(marks)
