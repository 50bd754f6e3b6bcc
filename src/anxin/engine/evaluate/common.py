"""What every evaluation shares: the sources and their grids, the fixed rule of choice, the facts of a result."""

import resource
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from anxin.engine.compiling import Doubles, Floats, Ints
from anxin.engine.fusion import Fusion, Scorer, choose, place_all
from anxin.engine.metrics import estimate, positions
from anxin.engine.recall.lists import ItemLists
from anxin.engine.recall.neighbours import fit_neighbours
from anxin.engine.recall.regression import fit_regression, moments_of
from anxin.engine.recall.spectral import fit_embeddings
from anxin.engine.recall.transitions import fit_transitions
from anxin.engine.sequences import Prefixes, Sequences

JUDGED_MAX = 25_000  # held-out rows that settings are chosen on

Setting = dict[str, float]
Fit = Callable[[Sequences, Setting], Callable[[Sequences, Setting], Floats]]


@dataclass(frozen=True)
class Source:
    """A recall source: how it is fitted, and the settings it may take (to fit, then to score)."""

    name: str
    fit: Fit
    fitted: tuple[Setting, ...]
    asked: tuple[Setting, ...]


def _of_lists(lists: ItemLists) -> Callable[[Sequences, Setting], Floats]:
    return lambda histories, setting: lists.score(histories, setting["decay"])


def _transitions(sequences: Sequences, setting: Setting) -> Callable[[Sequences, Setting], Floats]:
    return _of_lists(
        fit_transitions(sequences, reach=setting["reach"], backwards=setting["backwards"], damping=setting["damping"])
    )


def _regression(sequences: Sequences, setting: Setting) -> Callable[[Sequences, Setting], Floats]:
    moments = moments_of(sequences, past=setting["past"], future=setting["future"], whole=setting["whole"])
    return _of_lists(fit_regression(moments, ridge=setting["ridge"]))


def _neighbours(sequences: Sequences, _: Setting) -> Callable[[Sequences, Setting], Floats]:
    index = fit_neighbours(sequences)
    return lambda histories, setting: index.score(
        histories,
        decay=setting["decay"],
        sample=int(setting["sample"]),
        nearest=int(setting["nearest"]),
        repeats=bool(setting.get("repeats")),
    )


def _spectral(sequences: Sequences, setting: Setting) -> Callable[[Sequences, Setting], Floats]:
    embeddings = fit_embeddings(fit_transitions(sequences), dimensions=int(setting["dimensions"]))
    return lambda histories, setting: embeddings.score(histories, setting["decay"])


def _popularity(sequences: Sequences, _: Setting) -> Callable[[Sequences, Setting], Floats]:
    counts = sequences.popularity().astype(np.float32)
    return lambda histories, setting: np.repeat(counts[None, :], len(histories), axis=0)  # noqa: ARG005


def _own(_: Sequences, __: Setting) -> Callable[[Sequences, Setting], Floats]:
    def score(histories: Sequences, setting: Setting) -> Floats:
        scores = np.zeros((len(histories), histories.item_count), np.float32)
        owner = np.repeat(np.arange(len(histories)), histories.lengths)
        ages = np.repeat(histories.offsets[1:], histories.lengths) - 1 - np.arange(len(histories.items))
        np.add.at(scores, (owner, histories.items), np.exp(-ages / setting["decay"]).astype(np.float32))
        return scores

    return score


def _decays(*values: float) -> tuple[Setting, ...]:
    return tuple({"decay": value} for value in values)


TRANSITIONS = Source(
    "transitions",
    _transitions,
    (
        {"reach": 5, "backwards": 0.5, "damping": 0.5},
        {"reach": 2, "backwards": 0.5, "damping": 0.5},
        {"reach": 10, "backwards": 0.5, "damping": 0.4},
        {"reach": 3, "backwards": 0.25, "damping": 0.3},
    ),
    _decays(1, 2, 3, 5),
)
REGRESSION = Source(
    "regression",
    _regression,
    (
        {"past": 3, "future": 3, "whole": 1, "ridge": 3},
        {"past": 2, "future": 3, "whole": 1, "ridge": 10},
        {"past": 2, "future": 2, "whole": 0.3, "ridge": 1},
        {"past": 3, "future": 3, "whole": 0.3, "ridge": 3},
        {"past": 1, "future": 1, "whole": 0.1, "ridge": 1},
    ),
    _decays(1, 2, 4, 8),
)
NEIGHBOURS = Source(
    "neighbours",
    _neighbours,
    ({},),
    tuple(
        {"decay": decay, "sample": sample, "nearest": nearest}
        for decay in (1, 3, 8)
        for sample, nearest in ((1000, 100), (5000, 500))
    ),
)
SESSION_NEIGHBOURS = Source(
    "neighbours", _neighbours, ({},), tuple({**asked, "repeats": 1} for asked in NEIGHBOURS.asked)
)
OWN = Source("own", _own, ({},), (*_decays(1, 3, 10), *_decays(-3)))
SPECTRAL = Source("spectral", _spectral, ({"dimensions": 64}, {"dimensions": 256}), _decays(2, 4))
POPULARITY = Source("popularity", _popularity, ({},), ({},))


