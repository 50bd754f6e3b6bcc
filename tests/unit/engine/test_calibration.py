"""Calibration and drift: figures by hand, a correction that keeps the order, alarms that call when they should and only then."""

import numpy as np
import pytest

from anxin.engine.rank.calibration import auc, fit_calibrator, report, wilson
from anxin.engine.rank.drift import Watch, periods_of

DAY = 86_400


def drawn(chances, seed: int = 0):
    return (np.random.default_rng(seed).random(len(chances)) < chances).astype(np.int8)


def test_auc_by_hand() -> None:
    assert auc(np.array([0.1, 0.2, 0.2, 0.9]), np.array([0.0, 1.0, 0.0, 1.0])) == (1 + 1 + 1 + 0.5) / 4
    assert np.isnan(auc(np.array([0.1]), np.array([1.0])))


def test_the_report_of_honest_chances_is_good_and_of_doubled_ones_says_half() -> None:
    honest = np.random.default_rng(4).uniform(0.01, 0.4, 200_000)
    labels = drawn(honest)
    good, doubled = report("click", honest, labels), report("click", 2 * honest, labels)
    assert good.ece < 0.005
    assert abs(good.ratio - 1) < 0.02
    assert sum(one.low <= one.predicted <= one.high for one in good.bins) >= 8
    assert abs(doubled.ratio - 0.5) < 0.02
    assert doubled.ece > 0.15
    assert doubled.auc == good.auc
    assert good.gain > 0.02 > doubled.gain


def test_a_correction_mends_what_is_off_and_keeps_the_order() -> None:
    honest = np.random.default_rng(5).uniform(0.01, 0.4, 50_000)
    odds = (honest / (1 - honest)) ** 2 * 3
    wrong = odds / (1 + odds)
    mended = fit_calibrator(wrong, drawn(honest)).correct(wrong)
    assert report("x", wrong, drawn(honest)).ece > 0.05
    assert report("x", mended, drawn(honest, 1)).ece < 0.01
    assert (np.argsort(mended) == np.argsort(wrong)).all()


def test_few_rows_correct_little_and_unknown_ones_nothing() -> None:
    chances = np.full(5, 0.1)
    assert abs(fit_calibrator(chances, np.ones(5, np.int8)).correct(chances)[0] - 0.1) < 0.1
    nothing = fit_calibrator(np.array([0.5, np.nan]), np.array([-1, 1], np.int8))
    assert (nothing.slope, nothing.shift) == (1.0, 0.0)
    assert report("x", np.array([0.5]), np.array([-1], np.int8)).count == 0


def test_wilson_by_hand() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    low, high = wilson(5, 10)
    assert (round(low, 3), round(high, 3)) == (0.237, 0.763)


@pytest.mark.parametrize(("factor", "calls"), [(1.0, False), (1.6, True), (0.5, True)])
def test_the_watch_calls_when_what_is_said_no_longer_comes_true(factor, calls) -> None:
    said = np.random.default_rng(6).uniform(0.05, 0.3, 40_000).astype(np.float32)
    at = np.repeat(np.arange(8) * DAY, 5_000)
    truth = np.where(at < 5 * DAY, said, said * factor)
    periods = periods_of(said, drawn(truth), at)
    assert [period.count for period in periods] == [5_000] * 8
    alarms = Watch().alarms(periods)
    assert bool(alarms) == calls
    assert all(int(alarm.partition(":")[0]) >= 5 * DAY for alarm in alarms)


def test_the_watch_calls_when_a_head_goes_blind_and_not_for_thin_periods() -> None:
    random = np.random.default_rng(7)
    said = random.choice([0.05, 0.6], 40_000).astype(np.float32)
    at = np.repeat(np.arange(8) * DAY, 5_000)
    truth = np.where(at < 6 * DAY, said, said.mean())
    assert any("gain" in alarm for alarm in Watch().alarms(periods_of(said, drawn(truth), at)))
    assert Watch().alarms(periods_of(said[:300], 1 - drawn(said[:300]), at[:300])) == []
