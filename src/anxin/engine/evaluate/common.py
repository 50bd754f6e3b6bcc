"""What every evaluation shares: the sources and their grids, the fixed rule of choice, the facts of a result."""

import resource
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from anxin.engine.blend import Blend, fit_blend, judge_blend
from anxin.engine.compiling import Doubles, Floats, Ints
from anxin.engine.fusion import Fusion, choose
from anxin.engine.metrics import estimate, positions
from anxin.engine.pool import Scorer, batches, judged_of
from anxin.engine.recall.lists import ItemLists
from anxin.engine.recall.neighbours import Vote, fit_neighbours
from anxin.engine.recall.regression import fit_regression, moments_of
from anxin.engine.recall.spectral import fit_embeddings
from anxin.engine.recall.transitions import fit_transitions
from anxin.engine.sequences import Prefixes, Sequences

SETTLED_ON = 4_000  # held-out rows that a source's settings are chosen on; weights and network see all of them
JUDGED_MAX = 25_000  # held-out rows at most
ROWS_AT_ONCE = 8_000  # of a pool, when places are judged

Setting = dict[str, float]
Axis = tuple[str, tuple[float, ...]]
Fit = Callable[[Sequences, Setting], Callable[[Sequences, Setting], Floats]]


@dataclass(frozen=True)
class Source:
    """A recall source: how it is fitted, and what each setting may be, its default first: those to fit, those to score."""

    name: str
    fit: Fit
    fitted: tuple[Axis, ...] = ()
    asked: tuple[Axis, ...] = ()

    def defaults(self) -> tuple[Setting, Setting]:
        """Return the first value of every axis."""
        return {key: values[0] for key, values in self.fitted}, {key: values[0] for key, values in self.asked}


def _of_lists(lists: ItemLists) -> Callable[[Sequences, Setting], Floats]:
    return lambda histories, setting: lists.score(histories, setting["decay"])


def _transitions(sequences: Sequences, setting: Setting) -> Callable[[Sequences, Setting], Floats]:
    return _of_lists(
        fit_transitions(sequences, reach=setting["reach"], backwards=setting["backwards"], damping=setting["damping"])
    )


def _regression(sequences: Sequences, setting: Setting) -> Callable[[Sequences, Setting], Floats]:
    moments = moments_of(sequences, past=setting["span"], future=setting["span"], whole=setting["whole"])
    return _of_lists(fit_regression(moments, ridge=setting["ridge"]))


def _neighbours(sequences: Sequences, _: Setting) -> Callable[[Sequences, Setting], Floats]:
    index = fit_neighbours(sequences)

    def score(histories: Sequences, setting: Setting) -> Floats:
        vote = Vote(
            decay=setting["decay"],
            sample=int(setting["sample"]),
            nearest=int(setting["nearest"]),
            repeats=bool(setting.get("repeats")),
            slope=setting["slope"],
            back=setting["back"],
            fade=setting.get("fade", 0),
        )
        return index.score(histories, vote)

    return score


def _spectral(sequences: Sequences, setting: Setting) -> Callable[[Sequences, Setting], Floats]:
    lists = fit_transitions(sequences, damping=0.3, length_max=400)
    embeddings = fit_embeddings(lists, dimensions=int(setting["dimensions"]))
    return lambda histories, asked: embeddings.score(histories, asked["decay"])


def _popularity(sequences: Sequences, _: Setting) -> Callable[[Sequences, Setting], Floats]:
    ages = 1 - np.repeat(np.arange(len(sequences)), sequences.lengths) / max(len(sequences) - 1, 1)

    def score(histories: Sequences, setting: Setting) -> Floats:
        weights = np.exp(-ages * setting.get("fade", 0))
        counts = np.bincount(sequences.items, weights, sequences.item_count).astype(np.float32)
        return np.repeat(counts[None, :], len(histories), axis=0)

    return score


def _own(_: Sequences, __: Setting) -> Callable[[Sequences, Setting], Floats]:
    def score(histories: Sequences, setting: Setting) -> Floats:
        scores = np.zeros((len(histories), histories.item_count), np.float32)
        owner = np.repeat(np.arange(len(histories)), histories.lengths)
        ages = np.repeat(histories.offsets[1:], histories.lengths) - 1 - np.arange(len(histories.items))
        np.add.at(scores, (owner, histories.items), np.exp(-ages / setting["decay"]).astype(np.float32))
        return scores

    return score