@dataclass(frozen=True)
class Task:
    """What to learn from, what to choose settings on, what counts, and whether the history may be recommended again."""

    learn: Sequences
    held_out: Prefixes
    goal: Callable[[Doubles], float]
    exclude_history: bool


@dataclass(frozen=True)
class Choice:
    """What the validation split chose."""

    settings: Mapping[str, tuple[Setting, Setting]]
    fusion: Fusion
    validation: Mapping[str, float]

    def facts(self) -> dict[str, Any]:
        """Return it as data for a result."""
        used = {name: weight for name, weight in self.fusion.weights.items() if weight > 0}
        return {
            name: {
                "weight": weight,
                "power": self.fusion.powers[name],
                **self.settings[name][0],
                **self.settings[name][1],
            }
            for name, weight in used.items()
        }


def select(task: Task, sources: Iterable[Source]) -> tuple[Choice, dict[str, Scorer]]:
    """Choose each source's settings alone by the held-out goal, then the fusion of all; return it with the fitted scorers."""
    settings: dict[str, tuple[Setting, Setting]] = {}
    scorers: dict[str, Scorer] = {}
    reached: dict[str, float] = {}
    place = partial(positions, exclude_history=task.exclude_history)
    for source in sources:
        best = -1.0
        for fitted in source.fitted:
            scorer = source.fit(task.learn, fitted)
            for asked in source.asked:
                value = task.goal(place_all(partial(_ask, scorer, asked), task.held_out, place))
                if value > best:
                    best, settings[source.name] = value, (fitted, asked)
                    scorers[source.name] = partial(_ask, scorer, asked)
        reached[source.name] = best
    fusion = choose(scorers, task.held_out, task.goal, exclude_history=task.exclude_history)
    reached["fusion"] = task.goal(place_all(partial(fusion.score, scorers), task.held_out, place))
    return Choice(settings, fusion, {name: round(value, 5) for name, value in reached.items()}), scorers


def _ask(scorer: Callable[[Sequences, Setting], Floats], setting: Setting, histories: Sequences) -> Floats:
    return scorer(histories, setting)


def refit(choice: Choice, sources: Iterable[Source], learn: Sequences) -> dict[str, Scorer]:
    """Fit the chosen settings again on more data."""
    return {
        source.name: partial(_ask, source.fit(learn, choice.settings[source.name][0]), choice.settings[source.name][1])
        for source in sources
        if choice.fusion.weights[source.name] > 0
    }


def sample_rows(prefixes: Prefixes, limit: int = JUDGED_MAX, seed: int = 0) -> Prefixes:
    """Return at most `limit` of the prefixes, evenly by chance and always the same."""
    count = len(prefixes.targets)
    if count <= limit:
        return prefixes
    rows = np.sort(np.random.default_rng(seed).choice(count, limit, replace=False))
    return Prefixes(prefixes.histories.rows(rows), prefixes.targets[rows])


class Meter:
    """Seconds and memory of a piece of work."""

    def __init__(self) -> None:
        self._begin = time.perf_counter()

    def seconds(self) -> float:
        """Return seconds since the meter was made."""
        return round(time.perf_counter() - self._begin, 2)

    @staticmethod
    def peak_mib() -> int:
        """Return the greatest memory of this process so far."""
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def measured(values: Doubles, factor: float, digits: int) -> tuple[float, list[float]]:
    """Return the mean of `values` and its 95 % bootstrap interval, scaled and rounded for a table."""
    return estimate(values).scaled(factor, digits)


def judge(score: Scorer, judged: Prefixes, *, exclude_history: bool) -> Doubles:
    """Return the place of every target."""

    def place(scores: Floats, histories: Sequences, targets: Ints) -> Doubles:
        return positions(scores, histories, targets, exclude_history=exclude_history)

    return place_all(score, judged, place)
