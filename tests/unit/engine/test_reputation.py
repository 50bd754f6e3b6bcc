"""Sellers are judged by orders old enough to have gone wrong, pulled towards all where little is known."""

import numpy as np
import pytest

from anxin.engine.reputation import Reputation, combined, reputation, ripeness


def test_ripeness_grows_from_nothing_to_one() -> None:
    found = ripeness(np.array([-5, 0, 86_400, 10 * 86_400]), 86_400.0)
    assert found[:2].tolist() == [0, 0]
    assert found[2] == pytest.approx(1 - np.exp(-1))
    assert found[3] > 0.9999


def test_young_orders_do_not_make_a_bad_seller_look_good() -> None:
    """Of two sellers who are both half bad the second sold everything just now, and little of it has been heard."""
    random = np.random.default_rng(0)
    old = random.binomial(200, np.full(50, 0.1)).astype(float)
    ripe = np.append(np.full(50, 200.0), [200.0, 200.0 * ripeness(np.array(3_600.0), 4 * 86_400.0)])
    bad = np.append(old, [100.0, 1.0])
    found = reputation(ripe, bad, 0.8)
    naive = reputation(np.full(52, 200.0), bad, 0.8)
    assert naive.rate[51] < 0.05, "counted as if nothing more would come"
    assert found.rate[51] > 0.08, "as good as anybody, no better"
    assert found.rate[50] == pytest.approx(0.5, abs=0.08)


def test_little_known_sellers_are_as_all_are_with_a_wide_margin() -> None:
    ripe, bad = np.append(np.full(40, 300.0), 0.0), np.append(np.tile([15.0, 75.0], 20), 0.0)
    found = reputation(ripe, bad, 0.8)
    assert found.rate[40] == pytest.approx(0.15, abs=0.03)
    assert found.margin[40] > 3 * found.margin[:40].max()
    assert (reputation(ripe, bad, 0.5).margin < found.margin).all()


def test_a_rate_of_a_kind_moves_the_sellers_rate_and_the_usual_one_does_not() -> None:
    own = Reputation(np.array([0.2, 0.2]), np.array([0.05, 0.05]))
    found = combined(own, Reputation(np.array([0.1, 0.3]), np.zeros(2)), 0.1)
    assert found.rate[0] == pytest.approx(0.2)
    assert 0.2 < found.rate[1] < 1
    assert (found.margin == own.margin).all()