TRANSITIONS = Source(
    "transitions",
    _transitions,
    (("damping", (0.3, 0.5, 0.2, 0.1)), ("reach", (5, 2, 10)), ("backwards", (0.5, 0.25))),
    (("decay", (3, 1, 2, 5)),),
)
REGRESSION = Source(
    "regression",
    _regression,
    (("span", (3, 2, 1)), ("whole", (1, 0.3)), ("ridge", (3, 1, 10))),
    (("decay", (3, 1, 2, 5)),),
)
VOTES: tuple[Axis, ...] = (
    ("decay", (3, 1, 2, 6)),
    ("nearest", (500, 100)),
    ("sample", (5000, 1000)),
    ("back", (0.5, 0.25, 0.8)),
    ("slope", (0.3, 0.1, 1)),
)
NEIGHBOURS = Source("neighbours", _neighbours, (), VOTES)
SESSION_NEIGHBOURS = Source("neighbours", _neighbours, (), (*VOTES, ("fade", (0, 1)), ("repeats", (1,))))
OWN = Source("own", _own, (), (("decay", (3, 1, 10, -3)),))
SPECTRAL = Source("spectral", _spectral, (("dimensions", (256, 64)),), (("decay", (2, 1, 4)),))
POPULARITY = Source("popularity", _popularity)
RECENT = Source("recent", _popularity, (), (("fade", (20, 5, 80, 0)),))


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
    blend: Blend | None
    validation: Mapping[str, float]

    def facts(self) -> dict[str, Any]:
        """Return it as data for a result."""
        return {
            **{
                name: {"weight": self.fusion.weights[name], "power": self.fusion.powers[name], **fitted, **asked}
                for name, (fitted, asked) in self.settings.items()
            },
            "blend": self.blend is not None,
        }


def select(task: Task, sources: Iterable[Source]) -> Choice:
    """Choose each source's settings alone by the held-out goal, then the fusion of all, then whether a network orders better."""
    settings: dict[str, tuple[Setting, Setting]] = {}
    scorers: dict[str, Scorer] = {}
    reached: dict[str, float] = {}
    some = replace(task, held_out=sample_rows(task.held_out, SETTLED_ON))
    for source in sources:
        settings[source.name], scorers[source.name], reached[source.name] = _settle(some, source)
    held_out = judged_of(scorers, task.held_out, exclude_history=task.exclude_history)
    fusion = choose(list(scorers), held_out, task.goal)
    reached["fusion"] = task.goal(held_out.places(fusion.total(held_out.pool)))
    known = task.held_out.histories.lengths, task.learn.popularity().astype(np.float32)
    blend, reached["blend"], reached["fusion, shortlisted"] = fit_blend(held_out, fusion, known, task.goal)
    return Choice(settings, fusion, blend, {name: round(value, 5) for name, value in reached.items()})


def _settle(task: Task, source: Source) -> tuple[tuple[Setting, Setting], Scorer, float]:
    """Try each setting in turn, from the defaults: what is asked, then what is fitted; keep what is better."""
    fitted, asked = source.defaults()
    place = partial(positions, exclude_history=task.exclude_history)
    scorer = source.fit(task.learn, fitted)

    def goal(of: Callable[[Sequences, Setting], Floats], setting: Setting) -> float:
        return task.goal(place_all(partial(_ask, of, setting), task.held_out, place))

    best = goal(scorer, asked)
    for axes in (source.asked, source.fitted):
        for key, values in axes:
            for value in values:
                if value == {**fitted, **asked}[key]:
                    continue
                new = key in fitted
                tried_fit = {**fitted, key: value} if new else fitted
                tried_ask = asked if new else {**asked, key: value}
                tried = source.fit(task.learn, tried_fit) if new else scorer
                if (value_reached := goal(tried, tried_ask)) > best:
                    best, fitted, asked, scorer = value_reached, tried_fit, tried_ask, tried
    return (fitted, asked), partial(_ask, scorer, asked), best


def _ask(scorer: Callable[[Sequences, Setting], Floats], setting: Setting, histories: Sequences) -> Floats:
    return scorer(histories, setting)


def refit(choice: Choice, sources: Iterable[Source], learn: Sequences) -> dict[str, Scorer]:
    """Fit the chosen settings again on more data."""
    return {
        source.name: partial(_ask, source.fit(learn, choice.settings[source.name][0]), choice.settings[source.name][1])
        for source in sources
    }


def judge(choice: Choice, scorers: Mapping[str, Scorer], judged: Prefixes, *, exclude_history: bool) -> Doubles:
    """Return the place of every target among all items; one that no source has among its first hundred is nowhere."""
    places = [np.empty(0)]
    for begin in range(0, len(judged.targets), ROWS_AT_ONCE):
        rows = np.arange(begin, min(begin + ROWS_AT_ONCE, len(judged.targets)))
        part = Prefixes(judged.histories.rows(rows), judged.targets[rows])
        found = judged_of(scorers, part, exclude_history=exclude_history)
        if choice.blend is None:
            places.append(found.places(choice.fusion.total(found.pool)))
        else:
            places.append(judge_blend(choice.blend, choice.fusion, found, part.histories.lengths))
    return np.concatenate(places)


def place_all(score: Scorer, judged: Prefixes, place: Callable[[Floats, Sequences, Ints], Doubles]) -> Doubles:
    """Return the place of every target among all items by one source, a block of rows at a time."""
    places = [np.empty(0)]
    for rows in batches(len(judged.targets), judged.histories.item_count):
        histories = judged.histories.rows(rows)
        places.append(place(score(histories), histories, judged.targets[rows]))
    return np.concatenate(places)


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
