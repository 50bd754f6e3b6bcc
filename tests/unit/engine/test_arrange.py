"""Arranging: order by value where nothing speaks against it, and every rule obeyed on the very next page."""

from itertools import pairwise

import numpy as np

from anxin.engine.arrange import NOBODY, Candidates, House, Wishes, arrange


def candidates(values, creators=None, categories=None, vectors=None) -> Candidates:
    count = len(values)
    return Candidates(
        item=np.arange(count) + 100,
        value=np.array(values, float),
        creator=np.arange(count) if creators is None else np.array(creators),
        category=np.arange(count) if categories is None else np.array(categories),
        vectors=np.zeros((count, 0), np.float32) if vectors is None else np.array(vectors, np.float32),
    )


def everything(items):
    return np.ones(len(items), np.bool_)


def order(
    of: Candidates, wishes: Wishes | None = None, house: House | None = None, count: int = 10, visible=everything
):
    return arrange(of, wishes or Wishes(), house or House(), count, visible).tolist()


def test_unlike_candidates_come_by_value() -> None:
    assert order(candidates([1.0, 5.0, 3.0, 4.0])) == [1, 3, 2, 0]


def test_two_of_one_creator_never_follow_each_other_even_across_pages() -> None:
    of = candidates([9, 8, 7, 1], creators=[1, 1, 1, 2])
    assert order(of, house=House(page_of_creator=5)) == [0, 3, 1]
    assert order(of, Wishes(last_creator=1)) == [3, 0]
    assert order(candidates([3, 2, 1], creators=[NOBODY] * 3)) == [0, 1, 2]


def test_variety_lifts_another_category_over_more_of_the_same() -> None:
    of = candidates([10, 9, 8, 7, 0, 0, 0, 0], categories=[1, 1, 1, 2, 3, 4, 5, 6])
    assert order(of, house=House(variety=0.0), count=4) == [0, 1, 2, 3]
    assert order(of, house=House(variety=0.5), count=2) == [0, 3]


def test_vectors_tell_likeness_that_categories_do_not() -> None:
    of = candidates([10, 9.9, 9.8, 0, 0, 0], vectors=[[1, 0], [1, 0.01], [0, 1], [1, 1], [1, 1], [1, 1]])
    assert order(of, house=House(variety=0.5), count=2) == [0, 2]


def test_a_page_has_no_more_of_a_creator_or_category_than_allowed() -> None:
    of = candidates(np.arange(40.0), creators=np.arange(40) % 8, categories=np.arange(40) % 4)
    rows = order(of, house=House(page_of_creator=2, page_of_category=3), count=40)
    assert len(rows) == 12
    assert np.bincount(np.array(rows) % 8).max() <= 2
    assert np.bincount(np.array(rows) % 4).max() == 3


def test_what_was_seen_or_is_not_wanted_is_gone_from_the_next_page() -> None:
    of = candidates([9, 8, 7, 6, 5, 4], creators=[0, 1, 2, 3, 4, 5], categories=[0, 1, 2, 3, 4, 4])
    wishes = Wishes(
        seen=frozenset({100}), not_items=frozenset({101}), not_creators=frozenset({2}), not_categories=frozenset({4})
    )
    assert order(of, wishes) == [3]


def test_a_creator_shown_often_lately_waits() -> None:
    of = candidates([9, 8, 7], creators=[1, 2, 1])
    house = House(window_of_creator=3)
    assert order(of, Wishes(shown_of_creator={1: 3}), house) == [1]
    assert order(of, Wishes(shown_of_creator={1: 2}), house) == [0, 1]


def test_the_visibility_filter_decides_last_and_what_it_refuses_is_replaced() -> None:
    of = candidates([9, 8, 7, 6], creators=[1, 2, 1, 3])
    asked = []

    def visible(items):
        asked.append(items.tolist())
        return items != 101

    assert order(of, count=3, visible=visible) == [0, 3, 2]
    assert 103 not in asked[0]
    assert order(of, visible=lambda items: np.zeros(len(items), np.bool_)) == []


def test_a_filter_that_refuses_without_end_still_ends_legally() -> None:
    of = candidates(np.arange(200.0), creators=np.arange(200) % 2)
    rows = order(of, house=House(page_of_creator=99, page_of_category=99), visible=lambda items: items % 7 == 0)
    assert all(of.item[row] % 7 == 0 for row in rows)
    assert all(of.creator[a] != of.creator[b] for a, b in pairwise(rows))


def test_doubles_nothing_at_all_and_values_that_are_no_numbers() -> None:
    of = candidates([3.0, np.nan, -np.inf, 1.0])
    assert order(of) == [0, 3]
    twice = Candidates(
        np.array([7, 7]), np.array([1.0, 2.0]), np.array([1, 2]), np.array([1, 2]), np.zeros((2, 0), np.float32)
    )
    assert order(twice) == [0]
    assert order(candidates([])) == []
