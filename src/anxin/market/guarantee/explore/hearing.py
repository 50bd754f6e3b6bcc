"""The outbox between modules: what one of them did, the others hear at once or later, in any order.

A step and its words are one transaction. Then each word is heard in one of its own, or it is held up: by a worker that
died, by a subscriber that failed and is tried again. At most HELD_MAX words are late at a time.
"""

from collections.abc import Callable, Iterator, Mapping

from anxin.market.guarantee.domain import dispute_acts
from anxin.market.guarantee.domain.claim_acts import News
from anxin.market.guarantee.explore import effects, freight, money
from anxin.market.guarantee.explore.rules import Rules
from anxin.market.guarantee.explore.world import Word, World
from anxin.market.settlement.queries import ReleaseState

HELD_MAX = 2


def courses(rules: Rules, before: World, after: World) -> Iterator[tuple[str, World]]:
    """Yield how it goes on after a step, with words for the path: all is heard at once, or what was said is late."""
    held = len(before.words) if after.words[: len(before.words)] == before.words else len(before.words) - 1
    yield "", heard(rules, after, beyond=held)
    if held < len(after.words) <= HELD_MAX:
        yield ", and the word of it is late", after


def heard(rules: Rules, world: World, *, beyond: int = 0) -> World:
    """Let every word be heard that came after the first `beyond`, and what is said because of it."""
    while len(world.words) > beyond:
        world = hear(rules, world, world.words[beyond])
    return world


def hear(rules: Rules, world: World, word: Word) -> World:
    """Let a subscriber hear one word."""
    place = world.words.index(word)
    return _SUBSCRIBERS[word.to](rules, world._replace(words=world.words[:place] + world.words[place + 1 :]), word)


def _dispute(rules: Rules, world: World, word: Word) -> World:
    claim = world.claim
    if word.about != world.claimed or claim is None or not rules.dispute_hears(claim.state):
        return world
    agreed = word.what == News.AGREED
    what = dispute_acts.ClaimAgreed() if agreed else dispute_acts.ClaimEnded(closed=word.what == News.CLOSED)
    return effects.tell_dispute(rules, world, what)


def _insurance(rules: Rules, world: World, word: Word) -> World:
    match word.what:
        case News.RETURNED:
            return freight.open_freight(rules, world, word.about)
        case News.DONE:
            return freight.submit_freight(world, word.about)
        case _:
            return freight.drop_freight(rules, world, word.about)


def _settlement(rules: Rules, world: World, word: Word) -> World:  # noqa: ARG001
    return world._replace(release=world.release or ReleaseState.WAITING)


_SUBSCRIBERS: Mapping[str, Callable[[Rules, World, Word], World]] = {
    "dispute": _dispute,
    "insurance": _insurance,
    "money": effects.note_money,
    "claim": effects.note_paid,
    "settlement": _settlement,
    "recourse": lambda _, world, __: money.recover(world),
}
