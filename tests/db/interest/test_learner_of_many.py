"""A learner of many items: it reads them in parts while events are followed, and makes lists of what is alike."""

from datetime import timedelta
from itertools import count
from pathlib import Path
from uuid import UUID

import pytest
from tests.builders.catalog import a_product, a_shop
from tests.builders.content import a_public_post
from tests.builders.creators import a_creator
from tests.builders.orders import NOW
from tests.support.engine import learn

from anxin.kernel.ids import new_id
from anxin.market.interest import commands
from anxin.market.interest.brain import files, learner
from anxin.market.interest.brain.door import DOOR
from anxin.market.interest.brain.learner import Learner
from anxin.market.interest.commands import Teller
from anxin.market.interest.domain.events import Item, ItemKind, Kind, Told
from anxin.market.interest.feed import choose_posts

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def posts(home: Path) -> list[UUID]:
    creators = [a_creator() for _ in range(3)]
    a_product(a_shop())
    return [
        a_public_post(creators[number % 3], now=NOW - timedelta(hours=number), title=f"第{number}篇")
        for number in range(24)
    ]


def like(post: UUID) -> None:
    commands.tell([Told(new_id(), Kind.LIKE, Item(ItemKind.NOTE, post), NOW)], Teller(new_id(), True), now=NOW)


def test_events_are_followed_while_everything_is_read_anew(posts):
    seconds = count()
    it = Learner(lambda: float(next(seconds)))  # on a machine so slow that every part takes its time
    like(posts[0])
    it.step(NOW)
    assert it.is_walking
    assert it.items.describer is None  # not of the first part alone
    late = a_public_post(a_creator(), now=NOW, title="刚刚发布")
    like(late)
    learn(it, NOW)
    assert not it.is_walking
    assert it.items.describer is not None
    assert [it.learned.live.total[it.items.rows[post]] for post in (posts[0], late)] == [1, 1]
    assert it.items.all[it.items.rows[late]].shown  # though the walk that ended did not come by it
    it.close()


def test_of_many_items_lists_are_written_and_without_good_ones_all_are_compared(posts, home, monkeypatch):
    monkeypatch.setattr(learner, "REFIT_GROWTH", 10.0)  # pictures that were looked at meanwhile are no reason
    it = Learner(index_from=20)
    learn(it, NOW)
    name = files.manifest().index
    engine = DOOR.look()
    assert (home / name).is_file()
    assert engine.state.index is not None
    assert engine.goods.index is not None
    late = a_public_post(a_creator(), now=NOW, title="刚刚发布")
    learn(it, NOW)
    assert files.manifest().index == name
    index = DOOR.look().state.index
    assert len(index.fresh) == 1  # what came later, until the next fit
    assert late in choose_posts(new_id(), limit=25, now=NOW).posts
    (home / name).write_bytes((home / name).read_bytes()[:-1])
    DOOR.forget()
    assert DOOR.load_now().state.index is None
    chosen = choose_posts(new_id(), limit=10, now=NOW)
    assert (chosen.policy, len(chosen.posts)) == ("quality-1", 10)
    it.close()
