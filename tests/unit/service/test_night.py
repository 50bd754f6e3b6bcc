"""What is asked at night counts from the morning (DOMAIN 2.3)."""

from datetime import datetime

import pytest

from anxin.kernel.clock import SHANGHAI
from anxin.market.service.domain.night import counted_from, minutes_taken


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("asked", "counted"),
    [
        ("2026-03-02 08:00:00", "2026-03-02 08:00:00"),
        ("2026-03-02 22:59:59", "2026-03-02 22:59:59"),
        ("2026-03-02 23:00:00", "2026-03-03 08:00:00"),
        ("2026-03-02 23:59:59", "2026-03-03 08:00:00"),
        ("2026-03-03 00:00:00", "2026-03-03 08:00:00"),
        ("2026-03-03 07:59:59", "2026-03-03 08:00:00"),
        ("2026-12-31 23:30:00", "2027-01-01 08:00:00"),
        ("2028-02-28 23:30:00", "2028-02-29 08:00:00"),
    ],
)
def test_a_question_of_the_night_is_timed_from_eight(asked, counted):
    assert counted_from(at(asked)) == at(counted)


@pytest.mark.parametrize(
    ("asked", "answered", "minutes"),
    [
        ("2026-03-02 10:00", "2026-03-02 12:30", 150),
        ("2026-03-02 23:30", "2026-03-03 08:45", 45),
        ("2026-03-02 23:30", "2026-03-02 23:40", 0),
        ("2026-03-02 22:30", "2026-03-03 08:30", 600),
    ],
)
def test_minutes_are_counted_from_there(asked, answered, minutes):
    assert minutes_taken(at(asked), at(answered)) == minutes
