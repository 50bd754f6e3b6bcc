"""How far the dry run can be trusted: logs made from a table whose truth is known, so that every estimate can be checked.

Each event of the last fifth is a slot with its candidates; the reward of showing one is 1 if it is the one taken. A logging
policy shows one by chance. What another policy would have earned is then known exactly, and the estimates know only the log
(Dudík, Langford and Li 2011 turn classification tables into logs the same way).
"""

from pathlib import Path
from typing import Any

import numpy as np

from anxin.engine.compiling import Doubles, Longs
from anxin.engine.dry_run import DryRun, Interval, Logged, Slots, against, dry_run, softmax_policy
from anxin.engine.evaluate.common import Meter
from anxin.engine.evaluate.impressions import Impressions, impressions_of, read_events
from anxin.engine.evaluate.ranking import JUDGED_FROM, Trial, predictions
from anxin.engine.rank.heads import Head, Recipe

LOGS = 100
ESTIMATES = ("ips", "snips", "doubly_robust")


def evaluate_off_policy(path: Path, *, slots: int = 5_000, logs: int = LOGS) -> dict[str, Any]:
    """Return a row a policy: its true reward, each estimate's error over `logs` logs of `slots` slots, and the verdicts.

    The log is of popularity with chance. Judged are: the rank model with chance, the rank model's best without chance, the least
    popular, and the logging policy itself, of which nobody can tell that it is better or worse.
    """
    meter = Meter()
    events = read_events(path)
    table = impressions_of(events)
    said = predictions(table, Trial(Recipe(width=1, heads=(Head("any"), *map(Head, events.names)))))[:, 0]
    first = int(JUDGED_FROM * (len(said) // table.size)) * table.size
    chances = said[first:].astype(np.float64)
    heat = table.columns["heat"][first:].astype(np.float64)
    groups = len(chances) // table.size
    offsets = np.arange(groups + 1) * table.size
    served = 0.8 * softmax_policy(offsets, heat, 2.0) + 0.2 / table.size
    margins = np.log(chances) - np.log1p(-chances)
    policies = {
        "rank model": softmax_policy(offsets, margins, 0.5),
        "rank model, best only": softmax_policy(offsets, margins, 1e-6),
        "least popular": softmax_policy(offsets, -heat, 2.0),
        "the served one": served,
    }
    guess = _guess(table, first)
    rows = [_row(name, target, (served, guess), (slots, logs, table.size)) for name, target in policies.items()]
    return {
        "n": slots,
        "logs": logs,
        "served": round(float(served.reshape(-1, table.size)[:, 0].mean()), 5),
        "rows": rows,
        "seconds": meter.seconds(),
        "peak_mib": meter.peak_mib(),
    }


def _guess(table: Impressions, first: int) -> Doubles:
    """Return a reward model that saw earlier events only: how often an item of this repeat and affinity was the one taken."""
    key = np.minimum(table.columns["affinity"], 20) * 2 + (table.columns["repeat"] > 0)
    key = np.maximum(key, 0)
    total = np.bincount(key[:first], minlength=int(key.max()) + 1) + 2.0
    yes = np.bincount(key[:first], table.labels[:first, 0], len(total)) + 2.0 / table.size
    return np.asarray((yes / total)[key[first:]])


def _row(name: str, target: Doubles, log: tuple[Doubles, Doubles], sizes: tuple[int, int, int]) -> dict[str, Any]:
    slots, logs, size = sizes
    truth = float(target.reshape(-1, size)[:, 0].mean())
    found = [dry_run(_logged(target, log, (slots, size), seed), seed=seed) for seed in range(logs)]
    verdicts = [one.verdict for one in found]
    return {
        "policy": name,
        "truth": round(truth, 5),
        **{estimate: _errors([_of(one, estimate) for one in found], truth) for estimate in ESTIMATES},
        "verdicts": {verdict: verdicts.count(verdict) for verdict in ("better", "worse", "cannot tell")},
    }


def _of(found: DryRun, estimate: str) -> Interval:
    return {"ips": found.ips, "snips": found.snips, "doubly_robust": found.doubly_robust}[estimate]


def _logged(target: Doubles, log: tuple[Doubles, Doubles], sizes: tuple[int, int], seed: int) -> Logged:
    served, guess = log
    slots, size = sizes
    random = np.random.default_rng(seed)
    groups: Longs = random.integers(len(served) // size, size=slots)
    rows = (groups[:, None] * size + np.arange(size)).ravel()
    chance = served[rows].reshape(slots, size)
    shown = (chance.cumsum(axis=1) < random.random((slots, 1))).sum(axis=1).clip(max=size - 1)
    logged = Slots(
        offsets=np.arange(slots + 1) * size,
        propensity=served[rows],
        shown=np.arange(slots) * size + shown,
        reward=(shown == 0).astype(np.float64),
        unit=np.arange(slots),
    )
    return against(logged, target[rows], guess[rows])


def _errors(intervals: list[Interval], truth: float) -> dict[str, float]:
    means = np.array([one.mean for one in intervals])
    return {
        "mean": round(float(means.mean()), 5),
        "rmse": round(float(np.sqrt(((means - truth) ** 2).mean())), 5),
        "coverage": round(float(np.mean([one.low <= truth <= one.high for one in intervals])), 3),
        "width": round(float(np.mean([one.high - one.low for one in intervals])), 5),
    }
