"""A page of a feed from recall to arrangement, on a small market made of numbers."""

from itertools import pairwise

import numpy as np
import pytest

from anxin.engine.arrange import NOBODY, Wishes
from anxin.engine.explore.slots import ShareMeter
from anxin.engine.rank.heads import HEADS
from anxin.engine.recall.live import Knobs, learn, live_of
from anxin.engine.serving import (
    SOURCES,
    TRIED,
    Ask,
    Reader,
    Rules,
    Shelf,
    State,
    offers_of_found,
    serve_page,
    serve_pages,
    values_of,
)
from anxin.engine.shelf import Found

NOW = 1_700_000_000
ITEMS, THEMES, CREATORS = 120, 6, 12
HOUR = 3_600


def a_shelf(**changes):
    """Items of six themes in turn; the later its number, the younger an item."""
    rows = np.arange(ITEMS)
    theme = rows % THEMES
    noise = np.random.default_rng(3).standard_normal((ITEMS, THEMES)) * 0.1
    vectors = np.eye(THEMES)[theme] + noise
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    facts = {
        "creator": rows // 2 % CREATORS,
        "shop": rows % 5,
        "category": theme,
        "topics": np.stack([theme + 100, np.full(ITEMS, NOBODY)], axis=1),
        "price_minor": np.full(ITEMS, 9_900),
        "born_at": NOW - (ITEMS - rows) * HOUR,
        "kind": rows % 2,
        "names": rows + 7,
        "vectors": vectors.astype(np.float32),
        "popular": np.ones((1, ITEMS), np.float32),
        "showable": np.ones(ITEMS, np.bool_),
        **changes,
    }
    return Shelf(**facts)


def a_state(shelf=None, *, share=0.0, **facts):
    return State(shelf or a_shelf(), live_of(ITEMS, 50), meter=ShareMeter(share), **facts)


def who_liked(*items, **facts):
    return Reader(np.array(items, np.int32), np.full(len(items), 2.0), **facts)


def page_of(state, reader, count=10, **ask):
    return serve_page(state, reader, Rules(), Ask(count, np.random.default_rng(1), **ask), now=NOW)


def themes(page):
    return (page.items % THEMES).tolist()


def test_three_things_of_one_theme_change_the_page():
    before = themes(page_of(a_state(), Reader()))
    after = page_of(a_state(), who_liked(2, 8, 14))
    assert before.count(2) <= 3
    assert themes(after).count(2) >= 4
    assert themes(after)[0] == 2
    assert after.because[0] in {2, 8, 14}


