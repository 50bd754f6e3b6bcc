"""Logged answers with what came of them: another formula tried on them, and what was predicted held against what happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache
from math import ceil
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np

from anxin.engine import dry_run as estimates
from anxin.engine.arrange import Candidates, House
from anxin.engine.compiling import Doubles, Floats, Longs, Signs
from anxin.engine.dry_run import DryRun, Logged
from anxin.engine.rank.heads import HEADS
from anxin.engine.replay import Answer, joined, judged, order
from anxin.engine.shelf import Shelf
from anxin.engine.value import Formula, Offers, formula_of, value
from anxin.infra.sql import Row
from anxin.kernel.clock import Instant
from anxin.market.interest import store
from anxin.market.interest.brain import files
from anxin.market.interest.brain.items import shelf_of
from anxin.market.interest.brain.numbers import number_of_id
from anxin.market.interest.brain.ranked import Ranked, unpacked
from anxin.market.interest.brain.sampling import sample
from anxin.market.interest.brain.sellers import sellers_in
from anxin.market.interest.brain.teaching import HEAD_NUMBER, OUTCOMES
from anxin.market.interest.domain import notes
from anxin.market.interest.domain.events import Kind
from anxin.market.interest.domain.notes import note_of

EXAMPLES = 5
UNRIPE = "the answers are too young: orders, refunds and complaints may still come"
AT_ONCE = timedelta(0)
HEARD_AFTER = {
    "order": timedelta(days=1),
    "refund": timedelta(days=14),
    "complaint": timedelta(days=14),
}  # an answer that is younger may still hear of it: it says neither yes nor no [CHOICE]
WAITS = sorted({AT_ONCE, *HEARD_AFTER.values()})


@dataclass(frozen=True)
class Example:
    """An answer in both orders."""

    at: Instant
    live: tuple[UUID, ...]
    other: tuple[UUID, ...]


@dataclass(frozen=True)
class Comparison:
    """How far another formula's order differs from that of the one in force, over the answers of a time."""

    answers: int
    differing: int
    places: int
    moved: int
    examples: tuple[Example, ...]


@dataclass(frozen=True)
class Trial:
    """What another formula would have earned (None without a log), by how many answers out of about how many that are logged.

    `is_ripe`: all of them are old enough for what the formulas count to have been heard of; `waits` is how old that is.
    `more`: about how many answers like these are wanting to tell; None where more of them never tell.
    """

    run: DryRun | None
    answers: int
    logged: int
    is_ripe: bool
    waits: timedelta
    more: int | None


@dataclass(frozen=True)
class Said:
    """Places that were seen: what was predicted of each (rows × heads), what happened (UNKNOWN where it cannot be said), when."""

    predicted: Floats
    happened: Signs
    at: Longs


def dry_run(live: str, other: str, *, span: timedelta, now: Instant) -> Trial:
    """Estimate what another formula would have earned, in minor units a place by the formula in force.

    It looks at answers drawn evenly from `span` before all is heard of that the formulas count; where there are none, at
    younger ones, which then tell nothing for sure. Two statements, four without ripe answers; some 2,000 answers are held.
    """
    formulas, shelf = (formula_of(live), formula_of(other)), _shelf()
    waits = max(waits_of(one) for one in formulas)
    drawn, is_ripe = sample(now - waits - span, now - waits), True
    if not drawn.rows:
        drawn, is_ripe = sample(now - span, now), False
    parts: list[Logged] = []
    for row in drawn.rows:
        answer = _answer(row, shelf, formulas)
        if answer is not None and (answer.propensity > 0).all():
            rewards = _rewards(row, formulas[0], len(answer.shown))
            parts.append(judged(answer, rewards, number_of_id(row["actor"]), House()))
    run = estimates.dry_run(joined(parts)) if parts else None
    if run and not is_ripe:
        run = replace(run, verdict="cannot tell", reasons=(*run.reasons, UNRIPE))
    more = None if run is None or run.times is None else ceil(len(parts) * (run.times - 1))
    return Trial(run, len(parts), drawn.logged, is_ripe, waits, more)


def waits_of(formula: Formula) -> timedelta:
    """Return how old an answer is when all that a formula counts has been heard of."""
    heads = {
        "order",
        *(["refund"] if formula.refund_counts else ()),
        *(["complaint"] if formula.complaint_minor else ()),
    }
    return max(HEARD_AFTER[head] for head in heads)


def compare(live: str, other: str, *, since: Instant, now: Instant) -> Comparison:
    """Arrange answers drawn evenly from a time by both formulas and say what would stand elsewhere; buyers see nothing of it."""
    formulas, shelf = (formula_of(live), formula_of(other)), _shelf()
    answers, differing, places, moved, examples = 0, 0, 0, 0, list[Example]()
    for row in sample(since, now).rows:
        answer = _answer(row, shelf, formulas)
        if answer is None:
            continue
        count = len(answer.shown)
        own, new = (order(answer, worth, House(), count)[:count].tolist() for worth in (answer.live, answer.other))
        off = sum(one != two for one, two in zip(own, new, strict=False))
        answers, differing, places, moved = answers + 1, differing + (off > 0), places + len(own), moved + off
        if off and len(examples) < EXAMPLES:
            ids = _ids()
            orders = [tuple(ids[int(answer.candidates.item[at])] for at in some) for some in (own, new)]
            examples.append(Example(row["at"], *orders))
    return Comparison(answers, differing, places, moved, tuple(examples))


