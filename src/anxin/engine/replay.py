"""Pages that were served, arranged again by another formula: what it would have put where, and with what chance. Pure.

A logged answer holds its best candidates with their chances, the cards in their places, and the share of exploring at each
place. Exploring does not depend on the formula, so only the place of the ranking changes: the next of its own queue.
"""

from dataclasses import dataclass

import numpy as np

from anxin.engine.arrange import NOBODY, Candidates, House, Wishes, arrange
from anxin.engine.compiling import Bools, Doubles, Longs
from anxin.engine.dry_run import Logged
from anxin.engine.shelf import everything

CLOSE = 1e-4  # of two chances, one of which was kept in 32 bits


@dataclass(frozen=True)
class Answer:
    """One answer: candidates and what each is worth by the formula that served it (`live`) and by another (`other`).

    `shown` are the places of the cards among the candidates (NOBODY: not among them), with the `propensity` of each, the `share`
    of exploring there, and whether it `explored`. `trial` is each candidate's chance to be drawn where something is tried.
    `last` made what stood above the first place, at the end of the page before.
    """

    candidates: Candidates
    live: Doubles
    other: Doubles
    trial: Doubles
    shown: Longs
    propensity: Doubles
    share: Doubles
    explored: Bools
    last: int = NOBODY


def order(answer: Answer, worth: Doubles, house: House, count: int) -> Longs:
    """Return the candidates' places in the order in which `worth` would have them arranged."""
    one = answer.candidates
    table = Candidates(one.item, worth, one.creator, one.category, one.vectors)
    return arrange(table, Wishes(last_creator=answer.last), house, count + count // 2, everything)


def judged(answer: Answer, rewards: Doubles, unit: int, house: House) -> Logged:
    """Return the answer's places as the other formula would have filled each, given those above it.

    The guess that the doubly robust estimate leans on is `live` for the next of either ranking and nothing for all else.
    """
    count = len(answer.shown)
    queues = order(answer, answer.live, house, count).tolist(), order(answer, answer.other, house, count).tolist()
    creator, live = answer.candidates.creator, answer.live
    target, uncovered, predicted, expected, was_expected = np.zeros((5, count))
    above, last = list[int](), answer.last
    for place, card in enumerate(answer.shown.tolist()):
        own, new = (_next(queue, above, creator, last) for queue in queues)
        share, chance = float(answer.share[place]), float(answer.propensity[place])
        if share >= 1 - CLOSE:  # the ranking had nothing more to give
            own = new = NOBODY
        was_next = share < 1 - CLOSE and (not answer.explored[place] or chance >= 1 - share - CLOSE)
        new = card if was_next and new == own else new
        own = card if was_next else own
        of_pool = min(max(chance - (1 - share) * was_next, 0.0), 1.0)
        other = min(of_pool + (1 - share) * (new == card and card >= 0), 1.0)
        target[place] = chance if new == own else other  # the same to the last bit
        uncovered[place] = 1 - share if new >= 0 and new != own and answer.trial[new] <= 0 else 0.0
        guessed = {row for row in (own, new) if row >= 0}
        predicted[place] = live[card] if card in guessed else 0.0
        expected[place], was_expected[place] = (
            sum(live[row] * (share * answer.trial[row] + (1 - share) * (row == ranked)) for row in guessed)
            for ranked in (new, own)
        )
        above.append(card)
        last = int(creator[card]) if card >= 0 else NOBODY
    return Logged(
        np.full(count, unit, np.int64), answer.propensity, target, rewards, predicted, expected, was_expected, uncovered
    )


def joined(parts: list[Logged]) -> Logged:
    """Return the places of many answers as one log."""
    return Logged(*(np.concatenate([getattr(part, name) for part in parts]) for name in Logged.__dataclass_fields__))


def _next(queue: list[int], above: list[int], creator: Longs, last: int) -> int:
    fits = (row for row in queue if row not in above and (creator[row] == NOBODY or creator[row] != last))
    return next(fits, NOBODY)
