"""Whatever order and however often reports come, a parcel ends in the same state and never goes back."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from anxin.kernel.clock import instant
from anxin.market.shipping.domain import ORDER, ParcelState, Report, ReportKind, progress, states_between

START = instant(2026, 6, 1)
LATER = START + timedelta(days=30)

reports = st.lists(
    st.builds(
        Report,
        carrier=st.just("sf"),
        tracking_no=st.just("SF1234567890123"),
        event_id=st.integers(0, 30).map(str),
        kind=st.sampled_from(ReportKind),
        happened_at=st.integers(0, 10_000).map(lambda minutes: START + timedelta(minutes=minutes)),
    ),
    max_size=12,
    unique_by=lambda report: report.event_id,
)


@given(reports, st.randoms(use_true_random=False))
def test_order_of_arrival_does_not_matter(lines, chance):
    mixed = [*lines]
    chance.shuffle(mixed)
    assert progress(mixed, now=LATER) == progress(lines, now=LATER)


@given(reports)
def test_repeated_reports_change_nothing(lines):
    assert progress([*lines, *lines], now=LATER) == progress(lines, now=LATER)


@given(reports, reports)
def test_more_reports_never_bring_a_parcel_back(before, more):
    first = progress(before, now=LATER).state
    then = progress([*before, *more], now=LATER).state
    assert ORDER.index(then) >= ORDER.index(first)


@given(reports)
def test_every_state_up_to_the_furthest_has_a_moment_in_order(lines):
    result = progress(lines, now=LATER)
    reached = [result.reached[state] for state in states_between(ParcelState.REGISTERED, result.state)]
    assert len(reached) == ORDER.index(result.state)
    assert set(result.reached) == set(states_between(ParcelState.REGISTERED, result.state))


@given(reports)
def test_no_moment_lies_in_the_future(lines):
    now = START + timedelta(minutes=5_000)
    assert all(moment <= now for moment in progress(lines, now=now).reached.values())
