"""What devices tell is believed as far as what was served allows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anxin.market.interest.domain.events import (
    FLOOD_MAX,
    LATE_MAX,
    OURS,
    PACE_MAX,
    Doubt,
    Item,
    ItemKind,
    Kind,
    Sender,
    Served,
    Told,
    Unheard,
    judge,
)

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
ME, YOU = UUID(int=1), UUID(int=2)
VIDEO, OTHER = Item(ItemKind.VIDEO, UUID(int=10)), Item(ItemKind.VIDEO, UUID(int=11))
LAMP = Item(ItemKind.PRODUCT, UUID(int=12))
AS_ME = Sender(ME)
ANSWER = Served(UUID(int=20), ME, NOW - timedelta(minutes=2), (VIDEO, OTHER), (0.5, 0.25))
SERVED = {ANSWER.id: ANSWER}
SEEN = Told(UUID(int=30), Kind.IMPRESSION, VIDEO, NOW - timedelta(minutes=1), request=ANSWER.id, slot=0)


def judged(told: Told, sender: Sender = AS_ME, *, sent_at: datetime | None = None):
    """The one event of a batch as it is kept."""
    (one,) = judge([told], sender, SERVED, sent_at=sent_at, now=NOW).kept
    return one


def test_an_impression_gets_the_propensity_that_was_logged_not_one_of_its_own():
    one = judged(replace(SEEN, item=OTHER, slot=1))
    assert (one.propensity, one.doubt) == (0.25, Doubt.NONE)


@pytest.mark.parametrize(
    ("changes", "doubt"),
    [
        ({"item": OTHER}, Doubt.WRONG_SLOT),
        ({"slot": 2}, Doubt.WRONG_SLOT),
        ({"request": UUID(int=99)}, Doubt.FOREIGN_REQUEST),
        ({"kind": Kind.WATCH, "value": 65_001}, Doubt.TOO_LONG),
        ({"kind": Kind.WATCH, "value": 65_000}, Doubt.NONE),
        ({"kind": Kind.PRODUCT_CLICK, "item": LAMP}, Doubt.NONE),
    ],
)
def test_what_contradicts_the_answer_it_names_teaches_nothing(changes, doubt):
    assert judged(replace(SEEN, **changes)).doubt is doubt


def test_an_answer_given_to_somebody_else_is_foreign():
    one = judged(SEEN, Sender(YOU))
    assert (one.doubt, one.propensity) == (Doubt.FOREIGN_REQUEST, None)


def test_what_a_merchant_does_with_own_goods_teaches_nothing():
    assert judged(replace(SEEN, item=LAMP, request=None), Sender(ME, own=frozenset({LAMP.id}))).doubt is Doubt.OWN


@pytest.mark.parametrize(
    ("changes", "doubt"),
    [({}, Doubt.NONE), ({"request": None, "slot": None}, Doubt.UNASKED), ({"slot": None}, Doubt.UNASKED)],
)
def test_a_device_is_believed_of_what_stood_in_an_answer_to_it(changes, doubt):
    assert judged(replace(SEEN, **changes), Sender(ME, needs_answer=True)).doubt is doubt


def test_the_same_like_again_teaches_nothing_also_within_a_batch():
    like = Told(UUID(int=31), Kind.LIKE, VIDEO, NOW)
    again = replace(like, id=UUID(int=32))
    first, second = judge([like, again], Sender(ME), {}, sent_at=None, now=NOW).kept
    assert (first.doubt, second.doubt) == (Doubt.NONE, Doubt.AGAIN)
    assert judged(like, Sender(ME, done=frozenset({(Kind.LIKE, VIDEO.id)}))).doubt is Doubt.AGAIN


def test_faster_than_a_person_teaches_nothing_and_a_flood_is_not_kept():
    like = Told(UUID(int=31), Kind.SHARE, VIDEO, NOW)
    assert judged(like, Sender(ME, pace=PACE_MAX - 1)).doubt is Doubt.NONE
    assert judged(like, Sender(ME, pace=PACE_MAX)).doubt is Doubt.PACE
    flood = judge([like], Sender(ME, pace=FLOOD_MAX), {}, sent_at=None, now=NOW)
    assert (flood.kept, flood.refused) == ((), ((like.id, Unheard.FLOOD),))


@pytest.mark.parametrize("kind", sorted(OURS))
def test_only_the_market_says_what_was_ordered_and_given_back(kind):
    verdict = judge([replace(SEEN, kind=kind)], Sender(ME), SERVED, sent_at=None, now=NOW)
    assert verdict.refused == ((SEEN.id, Unheard.NOT_YOURS),)


def test_three_days_late_is_kept_and_a_second_more_is_refused():
    late = Told(UUID(int=33), Kind.SHARE, VIDEO, NOW - LATE_MAX)
    assert judged(late).at == NOW - LATE_MAX
    too_late = replace(late, at=late.at - timedelta(seconds=1))
    assert judge([too_late], Sender(ME), {}, sent_at=None, now=NOW).refused == ((late.id, Unheard.TOO_LATE),)


def test_a_clock_that_is_a_year_wrong_is_set_right_by_what_it_says_now():
    wrong = timedelta(days=-365)
    told = Told(UUID(int=34), Kind.SHARE, VIDEO, NOW + wrong - timedelta(seconds=30))
    assert judged(told, sent_at=NOW + wrong).at == NOW - timedelta(seconds=30)


def test_nothing_happens_in_the_future_or_before_it_was_served():
    assert judged(replace(SEEN, at=NOW + timedelta(hours=1))).at == NOW
    assert judged(replace(SEEN, at=ANSWER.at - timedelta(hours=1))).at == ANSWER.at


def test_of_two_events_with_one_id_the_first_counts():
    twice = judge([SEEN, replace(SEEN, kind=Kind.WATCH)], Sender(ME), SERVED, sent_at=None, now=NOW)
    assert [one.told.kind for one in twice.kept] == [Kind.IMPRESSION]


MOMENTS = [NOW + timedelta(days=days, seconds=1) for days in (-700_000, -400, -4, -3, -1, 0, 1, 400, 700_000)]
told_events = st.builds(
    Told,
    id=st.integers(0, 30).map(lambda number: UUID(int=number)),
    kind=st.sampled_from(Kind),
    item=st.sampled_from([VIDEO, OTHER, LAMP]),
    at=st.sampled_from(MOMENTS),
    request=st.sampled_from([None, ANSWER.id, UUID(int=99)]),
    slot=st.sampled_from([None, 0, 1, 2, 5]),
    value=st.integers(0, 10_000_000),
)


@given(st.lists(told_events, max_size=20), st.sampled_from([None, *MOMENTS]))
def test_every_event_is_either_kept_in_the_past_or_refused(batch, sent_at):
    verdict = judge(batch, Sender(ME), SERVED, sent_at=sent_at, now=NOW)
    assert {one.told.id for one in verdict.kept} | {identity for identity, _ in verdict.refused} == {
        told.id for told in batch
    }
    for one in verdict.kept:
        assert NOW - LATE_MAX <= one.at <= NOW
        assert one.propensity is None or one.propensity in ANSWER.propensities
