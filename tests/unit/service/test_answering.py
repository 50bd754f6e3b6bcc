"""How fast a shop answers: DOMAIN 2.3, “mean IM reply (8–23 h, no reply = 10 min)”."""

from datetime import timedelta

import pytest

from anxin.kernel.clock import SHANGHAI, Instant
from anxin.market.service.domain.answering import Answering, Said, answering

DAY_LATER = timedelta(days=1)


def at(hour: int, minute: int = 0, second: int = 0, day: int = 2) -> Instant:
    from datetime import UTC, datetime

    return datetime(2026, 3, day, hour, minute, second, tzinfo=SHANGHAI).astimezone(UTC)


def asked(*when: int, **day: int) -> Said:
    return Said(by_buyer=True, at=at(*when, **day))


def said(*when: int, **day: int) -> Said:
    return Said(by_buyer=False, at=at(*when, **day))


def counted(*messages: Said, until: Instant | None = None) -> Answering:
    return answering(messages, until=until or at(23, 59, day=28))


def test_a_reply_counts_from_the_first_question_of_its_turn():
    assert counted(asked(9), asked(9, 1), said(9, 2)) == Answering(1, 120, 0, 1, 120, 1)


def test_only_the_first_answer_counts():
    assert counted(asked(9), said(9, 1), said(9, 30)).mean_seconds == 60


def test_the_mean_is_over_turns():
    assert counted(asked(9), said(9, 1), asked(10), said(10, 3)).mean_seconds == 120


def test_the_first_response_is_of_the_first_turn_of_a_day():
    found = counted(asked(9), said(9, 1), asked(10), said(10, 9), asked(9, day=3), said(9, 3, day=3))
    assert (found.turns, found.sessions, found.first_response_seconds) == (3, 2, 120)


@pytest.mark.parametrize(("seconds", "quick"), [(179, 1), (180, 1), (181, 0)])
def test_three_minutes_are_three_minutes(seconds, quick):
    found = answering([asked(9), Said(by_buyer=False, at=at(9) + timedelta(seconds=seconds))], until=at(12))
    assert found.quick_sessions == quick


def test_no_reply_is_ten_minutes():
    assert counted(asked(9)) == Answering(1, 600, 1, 1, 600, 0)


def test_a_question_that_is_not_ten_minutes_old_yet_is_not_counted():
    assert counted(asked(9), until=at(9, 9, 59)) == Answering()
    assert counted(asked(9), until=at(9, 10)).turns == 1


def test_a_late_reply_counts_no_more_than_none():
    assert counted(asked(9), said(11)).turn_seconds == counted(asked(9)).turn_seconds


@pytest.mark.parametrize(
    ("when", "counts"), [((7, 59, 59), 0), ((8, 0, 0), 1), ((22, 59, 59), 1), ((23, 0, 0), 0), ((3, 0, 0), 0)]
)
def test_only_questions_between_eight_and_eleven_in_shanghai_count(when, counts):
    assert counted(asked(*when)).turns == counts


def test_who_asks_at_night_and_again_in_the_morning_waits_since_the_morning():
    assert counted(asked(2), asked(8, 5), said(8, 6)).turn_seconds == 60


def test_a_question_before_closing_that_is_answered_next_morning_counts_ten_minutes():
    assert counted(asked(22, 58), said(8, 5, day=3)) == Answering(1, 600, 1, 1, 600, 0)


def test_a_shop_that_speaks_first_has_answered_nobody():
    assert counted(said(9), said(9, 1)) == Answering()


def test_conversations_add_up():
    total = counted(asked(9), said(9, 1)) + counted(asked(9), said(9, 3)) + counted(asked(9))
    assert total.mean_seconds == (60 + 180 + 600) // 3
    assert total.three_minute_bps == 6_666
    assert Answering().three_minute_bps is None
