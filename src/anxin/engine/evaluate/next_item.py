"""Next item, leave-one-out, ranked among all items. Two protocols, strict and refit."""

from pathlib import Path
from typing import Any, Literal

import numpy as np

from anxin.engine.errors import TooFewData
from anxin.engine.evaluate.common import (
    NEIGHBOURS,
    POPULARITY,
    REGRESSION,
    SPECTRAL,
    TRANSITIONS,
    Meter,
    Task,
    judge,
    measured,
    refit,
    sample_rows,
    select,
)
from anxin.engine.metrics import hits, ndcg
from anxin.engine.sequences import Prefixes, Sequences, read_people

SOURCES = (REGRESSION, TRANSITIONS, NEIGHBOURS, SPECTRAL, POPULARITY)
SEQUENCE_MIN = 3
Protocol = Literal["strict", "refit"]


def evaluate_next_item(path: Path, *, protocol: Protocol = "strict", k: int = 10) -> dict[str, Any]:
    """Return HR@k and NDCG@k of the last item of each sequence, which nothing was chosen or learned from.

    Strict: item statistics see `seq[:-2]` only, and the validation item is an input at test time. Refit: they see `seq[:-1]`.
    Everything is chosen on the validation item (`seq[-2]` after `seq[:-2]`) for the mean of HR@k and NDCG@k, by statistics that
    lag behind it as they will behind the test item: `seq[:-3]` for strict, `seq[:-2]` for refit.
    Sequences shorter than 3 teach but are not judged.
    """
    meter = Meter()
    people = read_people(path)
    long_enough = people.rows(np.flatnonzero(people.lengths >= SEQUENCE_MIN))
    if len(long_enough) == 0:
        raise TooFewData(path.name, 0, 1)
    short = people.rows(np.flatnonzero(people.lengths < SEQUENCE_MIN))
    validated = Prefixes(long_enough.without_last(2), long_enough.last(2))
    hidden = 1 if protocol == "strict" else 0
    task = Task(
        learn=_joined(long_enough.without_last(2 + hidden), short),
        held_out=sample_rows(validated),
        goal=lambda places: float((hits(places, k).mean() + ndcg(places, k).mean()) / 2),
        exclude_history=True,
    )
    choice = select(task, SOURCES)
    scorers = refit(choice, SOURCES, _joined(long_enough.without_last(1 + hidden), short))
    fit_seconds = meter.seconds()
    tested = Prefixes(long_enough.without_last(1), long_enough.last(1))
    places = judge(choice, scorers, tested, exclude_history=True)
    hr, hr_interval = measured(hits(places, k), 1, 5)
    gain, gain_interval = measured(ndcg(places, k), 1, 5)
    return {
        "protocol": protocol,
        "k": k,
        "hr": hr,
        "hr_interval": hr_interval,
        "ndcg": gain,
        "ndcg_interval": gain_interval,
        "n": len(tested.targets),
        "items": people.item_count,
        "fit_seconds": fit_seconds,
        "seconds": meter.seconds(),
        "peak_mib": meter.peak_mib(),
        "chosen": choice.facts(),
        "validation": choice.validation,
    }


def _joined(first: Sequences, second: Sequences) -> Sequences:
    if len(second) == 0:
        return first
    offsets = np.concatenate([first.offsets, first.offsets[-1] + second.offsets[1:]])
    return Sequences(offsets, np.concatenate([first.items, second.items]), first.item_count)
