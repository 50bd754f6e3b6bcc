"""Recall for many requests at once: live lists, live neighbours and learned lists on top of what the caller knows of items."""

from typing import NamedTuple

import numpy as np

from anxin.engine.compiling import Floats, Ints, Longs, compiled
from anxin.engine.recall.lists import ItemLists, ask, no_lists
from anxin.engine.recall.live import Live, Sheet, follow, neighbours, wipe


class Mix(NamedTuple):
    """What each source counts, divided by its greatest score, and how they ask (see `follow`, `neighbours`, `ask`)."""

    transitions: float = 1.0
    neighbours: float = 0.5
    decay: float = 3.0
    damping: float = 0.3
    slope: float = 0.1
    regression: float = 0.5  # as `Rules.weights`


def candidates(
    live: Live, people: Ints, extra: Floats, mix: Mix, count: int, lists: ItemLists | None = None
) -> tuple[Ints, Floats]:
    """Return `count` items a request (requests × count, by number, -1 where there are no more) and what behaviour says of each.

    `extra` (requests × items) is the part of the score that the caller gives: content, popularity, follows; `-inf` bars an item.
    Rows do not know of each other: they may be cut into several calls, one a thread.
    """
    items = np.full((len(people), count), -1, np.int32)
    heard = np.zeros((len(people), count), np.float32)
    known = lists or no_lists(extra.shape[1])
    _gather((live, known.arrays), people, extra, mix, (items, heard))
    return items, heard


@compiled
def _gather(
    learned: tuple[Live, tuple[Longs, Ints, Floats]], people: Ints, extra: Floats, mix: Mix, found: tuple[Ints, Floats]
) -> None:
    (live, lists), count = learned, extra.shape[1]
    sheet = Sheet(np.zeros(count, np.float32), np.zeros(count, np.int32), np.zeros(1, np.int64))
    said = np.zeros(count, np.float32)
    for row in range(len(people)):
        history = _history(live, people[row])
        said[:] = 0
        follow(live, history, (mix.decay, mix.damping), sheet)
        _pour(sheet, mix.transitions, said)
        neighbours(live, people[row], history, (mix.decay, mix.slope), sheet)
        _pour(sheet, mix.neighbours, said)
        ask(lists, history, mix.decay, sheet)
        _pour(sheet, mix.regression, said)
        _take(extra[row] + said, said, found[0][row], found[1][row])


@compiled
def _history(live: Live, person: int) -> Ints:
    remembered = live.had.shape[1]
    known = min(live.had_count[person], remembered)
    history = np.empty(known, np.int32)
    for place in range(known):
        history[place] = live.had[person, (live.had_count[person] - known + place) % remembered]
    return history


@compiled
def _pour(sheet: Sheet, weight: float, said: Floats) -> None:
    """Add a source's scores, the greatest as `weight`, and wipe its sheet."""
    greatest = np.float32(1e-30)
    for place in range(sheet.filled[0]):
        greatest = max(greatest, sheet.scores[sheet.touched[place]])
    for place in range(sheet.filled[0]):
        item = sheet.touched[place]
        said[item] += np.float32(weight) * sheet.scores[item] / greatest
    wipe(sheet)


@compiled
def _take(total: Floats, said: Floats, items: Ints, heard: Floats) -> None:
    """Write the greatest totals; of equal ones at the border the first by number."""
    border = np.float32(-np.inf)
    if len(total) > len(items):
        border = np.partition(total, len(total) - len(items))[len(total) - len(items)]
    room = len(items)
    for item in range(len(total)):
        room -= total[item] > border
    filled = 0
    for item in range(len(total)):
        level = total[item] == border and room > 0
        if total[item] > -np.inf and (total[item] > border or level):
            room -= level
            items[filled] = item
            heard[filled] = said[item]
            filled += 1
