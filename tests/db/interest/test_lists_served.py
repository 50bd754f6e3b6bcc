"""Learned lists in a market: learned by a refit, served with their reason, done without where they cannot be used."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import numpy as np
import pytest
from django.utils.translation import override
from tests.builders.orders import NOW
from tests.builders.tastes import looked_at, two_tastes
from tests.db.interest.test_feed_of_the_engine import some_of, tell
from tests.support.engine import a_learner, learn

from anxin.engine.candidates import recall
from anxin.engine.serving import Reader
from anxin.engine.shelf import REGRESSION, SOURCES
from anxin.faces.interest_words import source_words
from anxin.faces.why import words_of
from anxin.kernel.ids import new_id
from anxin.market.interest import store
from anxin.market.interest.brain import files
from anxin.market.interest.brain.door import DOOR
from anxin.market.interest.brain.learner import REFIT_SECONDS, Learner
from anxin.market.interest.domain.events import Kind
from anxin.market.interest.feed import Why, choose_posts

pytestmark = pytest.mark.django_db(transaction=True)

LATER = NOW + timedelta(minutes=1)
ALONE = tuple(float(name == "regression") for name in SOURCES)


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def learner(market: dict[UUID, str], clock: Clock) -> Iterator[Learner]:
    with a_learner(clock) as it:
        yield it


def fit_again(it: Learner, clock: Clock) -> None:
    """Let the time of a refit come, and wait for it; one that was begun before, by pictures, knows nothing of the latest events."""
    learn(it, NOW)
    rest(it)
    it.step(NOW)
    clock.seconds += REFIT_SECONDS + 1
    it.step(NOW)
    assert it._refit is not None
    rest(it)
    it.publish(int(NOW.timestamp()))
    assert DOOR.load_now() is not None, DOOR.reason


def rest(it: Learner) -> None:
    """Let what other threads are at end, pictures and a refit, and take it over."""
    while it._refit is not None or it._looker.is_looking:
        it._looker.wait()
        if it._refit is not None:
            it._refit.result()
        it.step(NOW)


def a_pair(market: dict[UUID, str], learner: Learner, clock: Clock) -> tuple[UUID, UUID]:
    """Two notes of themes that have nothing to do with each other, which people like one after the other."""
    camping, baking = some_of(market, "露营", 1)[0], some_of(market, "烘焙", 1)[0]
    for _ in range(12):
        tell(new_id(), Kind.LIKE, camping, baking)
    fit_again(learner, clock)
    return camping, baking


def test_a_market_that_nobody_looked_at_has_no_lists_and_the_next_fit_has(market, learner, clock):
    assert (files.manifest().lists, DOOR.look().state.lists) == ("", None)
    camping, baking = a_pair(market, learner, clock)
    engine = DOOR.look()
    assert files.manifest().lists.startswith("lists-")
    one, other = engine.rows_of([camping, baking]).tolist()
    lists = engine.state.lists
    assert other in lists.items[lists.offsets[one] : lists.offsets[one + 1]]


def test_what_lists_brought_says_so_in_words(market, learner, clock):
    camping, baking = a_pair(market, learner, clock)
    engine = replace(DOOR.look(), rules=replace(DOOR.look().rules, weights=ALONE))
    me = new_id()
    tell(me, Kind.LIKE, camping)
    reader = engine.reader_of(store.asks(me, newest=0, now=LATER), now=LATER)
    served = engine.page(reader, 6, lambda ids, _named: [True] * len(ids), seed=3, now=LATER)
    note = served.notes[served.posts.index(baking)]
    assert (note.source, note.because) == ("regression", camping)
    with override("en"):
        assert words_of(Why(note.source)) == "Goes with what you looked at lately"
        assert source_words(note.source) == "Goes with what was done (learned lists)"


def test_by_the_rules_in_force_lists_count_beside_the_other_sources(market, learner, clock):
    camping, baking = a_pair(market, learner, clock)
    engine = DOOR.look()
    one, other = engine.rows_of([camping, baking]).tolist()
    found = recall(
        engine.state, Reader(np.array([one], np.int32), np.ones(1)), engine.rules, now=int(LATER.timestamp())
    )
    assert found.scores[found.items == other, REGRESSION][0] == pytest.approx(engine.rules.weights[REGRESSION])


def test_products_lead_to_products(market, learner, clock):
    tents, cakes = two_tastes()
    posts = list(market)
    for number in range(12):
        me = new_id()
        tell(me, Kind.LIKE, posts[number % 2])
        looked_at(me, tents[0], cakes[5])
    fit_again(learner, clock)
    engine = DOOR.look()
    one, other = engine.rows_of([tents[0], cakes[5]]).tolist()
    reader = Reader(np.array([one], np.int32), np.ones(1))
    found = recall(engine.goods, reader, engine.rules, now=int(LATER.timestamp()))
    assert found.items[found.scores[:, REGRESSION] > 0].tolist() == [other]
    found = recall(engine.state, reader, engine.rules, now=int(LATER.timestamp()))
    assert (found.scores[:, REGRESSION] == 0).all(), "the feed shows no products"


@pytest.mark.parametrize("broken", ["missing", "cut short", "of another fit"])
def test_without_good_lists_the_engine_serves_says_so_and_the_next_fit_mends_it(
    broken, market, learner, clock, home, caplog
):
    camping, baking = a_pair(market, learner, clock)
    path = home / files.manifest().lists
    if broken == "missing":
        path.unlink()
    elif broken == "cut short":
        path.write_bytes(path.read_bytes()[:-20])
    else:
        files.write(path, files.read(path)[0], {"fitted": 1})
    DOOR.forget()
    assert DOOR.load_now().state.lists is None
    assert "do without learned lists" in caplog.text
    me = new_id()
    tell(me, Kind.LIKE, camping)
    chosen = choose_posts(me, limit=6, now=LATER)
    assert (chosen.policy, len(chosen.posts)) == ("quality-1", 6)
    fit_again(learner, clock)
    engine = DOOR.look()
    one, other = engine.rows_of([camping, baking]).tolist()
    assert other in engine.state.lists.items[engine.state.lists.offsets[one] : engine.state.lists.offsets[one + 1]]


def test_who_comes_back_learns_the_same_lists_from_the_snapshot(market, learner, clock):
    a_pair(market, learner, clock)
    before = DOOR.look().state.lists
    learner.close()
    DOOR.forget()
    again = Learner(clock)
    learn(again, NOW)
    after = DOOR.load_now().state.lists
    again.close()
    for name in ("offsets", "items", "weights"):
        assert np.array_equal(getattr(before, name), getattr(after, name)), name