def said(span: timedelta, *, now: Instant) -> Said:
    """Return what was predicted of the places that were seen, and what happened: each head's of answers drawn evenly from
    `span` before it is heard of. Two statements for each of three ages; some 2,000 answers of one age are held at once.
    """
    predicted, happened, at = list[Floats](), list[Signs](), list[int]()
    for wait in WAITS:
        for row in sample(now - wait - span, now - wait).rows:
            ranked = unpacked(bytes(row["ranked"]))
            labels = _labels(row["outcomes"], len(row["items"]), wait)
            for place, item in enumerate(row["items"]):
                known = ranked.row_of(item) if ranked else None
                if ranked and known is not None and place in labels:
                    predicted.append(ranked.chances[known])
                    happened.append(labels[place])
                    at.append(int(row["at"].timestamp()))
    heads = len(HEADS)
    return Said(
        np.array(predicted, np.float32).reshape(-1, heads),
        np.array(happened, np.int8).reshape(-1, heads),
        np.array(at, np.int64),
    )


def _labels(outcomes: Sequence[Sequence[Any]], places: int, wait: timedelta) -> dict[int, Signs]:
    """Return what happened at each place that was seen, of the heads that wait so long; a refund is known only where there
    was an order.
    """
    others = [HEARD_AFTER.get(head.name, AT_ONCE) != wait for head in HEADS]
    found: dict[int, Signs] = {}
    for slot, number, finished, _amount in outcomes:
        kind = store.KINDS[number]
        if not 0 <= slot < places or (kind is not Kind.IMPRESSION and kind not in OUTCOMES):
            continue
        labels = found.setdefault(slot, np.array([0 if head.given is None else -1 for head in HEADS], np.int8))
        if kind in OUTCOMES and (kind is not Kind.WATCH or finished):
            name, yes = OUTCOMES[kind]
            labels[HEAD_NUMBER[name]] = yes
    for labels in found.values():
        for at, head in enumerate(HEADS):
            if head.given and labels[HEAD_NUMBER[head.given]] == 1:
                labels[at] = max(labels[at], 0)
            elif head.given:
                labels[at] = -1
        labels[others] = -1
    return found


def _rewards(row: Row, formula: Formula, places: int) -> Doubles:
    """Return what came of each place, in minor units, by a formula."""
    found = np.zeros(places)
    for slot, number, finished, amount in row["outcomes"]:
        kind = store.KINDS[number]
        if not 0 <= slot < places:
            continue
        if kind is Kind.ORDER:
            found[slot] += amount
        elif kind is Kind.REFUNDED:
            found[slot] -= amount if formula.refund_counts else 0
        elif kind is Kind.COMPLAINT:
            found[slot] -= formula.complaint_minor
        elif kind in OUTCOMES and (kind is not Kind.WATCH or finished):
            name, yes = OUTCOMES[kind]
            found[slot] += formula.worth_minor.get(name, 0) * (1 if yes else -1)
    return found


def _answer(row: Row, shelf: Shelf, formulas: tuple[Formula, Formula]) -> Answer | None:
    """Return an answer with its candidates as the engine sees them now; None where that is no longer possible.

    Its reader's weights are as far off by either formula as they were: the experiment would have gone on.
    """
    ranked = unpacked(bytes(row["ranked"]))
    count = len(ranked.share) if ranked else 0
    if ranked is None or count == 0 or count > len(row["items"]):
        return None
    rows, known = _rows(shelf, ranked)
    if not known.any():
        return None
    values = [_value(ranked, rows, shelf, formula)[known] for formula in formulas]
    items = rows[known]
    place = {int(name): at for at, name in enumerate(ranked.name[known])}
    shown = np.array([place.get(number_of_id(item), -1) for item in row["items"][:count]], np.int64)
    read = [note_of(text) for text in row["sources"][:count]]
    return Answer(
        Candidates(items, values[0], shelf.creator[items], shelf.category[items], shelf.vectors[items]),
        values[0],
        values[1],
        ranked.trial[known],
        shown,
        np.array(row["propensities"][:count], np.float64),
        ranked.share,
        np.array([note is not None and note.source == notes.TRIED for note in read], np.bool_),
        ranked.last,
    )


def _rows(shelf: Shelf, ranked: Ranked) -> tuple[Longs, np.ndarray[Any, np.dtype[np.bool_]]]:
    order_of = np.argsort(shelf.names, kind="stable")
    names = shelf.names[order_of]
    at = np.minimum(np.searchsorted(names, ranked.name), max(len(names) - 1, 0))
    known = names[at] == ranked.name if len(names) else np.zeros(len(ranked.name), np.bool_)
    rows = order_of[at] if len(names) else np.zeros(len(ranked.name), np.int64)
    return rows.astype(np.int64), np.asarray(known, np.bool_)


def _value(ranked: Ranked, rows: Longs, shelf: Shelf, formula: Formula) -> Doubles:
    return value(Offers(ranked.chances, ranked.price_minor, shelf.record(rows, formula)), formula, ranked.factors)


def _shelf() -> Shelf:
    return _items()[0]


def _ids() -> Mapping[int, UUID]:
    return _items()[1]


def _items() -> tuple[Shelf, Mapping[int, UUID]]:
    told = files.manifest()
    items, tables = (files.folder() / name for name in (told.items, told.tables))
    return _read(items, tables, tuple(path.stat().st_mtime_ns for path in (items, tables) if path.is_file()))


@lru_cache(maxsize=1)
def _read(path: Path, tables: Path, _stamp: tuple[int, ...]) -> tuple[Shelf, Mapping[int, UUID]]:
    columns, facts = files.read(path)
    sellers = sellers_in(files.read(tables)[0])
    popular = np.zeros((1, len(columns["ids"])), np.float32)
    ids = {row: UUID(bytes=raw.tobytes()) for row, raw in enumerate(columns["ids"])}
    return shelf_of(columns, facts, popular, sellers), ids