def test_no_creator_stands_twice_in_a_row_and_nothing_twice():
    page = page_of(a_state(share=0.4, trial=(np.arange(40), np.full(40, 1 / 40))), who_liked(2, 8), count=20)
    creators = (page.items // 2 % CREATORS).tolist()
    assert all(one != other for one, other in pairwise(creators))
    assert len(set(page.items.tolist())) == len(page.items) == 20


@pytest.mark.parametrize(
    ("facts", "is_unwanted"),
    [
        ({"wishes": Wishes(not_categories=frozenset({2}))}, lambda item: item % THEMES == 2),
        ({"wishes": Wishes(not_creators=frozenset({1}))}, lambda item: item // 2 % CREATORS == 1),
        ({"wishes": Wishes(seen=frozenset(range(60)))}, lambda item: item < 60),
        ({"wishes": Wishes(not_items=frozenset({20, 26}))}, lambda item: item in {20, 26}),
        ({"not_shops": frozenset({3})}, lambda item: item % 5 == 3),
        ({"not_topics": frozenset({102})}, lambda item: item % THEMES == 2),
    ],
)
def test_what_is_not_wanted_is_not_shown_nor_tried(facts, is_unwanted):
    state = a_state(share=0.5, trial=(np.arange(ITEMS), np.full(ITEMS, 1 / ITEMS)))
    page = page_of(state, who_liked(2, 8, 14, **facts), count=15)
    assert len(page.items) == 15
    assert not any(is_unwanted(item) for item in page.items.tolist())


def test_the_newest_unseen_thing_is_found_behind_a_long_evening():
    many = 3_000
    rows = np.arange(many)
    shelf = a_shelf(
        creator=rows, shop=rows, category=rows, topics=rows[:, None], price_minor=np.full(many, 9_900), kind=rows % 2,
        born_at=NOW - (many - rows) * HOUR, names=rows, vectors=np.zeros((many, THEMES), np.float32),
        popular=np.zeros((1, many), np.float32), showable=np.ones(many, np.bool_),
    )  # fmt: skip
    state = State(shelf, live_of(many, 50), meter=ShareMeter(0.0))
    reader = Reader(wishes=Wishes(seen=frozenset(range(500, many))))
    page = serve_page(state, reader, Rules(), Ask(10, np.random.default_rng(1)), now=NOW)
    assert len(page.items) == 10
    assert set(page.items.tolist()) <= set(range(380, 500)), "the newest of those not seen"


def test_what_turns_out_invisible_is_replaced():
    hidden = set(page_of(a_state(), who_liked(2, 8)).items[:3].tolist())
    page = page_of(a_state(), who_liked(2, 8), visible=lambda items, _: ~np.isin(items, list(hidden)))
    assert len(page.items) == 10
    assert not hidden & set(page.items.tolist())


def test_nothing_to_show_is_an_empty_page():
    page = page_of(a_state(a_shelf(showable=np.zeros(ITEMS, np.bool_))), who_liked(2))
    assert len(page.items) == len(page.because) == 0
    assert len(page_of(a_state(), Reader(), visible=lambda items, _: np.zeros(len(items), np.bool_)).items) == 0


def test_the_logged_chance_is_how_often_it_happens():
    trial = (np.array([3, 9, 15]), np.array([0.5, 0.3, 0.2]))
    dice, told, seen = np.random.default_rng(5), [], 0
    for _ in range(2_000):
        page = serve_page(a_state(share=0.2, trial=trial), Reader(), Rules(), Ask(1, dice), now=NOW)
        seen += int(page.items[0]) == 3
        told += [float(page.propensity[0])] if int(page.items[0]) == 3 else []
    assert set(np.round(told, 9)) == {0.1}
    assert seen / 2_000 == pytest.approx(0.1, abs=0.02)


def test_what_explores_says_so():
    page = page_of(a_state(share=0.5, trial=(np.array([3]), np.ones(1))), Reader(), count=40)
    assert (page.source[page.items == 3] == TRIED).all()


def test_followed_creators_and_transitions_bring_their_own():
    quiet = a_shelf(popular=np.zeros((1, ITEMS), np.float32))
    followed = page_of(a_state(quiet), Reader(follows=np.array([4])))
    assert any(item // 2 % CREATORS == 4 for item in followed.items.tolist())
    state = a_state(quiet)
    pairs = np.tile(np.array([2, 51], np.int32), 30)
    learn(state.live, Knobs(), np.repeat(np.arange(30), 2).astype(np.int32), pairs, np.arange(60) + NOW)
    assert 51 in page_of(state, who_liked(2)).items.tolist()[:4]


def test_many_readers_get_what_each_would_get_alone():
    readers = [Reader(), who_liked(2, 8, 14), who_liked(3)]
    together = serve_pages(a_state(), readers, Rules(), Ask(10, np.random.default_rng(1)), now=NOW)
    for page, reader in zip(together, readers, strict=True):
        assert page.items.tolist() == page_of(a_state(), reader).items.tolist()


def test_where_nothing_is_sold_nobody_orders_and_liking_it_more_costs_no_complaints():
    state = a_state(a_shelf(price_minor=np.where(np.arange(ITEMS) % 2, 9_900, 0)))
    found = Found(np.array([2, 3, 4]), np.zeros((3, len(SOURCES)), np.float32), np.array([0.0, 0.0, 1.0]))
    offers = offers_of_found(state, [Reader()], [found], Rules(), now=NOW)
    order = [head.name for head in HEADS].index("order")
    assert (offers.chances[[0, 2], order] < 1e-6).all()
    assert offers.chances[1, order] == pytest.approx(0.003, rel=0.01)
    worth = values_of(state, [Reader()], [found], Rules(), now=NOW)[0]
    assert worth[2] > worth[0]
