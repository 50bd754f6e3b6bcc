"""What is heard of late is asked late; what a person did belongs to the answer that their device was given."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from tests.builders.people import a_person

from anxin.kernel.clock import Instant
from anxin.kernel.ids import new_id
from anxin.market.interest import commands
from anxin.market.interest.commands import Fact, Teller
from anxin.market.interest.domain.events import Item, ItemKind, Kind, Told
from anxin.market.interest.feed import Chosen, choose_posts
from anxin.market.interest.queries.calibration import calibration

pytestmark = pytest.mark.django_db(transaction=True)

DAY = timedelta(days=1)


def heads(now: Instant) -> dict[str, tuple[int, int]]:
    """Of how many places each head can be said, and how often it happened."""
    return {one.head: (one.count, one.happened) for one in calibration(28 * DAY, now=now)}


def a_visit(who: UUID) -> tuple[Chosen, Instant]:
    """An answer at the moment that its id says, all of it seen."""
    at = datetime.fromtimestamp((new_id().int >> 80) / 1_000, UTC)
    chosen = choose_posts(who, limit=6, now=at)
    tell(who, Kind.IMPRESSION, chosen, range(6), at=at)
    return chosen, at


def tell(who: UUID, kind: Kind, chosen: Chosen, slots: range, *, at: Instant, is_person: bool = False) -> None:
    told = [Told(new_id(), kind, Item(ItemKind.NOTE, chosen.posts[slot]), at, chosen.request, slot) for slot in slots]
    commands.tell(told, Teller(who, is_person), now=at)


def test_orders_are_asked_a_day_later_and_refunds_two_weeks_later(learner):
    me = new_id()
    chosen, at = a_visit(me)
    for kind, moment in ((Kind.ORDER, at), (Kind.REFUNDED, at + 9 * DAY)):
        product = Item(ItemKind.PRODUCT, new_id())
        fact = Fact(f"{kind}", kind, product, 9_900, moment, chosen.request, chosen.posts[2], at)
        commands.note(me, [fact], is_person=False, now=moment)
    young = heads(at + timedelta(hours=1))
    assert (young["click"], young["order"], young["refund"]) == ((6, 0), (0, 0), (0, 0))
    older = heads(at + 2 * DAY)
    assert (older["click"], older["order"], older["refund"]) == ((6, 0), (6, 1), (0, 0))
    old = heads(at + 15 * DAY)
    assert (old["order"], old["refund"], old["complaint"]) == ((6, 1), (1, 1), (1, 0))


def test_what_somebody_did_after_logging_in_came_of_what_their_device_was_shown(learner):
    device, person = new_id(), a_person()
    chosen, at = a_visit(device)
    commands.take_device_along(device, person, now=at)
    tell(person, Kind.LIKE, chosen, range(1), at=at, is_person=True)
    assert heads(at)["like"] == (6, 1)


def test_the_last_word_counts(learner):
    me = new_id()
    chosen, at = a_visit(me)
    late, early = at + timedelta(seconds=20), at + timedelta(seconds=10)
    tell(me, Kind.UNLIKE, chosen, range(1), at=late)
    like = Told(new_id(), Kind.LIKE, Item(ItemKind.NOTE, chosen.posts[0]), early, chosen.request, 0)
    commands.tell([like], Teller(me, is_person=False), now=late)  # told later, done earlier
    assert heads(late)["like"] == (6, 0)
