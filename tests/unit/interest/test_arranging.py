"""The order of a feed that knows nothing of its reader."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from uuid import UUID

from tests.builders.orders import NOW

from anxin.market.interest.domain.arranging import CREATOR_MAX, Ranked, arrange

DAY = timedelta(days=1)


def an_item(number: int, creator: int, *, reactions: int = 0, age: float = 1.0, is_video: bool = True) -> Ranked:
    return Ranked(UUID(int=number), UUID(int=creator), is_video, NOW - age * DAY, reactions)


def order(items, limit=8, shown=()):
    return [one.int for one in arrange(items, limit=limit, was_shown=lambda one: one.int in shown, now=NOW)]


def test_what_many_liked_comes_first_and_fades():
    items = [an_item(1, 1, reactions=3), an_item(2, 2, reactions=300), an_item(3, 3, reactions=300, age=60)]
    assert order(items) == [2, 1, 3]


def test_what_was_shown_comes_last_whoever_made_it():
    items = [an_item(number, number, reactions=10 - number) for number in range(1, 6)]
    assert order(items, shown={1, 2}) == [3, 4, 5, 1, 2]


def test_no_creator_follows_themselves_or_fills_an_answer():
    items = [an_item(number, 1, reactions=1_000) for number in range(1, 10)]
    items += [an_item(number, number, reactions=1) for number in range(20, 28)]
    chosen = [{one.id.int: one.creator_id.int for one in items}[each] for each in order(items)]
    assert len(chosen) == 8
    assert all(first != second for first, second in pairwise(chosen))
    assert Counter(chosen)[1] == CREATOR_MAX


def test_a_market_of_one_creator_still_fills_its_places():
    assert len(order([an_item(number, 1) for number in range(1, 6)])) == 5


def test_the_newest_gets_a_place_before_anybody_liked_it():
    items = [an_item(number, number, reactions=500) for number in range(1, 20)]
    assert order([*items, an_item(99, 99, age=0)])[3] == 99


def test_pictures_stand_between_videos():
    items = [an_item(number, number, reactions=5) for number in range(1, 10)]
    items += [an_item(number, number, reactions=900, is_video=False) for number in range(20, 30)]
    assert [each >= 20 for each in order(items, limit=6)] == [False, False, True, False, False, True]
