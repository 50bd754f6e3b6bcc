"""Creators take turns across the border of two pages, with the engine and without; none is shown too often in a day."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from tests.builders.content import a_public_post
from tests.builders.creators import a_creator
from tests.builders.orders import NOW
from tests.support.engine import learn

from anxin.kernel.ids import new_id
from anxin.market.interest import commands, store
from anxin.market.interest.brain.door import DOOR
from anxin.market.interest.brain.learner import Learner
from anxin.market.interest.commands import Teller
from anxin.market.interest.domain.events import Item, ItemKind, Kind, Told
from anxin.market.interest.feed import Chosen, choose_posts

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 40


def makers(chosen: Chosen) -> list[UUID]:
    return [one.card.creator.id for one in chosen.cards]


def two_pages(me: UUID, *, now=NOW) -> tuple[Chosen, Chosen]:
    """Two answers, the first seen to its end before the next is asked for."""
    first = choose_posts(me, limit=5, now=now)
    seen = [
        Told(new_id(), Kind.IMPRESSION, Item(ItemKind.NOTE, post), now, first.request, slot)
        for slot, post in enumerate(first.posts)
    ]
    commands.tell(seen, Teller(me, is_person=False), now=now)
    return first, choose_posts(me, limit=5, now=now + timedelta(minutes=1))


@pytest.mark.parametrize("policy", ["quality-1", "popular"])
def test_two_posts_of_one_creator_never_meet_at_a_page_border(policy, learner, home):
    if policy == "popular":
        (home / "current.json").unlink()
        DOOR.forget()
        DOOR.load_now()
    for _ in range(PEOPLE):
        first, second = two_pages(new_id())
        assert (first.policy, second.policy) == (policy, policy)
        row = makers(first) + makers(second)
        assert len(row) == 10
        assert all(one != two for one, two in pairwise(row))


def test_who_was_shown_often_lately_waits_and_yesterday_is_forgotten(learner):
    me, often = new_id(), makers(choose_posts(None, limit=1, now=NOW))[0]
    posts = [post for post in learner.items.rows if learner.items.all[learner.items.rows[post]].creator == often]
    for number in range(7):  # three posts of the creator an answer
        items = {Item(ItemKind.NOTE, post): 1.0 for post in posts[:3]}
        commands.serve(
            me, items, surface="feed", policy="test", now=NOW - timedelta(hours=2) + timedelta(minutes=number)
        )
    commands.serve(me, {Item(ItemKind.NOTE, new_id()): 1.0}, surface="cart", policy="test", now=NOW)
    reader = DOOR.load_now().reader_of(store.asks(me, newest=1, now=NOW), now=NOW)
    assert set(reader.wishes.shown_of_creator.values()) == {21}
    assert often not in makers(choose_posts(me, limit=10, now=NOW))
    tomorrow = NOW + timedelta(days=2)
    assert store.asks(me, newest=1, now=tomorrow).shown == ()
    fresh = [choose_posts(new_id(), limit=10, now=tomorrow) for _ in range(10)]  # it is on nine of ten pages
    assert any(often in makers(one) for one in fresh)


def test_one_creator_alone_fills_page_after_page(home):
    creator, me = a_creator(), new_id()
    posts = {a_public_post(creator, now=NOW, title=str(number)) for number in range(5)}
    it = Learner()
    learn(it, NOW)
    pages = [choose_posts(me, limit=5, now=NOW + timedelta(minutes=number)) for number in range(8)]
    assert [set(one.posts) for one in pages] == [posts] * 8
    assert {one.policy for one in pages} == {"quality-1"}
    assert Counter(len(one.posts) for one in pages) == {5: 8}
    it.close()
