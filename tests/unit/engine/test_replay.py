"""Logged pages tried with another formula: in a small world whose truth is known, the estimates find it."""

import numpy as np
import pytest

from anxin.engine.arrange import Candidates, House
from anxin.engine.dry_run import dry_run
from anxin.engine.replay import Answer, joined, judged, order

HOUSE = House(variety=0.0)
ITEMS = 6
RATES = np.array([0.05, 0.1, 0.2, 0.3, 0.4, 0.6])
LIVE = np.arange(ITEMS, 0, -1) * 1.0  # the formula in force likes what earns least
OTHER = np.arange(ITEMS) * 1.0


def an_answer(random, *, share=0.5, other=OTHER, drawn=ITEMS):
    """One place of a page: the best by `LIVE`, or, where it explores, any of the first `drawn`."""
    trial = np.where(np.arange(ITEMS) < drawn, 1 / drawn, 0.0)
    explores = bool(random.random() < share)
    card = int(random.choice(ITEMS, p=trial)) if explores else 0
    chance = share * trial[card] + (1 - share) * (card == 0)
    table = Candidates(np.arange(ITEMS), LIVE, np.arange(ITEMS), np.arange(ITEMS), np.eye(ITEMS, dtype=np.float32))
    return Answer(
        table, LIVE, other, trial, np.array([card]), np.array([chance]), np.array([share]), np.array([explores])
    )


def a_log(count, **facts):
    random = np.random.default_rng(7)
    parts = []
    for unit in range(count):
        answer = an_answer(random, **facts)
        reward = np.array([float(random.random() < RATES[answer.shown[0]])])
        parts.append(judged(answer, reward, unit, HOUSE))
    return joined(parts)


def test_the_order_is_that_of_the_worth():
    answer = an_answer(np.random.default_rng(0))
    assert order(answer, answer.live, HOUSE, 4)[:4].tolist() == [0, 1, 2, 3]
    assert order(answer, answer.other, HOUSE, 4)[:4].tolist() == [5, 4, 3, 2]


def test_a_formula_that_would_have_earned_more_is_found_to():
    run = dry_run(a_log(6_000))
    truth = 0.5 * RATES.mean() + 0.5 * RATES[5]
    assert run.verdict == "better", run.reasons
    for estimate in (run.ips, run.snips, run.doubly_robust):
        assert estimate.mean == pytest.approx(truth, abs=0.05)
    assert run.doubly_robust.low <= truth <= run.doubly_robust.high


def test_what_was_never_shown_cannot_be_told():
    run = dry_run(a_log(2_000, drawn=3))
    assert run.uncovered == pytest.approx(0.5)
    assert run.verdict == "cannot tell"


def test_how_many_more_it_takes_is_about_right():
    few = dry_run(a_log(60))
    assert few.verdict == "cannot tell"
    assert 1 < few.times < 20
    enough = dry_run(a_log(round(60 * few.times * 1.5)))
    assert (enough.verdict, enough.times) == ("better", 1)


def test_where_more_of_the_same_never_tell_no_number_is_said():
    assert dry_run(a_log(500, drawn=3)).times is None  # it was never shown
    assert dry_run(a_log(500, other=LIVE)).times is None  # it is the same


def test_the_same_formula_earns_the_same():
    log = a_log(2_000, other=LIVE)
    assert (log.target == log.propensity).all()
    run = dry_run(log)
    assert run.ips.mean == pytest.approx(run.served.mean)
    assert (run.difference.low, run.difference.mean, run.difference.high) == (0, 0, 0)
    assert run.verdict == "cannot tell"
