"""Items that nobody has had yet: found by what they are, against popularity among their like and against chance."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from anxin.engine.compiling import Doubles, Floats, Ints, Longs
from anxin.engine.errors import MalformedTable, TooFewData
from anxin.engine.evaluate.common import Meter, measured
from anxin.engine.metrics import hits, positions
from anxin.engine.recall.content import Description, fit_bridge, fit_describer
from anxin.engine.recall.spectral import fit_embeddings
from anxin.engine.recall.transitions import fit_transitions
from anxin.engine.sequences import Sequences, read_people_named, sequences_of

COLD_SHARE = 0.1
COLD_MIN = 20
RIDGES = (1.0, 10.0, 100.0)
DECAYS = (1.0, 3.0, 10.0)
DIMENSIONS = (16, 64)


def evaluate_cold_items(people: Path, items: Path, *, k: int = 10) -> dict[str, Any]:
    """Return the hit rate at k of the newest tenth of the items, of which no event was learned, ranked among themselves.

    Items are as old as their line in `items`. An event on a cold item is predicted from the items before it that are not cold.
    The tenth before the newest chooses the settings in the same way. `popular` ranks cold items by how often items of their
    category and creator were had.
    """
    meter = Meter()
    sequences, names = read_people_named(people)
    described, order = _read_items(items, names)
    count = max(int(len(order) * COLD_SHARE), 1)
    if count < COLD_MIN:
        raise TooFewData(items.name, len(order), int(COLD_MIN / COLD_SHARE))
    cold, held_out = order[-count:], order[-2 * count : -count]
    chosen, reached = _choose(sequences, described, (np.concatenate([held_out, cold]), held_out), k)
    fit_seconds = meter.seconds()
    places = _places(sequences, described, (cold, cold), chosen)
    popular = _popular_places(sequences, described, cold)
    result: dict[str, Any] = {"k": k, "n": len(places), "items": len(order), "cold_items": count}
    chance = np.full(len(places), min(k / count, 1.0))
    for name, values in (("hr", hits(places, k)), ("hr_popular", hits(popular, k)), ("hr_random", chance)):
        result[name], result[f"{name}_interval"] = measured(values, 1, 5)
    return {
        **result,
        "fit_seconds": fit_seconds,
        "seconds": meter.seconds(),
        "peak_mib": meter.peak_mib(),
        "chosen": dict(zip(("ridge", "decay", "dimensions"), chosen, strict=True)),
        "validation": round(reached, 5),
    }


Setting = tuple[float, float, int]


def _choose(
    sequences: Sequences, described: list[Description], split: tuple[Longs, Longs], k: int
) -> tuple[Setting, float]:
    tries = [(ridge, decay, size) for size in DIMENSIONS for ridge in RIDGES for decay in DECAYS]
    reached = [float(hits(_places(sequences, described, split, tried), k).mean()) for tried in tries]
    best = int(np.argmax(reached))
    return tries[best], reached[best]


def _places(
    sequences: Sequences, described: list[Description], split: tuple[Longs, Longs], setting: Setting
) -> Doubles:
    """Learn without the first part of `split`, then rank the events of the second part among its items."""
    hidden, asked = split
    ridge, decay, dimensions = setting
    ids = np.full(sequences.item_count, -1, np.int32)
    ids[asked] = np.arange(len(asked))
    learned, histories, targets = _without(sequences, hidden, ids)
    known = np.setdiff1d(np.arange(sequences.item_count), hidden)
    describer = fit_describer([described[item] for item in known])
    content = describer.vectors(described)
    embeddings = fit_embeddings(fit_transitions(learned, damping=0.3), dimensions=dimensions)
    popularity = learned.popularity()
    bridge = fit_bridge(content[known], embeddings.targets[known], popularity[known], ridge=ridge)
    scores: Floats = embeddings.person(histories, decay) @ bridge.embed(content[asked]).T
    nobody = sequences_of([[] for _ in targets], len(asked))
    return positions(scores, nobody, targets)


def _without(sequences: Sequences, hidden: Longs, ids: Ints) -> tuple[Sequences, Sequences, Ints]:
    """Return rows less the hidden items; and the rest before each event whose item has an id, with that id."""
    is_hidden = np.zeros(sequences.item_count, bool)
    is_hidden[hidden] = True
    rows, histories, targets = [], [], []
    for number in range(len(sequences)):
        row: list[int] = []
        for item in sequences.row(number).tolist():
            if ids[item] >= 0 and row:
                histories.append(row.copy())
                targets.append(int(ids[item]))
            if not is_hidden[item]:
                row.append(item)
        rows.append(row)
    if not targets:
        raise TooFewData("the newest items", 0, 1)
    count = sequences.item_count
    return sequences_of(rows, count), sequences_of(histories, count), np.array(targets, np.int32)


def _popular_places(sequences: Sequences, described: list[Description], cold: Longs) -> Doubles:
    ids = np.full(sequences.item_count, -1, np.int32)
    ids[cold] = np.arange(len(cold))
    learned, histories, targets = _without(sequences, cold, ids)
    counts = learned.popularity()
    scores = np.zeros(len(cold), np.float32)
    for field in ("category", "creator"):
        had: dict[str, float] = {}
        for item, description in enumerate(described):
            name = getattr(description, field)
            had[name] = had.get(name, 0.0) + float(counts[item])
        total = max(sum(had.values()), 1.0)
        scores += np.array([had[getattr(described[item], field)] / total for item in cold], np.float32)
    table = np.repeat(scores[None, :], len(targets), axis=0)
    return positions(table, sequences_of([[] for _ in range(len(histories))], len(cold)), targets)


def _read_items(path: Path, names: Mapping[str, int]) -> tuple[list[Description], Longs]:
    """Read JSON lines, oldest first: `item`, and any of `text`, `category`, `creator`, `price_minor`, `picture` (63 numbers)."""
    described = [Description() for _ in names]
    order = []
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                told = json.loads(line)
                name = str(told["item"])
                price, picture = told.get("price_minor"), told.get("picture")
                description = Description(
                    str(told.get("text", "")),
                    str(told.get("category", "")),
                    str(told.get("creator", "")),
                    None if price is None else int(price),
                    None if picture is None else np.array(picture, np.float32),
                )
            except (ValueError, KeyError, TypeError, AttributeError) as failure:
                raise MalformedTable(str(path), number, "expected an object with `item`") from failure
            if name in names:
                described[names[name]] = description
                order.append(names[name])
    missing = len(names) - len(set(order))
    if missing:
        raise MalformedTable(str(path), 0, f"{missing} items of the people's file are not described")
    return described, np.array(order, np.int64)
