"""The rank model on a table of events: how well it tells apart, how surely, how honestly. Online, in order of time.

What is shown together is predicted together: groups of some minutes are all predicted before any of them is learned, for what is
learned of one row of a group tells of its others. The first 60 % of events only teach, the next 20 % choose the recipe, the
last 20 % are looked at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from anxin.engine.compiling import Doubles, Floats, Keys, Signs
from anxin.engine.evaluate.common import Meter, measured
from anxin.engine.evaluate.impressions import FIELDS, Impressions, impressions_of, read_events
from anxin.engine.rank.calibration import Report, fit_calibrator, report
from anxin.engine.rank.features import Features
from anxin.engine.rank.heads import Head, Recipe
from anxin.engine.rank.model import Model

CHOSEN_FROM, JUDGED_FROM = 0.6, 0.8
RATES = (0.03, 0.1, 0.3)
ADMISSIONS = (1, 2, 4)
CROSSES = (
    ("person", "item"), ("last", "item"), ("affinity", "heat"), ("heat", "age"), ("repeat", "gap"), ("item", "hour"),
    ("person", "kind"), ("item", "kind"), ("repeat", "heat"), ("affinity", "repeat"),
)  # fmt: skip
CHOICE_GROUPS = 60_000  # choosing looks at the groups of so many people as make about this many
LEAST_GAIN = 0.0005  # a cross that brings less is not worth a key
THINNED = 0.25
TOGETHER = 50  # groups that are predicted before any of them is learned


@dataclass(frozen=True)
class Trial:
    """What may be chosen."""

    recipe: Recipe
    crosses: tuple[tuple[str, str], ...] = ()

    def facts(self) -> dict[str, Any]:
        """Return it as data for a result."""
        return {
            "rate": self.recipe.rate,
            "admit_at": self.recipe.admit_at,
            "crosses": ["×".join(cross) for cross in self.crosses],
        }


def evaluate_ranking(path: Path, *, negatives: int = 4) -> dict[str, Any]:
    """Return a row a model: the chosen one by head, and what it is compared with.

    `base rate` says the same of every row; `popularity` knows only how hot an item is; `no crosses` has the fields alone;
    `frozen` stops learning where judging begins; `thinned` learns a quarter of the negatives with the log-odds correction,
    `thinned, uncorrected` is what it would say without.
    """
    meter = Meter()
    events = read_events(path)
    table = impressions_of(events, negatives=negatives)
    heads = (Head("any"), *map(Head, events.names))
    trial, validation = _chosen(table, Recipe(width=1, heads=heads))
    seconds = meter.seconds()
    rows = _compared(table, trial)
    return {
        "negatives": negatives,
        "n": len(table.at) - _cut(table, JUDGED_FROM),
        "events": len(events.at),
        "rows": rows,
        "fit_seconds": seconds,
        "seconds": meter.seconds(),
        "peak_mib": meter.peak_mib(),
        "chosen": trial.facts(),
        "validation": validation,
    }


def predictions(table: Impressions, trial: Trial, *, learned: int | None = None) -> Floats:
    """Return what the model said of each row before learning it; rows from `learned` on are judged but not learned."""
    keys = _keys(table, trial.crosses)
    end = len(keys) if learned is None else learned
    with TemporaryDirectory() as folder:
        model = Model.create(Path(folder) / "model", replace(trial.recipe, width=keys.shape[1]))
        said = np.empty((len(keys), len(trial.recipe.heads)), np.float32)
        for begin in range(0, end, TOGETHER * table.size):
            lot = slice(begin, min(begin + TOGETHER * table.size, end))
            said[lot] = model.predict(keys[lot])
            model.learn(keys[lot], table.at[lot], table.labels[lot])
        said[end:] = model.predict(keys[end:])
        return said


def _chosen(table: Impressions, plain: Recipe) -> tuple[Trial, dict[str, float]]:
    """Choose rate, crosses (one by one, in their order, each kept if it helps) and admission.

    By the mean gain of all heads and by the order inside groups, 2·AUC - 1, alike.
    """
    known = _some_people(table, _cut(table, JUDGED_FROM))
    begin = _cut(known, CHOSEN_FROM / JUDGED_FROM)
    reached: dict[str, float] = {}

    def goal(trial: Trial) -> float:
        said = predictions(known, trial)[begin:]
        gains = [report("", said[:, at], known.labels[begin:, at]).gain for at in range(said.shape[1])]
        value = (float(np.nanmean(gains)) + 2 * float(_beaten(said, known.size).mean()) - 1) / 2
        reached[str(trial.facts())] = round(value, 5)
        return value

    best, trial = max(((goal(one), one) for one in (Trial(replace(plain, rate=rate)) for rate in RATES)), key=_first)
    for cross in CROSSES:
        wider = replace(trial, crosses=(*trial.crosses, cross))
        if (value := goal(wider)) > best + LEAST_GAIN:
            best, trial = value, wider
    for admit_at in ADMISSIONS:
        other = replace(trial, recipe=replace(trial.recipe, admit_at=admit_at))
        if other != trial and (value := goal(other)) > best:
            best, trial = value, other
    return trial, reached


def _some_people(table: Impressions, end: int) -> Impressions:
    """Return the groups before row `end` of every n-th person: few enough to try many recipes on."""
    people = table.columns["person"][:end]
    rows = people % (1 + end // table.size // CHOICE_GROUPS) == 0
    columns = {name: column[:end][rows] for name, column in table.columns.items()}
    return Impressions(columns, table.at[:end][rows], table.labels[:end][rows], table.size)


def _first(pair: tuple[float, Trial]) -> float:
    return pair[0]


def _compared(table: Impressions, trial: Trial) -> list[dict[str, Any]]:
    begin = _cut(table, JUDGED_FROM)
    labels = table.labels[begin:]
    heads = [head.name for head in trial.recipe.heads]
    said = predictions(table, trial)
    earlier = slice(_cut(table, CHOSEN_FROM), begin)
    mended = np.stack(
        [
            fit_calibrator(said[earlier, at], table.labels[earlier, at]).correct(said[begin:, at])
            for at in range(len(heads))
        ],
        axis=1,
    )
    thin = replace(trial.recipe, negatives=dict.fromkeys(heads, THINNED))
    thinned = predictions(table, replace(trial, recipe=thin))[begin:]
    odds = thinned.astype(np.float64) / (1 - thinned.astype(np.float64)) / THINNED
    models: Mapping[str, Floats | Doubles] = {
        "chosen": said[begin:],
        "chosen, calibrated": mended,
        "no crosses": predictions(table, replace(trial, crosses=()))[begin:],
        "frozen": predictions(table, trial, learned=begin)[begin:],
        "thinned": thinned,
        "thinned, uncorrected": odds / (1 + odds),
        "popularity": _of_popularity(table, begin, len(heads)),
        "base rate": np.tile(table.labels[:begin].mean(axis=0), (len(labels), 1)),
    }
    return [_row(name, heads, predicted, labels, table.size) for name, predicted in models.items()]


def _of_popularity(table: Impressions, begin: int, heads: int) -> Doubles:
    """Return the share of earlier rows of the same heat that came true."""
    heat = table.columns["heat"]
    total = np.bincount(heat[:begin], minlength=int(heat.max()) + 1) + 2.0
    yes = [np.bincount(heat[:begin], table.labels[:begin, at], len(total)) for at in range(heads)]
    base = table.labels[:begin].mean(axis=0)
    return np.stack([((yes[at] + 2 * base[at]) / total)[heat[begin:]] for at in range(heads)], axis=1)


def _row(name: str, heads: list[str], predicted: Floats | Doubles, labels: Signs, size: int) -> dict[str, Any]:
    share, interval = measured(_beaten(predicted, size), 1, 4)
    judged = [report(head, predicted[:, at], labels[:, at]) for at, head in enumerate(heads)]
    return {
        "model": name,
        "group_auc": share,
        "group_auc_interval": interval,
        "heads": {one.head: _facts(one) for one in judged},
    }


def _beaten(predicted: Floats | Doubles, size: int) -> Doubles:
    """Return for each group the share of the others that the item taken was put before."""
    groups = predicted[:, 0].reshape(-1, size)
    beaten = (groups[:, :1] > groups[:, 1:]) + 0.5 * (groups[:, :1] == groups[:, 1:])
    return np.asarray(beaten.mean(axis=1), np.float64)


def _facts(judged: Report) -> dict[str, float]:
    return {
        "auc": round(judged.auc, 4),
        "log_loss": round(judged.log_loss, 5),
        "gain": round(judged.gain, 4),
        "ece": round(judged.ece, 5),
        "ratio": round(judged.ratio, 3),
        "base_rate": round(judged.base_rate, 4),
    }


def _keys(table: Impressions, crosses: tuple[tuple[str, str], ...]) -> Keys:
    return Features(FIELDS, crosses).keys(table.columns)


def _cut(table: Impressions, share: float) -> int:
    """Return the first row of the event at this share of all events."""
    return int(share * (len(table.at) // table.size)) * table.size
