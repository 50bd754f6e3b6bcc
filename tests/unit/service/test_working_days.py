"""Working days in Shanghai, by which complaints are answered."""

from datetime import date, datetime

import pytest

from anxin.kernel.clock import SHANGHAI
from anxin.market.service.domain.complaints import LIFE, answer_by
from anxin.market.service.domain.working_days import Calendar, after_working_days, calendar


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("filed", "due"),
    [
        ("2026-03-02 09:00", "2026-03-09 09:00"),  # Monday to Monday
        ("2026-03-06 23:59:59", "2026-03-13 23:59:59"),  # Friday, to the second
        ("2026-03-07 10:00", "2026-03-13 10:00"),  # filed on a Saturday
        ("2026-02-13 10:00", "2026-02-27 10:00"),  # over the Spring Festival; Saturday the 14th is worked
        ("2026-09-30 18:00", "2026-10-13 18:00"),  # over the National Day; Saturday the 10th is worked
        ("2026-04-30 12:00", "2026-05-11 12:00"),  # over the Labour Day; Saturday the 9th is worked
    ],
)
def test_five_working_days_leave_out_days_off(filed, due):
    assert answer_by(at(filed)) == at(due)


def test_days_are_those_of_shanghai():
    friday_in_london = datetime.fromisoformat("2026-03-06T17:00+00:00")  # already Saturday in Shanghai
    assert after_working_days(friday_in_london, 1, Calendar()) == datetime.fromisoformat("2026-03-08T17:00+00:00")


def test_a_year_that_nobody_wrote_down_knows_weekends_only():
    assert calendar().is_worked(date(2031, 1, 1))
    assert not calendar().is_worked(date(2031, 1, 4))


def test_every_state_of_a_complaint_is_left_or_an_end():
    assert {state.value for state in LIFE.ends()} == {"decided", "withdrawn"}
