"""What a history says about a person."""

from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest

from anxin.market.interest.domain.events import Item, ItemKind, Kind
from anxin.market.interest.domain.history import HALF_LIFE, Entry, History, seen_number

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
LAMP = Item(ItemKind.PRODUCT, UUID(int=12))


def test_an_interest_is_halved_after_its_half_life():
    now = History(UUID(int=1), (Entry(Kind.LIKE, LAMP, NOW),)).weights(now=NOW)[LAMP.id]
    then = History(UUID(int=1), (Entry(Kind.LIKE, LAMP, NOW),)).weights(now=NOW + HALF_LIFE)[LAMP.id]
    assert then == pytest.approx(now / 2)


def test_what_is_taken_back_weighs_nothing():
    entries = (Entry(Kind.LIKE, LAMP, NOW), Entry(Kind.UNLIKE, LAMP, NOW))
    assert History(UUID(int=1), entries).weights(now=NOW)[LAMP.id] == 0


def test_a_clock_that_runs_ahead_does_not_make_an_interest_stronger():
    early = History(UUID(int=1), (Entry(Kind.LIKE, LAMP, NOW + timedelta(days=1)),)).weights(now=NOW)
    assert early[LAMP.id] == History(UUID(int=1), (Entry(Kind.LIKE, LAMP, NOW),)).weights(now=NOW)[LAMP.id]


def test_numbers_of_what_was_seen_fit_the_column_and_tell_items_apart():
    chance = Random(1)  # of ids that are drawn anew two share a number once in 9,000 runs
    items = [UUID(int=chance.getrandbits(128)) for _ in range(1000)]
    numbers = {seen_number(item) for item in items}
    assert len(numbers) == len(items)
    assert all(-(2**31) <= number < 2**31 for number in numbers)
    assert History(UUID(int=1), seen=frozenset(numbers)).was_shown(items[0])


@pytest.mark.parametrize(
    ("done", "liked"),
    [
        ((), False),
        ((Kind.WATCH, Kind.PRODUCT_CLICK), False),
        ((Kind.WATCH, Kind.LIKE), True),
        ((Kind.LIKE, Kind.UNLIKE, Kind.WATCH), False),
        ((Kind.LIKE, Kind.UNLIKE, Kind.LIKE), True),
        ((Kind.FAVOURITE, Kind.LIKE, Kind.UNLIKE), True),
        ((Kind.SHARE,), True),
    ],
)
def test_to_have_looked_at_something_is_not_to_have_liked_it(done, liked):
    known = History(UUID(int=1), tuple(Entry(kind, LAMP, NOW) for kind in done))
    assert known.has_liked(LAMP.id) is liked
    assert not known.has_liked(UUID(int=13))
