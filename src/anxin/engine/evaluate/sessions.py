"""Next item of a session: precision and mean reciprocal rank at k, in percent, over given test prefixes."""

from pathlib import Path
from typing import Any

import numpy as np

from anxin.engine.errors import TooFewData
from anxin.engine.evaluate.common import (
    OWN,
    RECENT,
    REGRESSION,
    SESSION_NEIGHBOURS,
    TRANSITIONS,
    Meter,
    Task,
    judge,
    measured,
    refit,
    sample_rows,
    select,
)
from anxin.engine.metrics import hits, reciprocal
from anxin.engine.sequences import prefixes_of, read_sessions

SOURCES = (SESSION_NEIGHBOURS, REGRESSION, TRANSITIONS, OWN, RECENT)
HELD_OUT_SHARE = 0.1
HELD_OUT_MAX = 15_000
SESSIONS_MIN = 20


def evaluate_sessions(train: Path, test: Path, *, k: int = 20) -> dict[str, Any]:
    """Return P@k and MRR@k (percent) of the targets in `test`, learned from all sessions of `train`.

    The last tenth of the sessions in the file (the newest, where the file is in order of time) is held out to choose settings;
    then all of it teaches. An item of the prefix may be the target again.
    """
    meter = Meter()
    sessions, tested = read_sessions(train, test)
    if len(sessions) < SESSIONS_MIN:
        raise TooFewData(train.name, len(sessions), SESSIONS_MIN)
    cut = int(len(sessions) * (1 - HELD_OUT_SHARE))
    newest = sessions.rows(np.arange(cut, len(sessions)))
    task = Task(
        learn=sessions.rows(np.arange(cut)),
        held_out=sample_rows(prefixes_of(newest), HELD_OUT_MAX),
        goal=lambda places: float((hits(places, k).mean() + reciprocal(places, k).mean()) / 2),
        exclude_history=False,
    )
    choice = select(task, SOURCES)
    scorers = refit(choice, SOURCES, sessions)
    fit_seconds = meter.seconds()
    places = judge(choice, scorers, tested, exclude_history=False)
    precision, precision_interval = measured(hits(places, k), 100, 3)
    mrr, mrr_interval = measured(reciprocal(places, k), 100, 3)
    return {
        "k": k,
        "precision": precision,
        "precision_interval": precision_interval,
        "mrr": mrr,
        "mrr_interval": mrr_interval,
        "n": len(tested.targets),
        "items": sessions.item_count,
        "fit_seconds": fit_seconds,
        "seconds": meter.seconds(),
        "peak_mib": meter.peak_mib(),
        "chosen": choice.facts(),
        "validation": choice.validation,
    }
