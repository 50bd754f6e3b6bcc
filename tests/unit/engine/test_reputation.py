"""Sellers are judged by orders old enough to have gone wrong, pulled towards what is usual where little is known."""

from dataclasses import replace

import numpy as np
import pytest

from anxin.engine.arrange import NOBODY
from anxin.engine.rank.heads import HEADS
from anxin.engine.reputation import Sellers, ripeness
from anxin.engine.value import GMV, QUALITY, Formula, Offers, value

DAY = 86_400
DAYS = tuple(range(1, 11))
PLAIN = Formula("plain", complaint_minor=0, violation_minor=0, confidence=0.5)


def worth(sellers: Sellers, formula: Formula, *, refund: float = 0.1) -> list[float]:
    """What a sure order of 10,000 is worth from each seller, and from one of whom nothing is known."""
    rows = np.append(np.arange(len(sellers.ids)), NOBODY)
    chances = np.zeros((len(rows), len(HEADS)), np.float32)
    chances[:, 5], chances[:, 6] = 1.0, refund
    offers = Offers(chances, np.full(len(rows), 10_000), sellers.standing(formula).at(rows))
    return [round(one, 2) for one in value(offers, formula).tolist()]


def sold(*rows: tuple[float, float, float, float]) -> Sellers:
    return Sellers(np.arange(len(rows)) * 10, *np.array(rows, np.float64).T)


def test_ripeness_grows_from_nothing_to_one() -> None:
    ages = np.array([-5, DAY - 1, DAY, 5.5 * DAY, 10 * DAY, 99 * DAY])
    assert ripeness(ages, DAYS).tolist() == [0, 0, 0.1, 0.5, 1, 1]


def test_who_is_sent_back_more_is_worth_less_and_a_young_seller_is_as_the_model_says() -> None:
    good, bad, young = worth(sold((300, 15, 0, 0), (300, 150, 0, 0)), PLAIN)
    assert young == pytest.approx(9_000)
    assert bad < 5_500
    assert good > young


def test_young_orders_do_not_make_a_bad_seller_look_good() -> None:
    """Both are half bad; the second sold everything three days ago, and three tenths of it have been heard."""
    heard = float(ripeness(np.array(3.0 * DAY), DAYS))
    old, new = worth(sold((200, 100, 0, 0), (200 * heard, 100 * heard, 0, 0)), PLAIN)[:2]
    naive = worth(sold((200, 100 * heard, 0, 0)), PLAIN)[0]
    assert new < 6_800
    assert naive > 8_000
    assert old < new, "less is known of it"


def test_caution_is_for_those_of_whom_little_is_known() -> None:
    sellers = sold((400, 40, 0, 0), (5, 0.5, 0, 0))
    careless, careful = (worth(sellers, replace(PLAIN, confidence=share)) for share in (0.5, 0.9))
    lost = [before - after for before, after in zip(careless, careful, strict=True)]
    assert lost[2] > lost[1] > 2 * lost[0] > 0


def test_each_dial_moves_its_own_and_nothing_moves_at_zero() -> None:
    rows = ((100, 10, 1, 0), (100, 60, 1, 0), (100, 10, 40, 0), (100, 10, 1, 30))
    assert len(set(worth(sold(*rows), GMV))) == 1
    nothing = replace(PLAIN, refund_counts=False)
    for dials, lower in (
        ({"refund_counts": True}, 1),
        ({"complaint_minor": 5_000}, 2),
        ({"violation_minor": 20_000}, 3),
    ):
        found = worth(sold(*rows), replace(nothing, **dials))[:4]
        assert found.index(min(found)) == lower
        assert sorted(found)[1] > found[lower] + 500
        assert len(set(found)) == 2


def test_sellers_are_found_by_their_ids() -> None:
    sellers = sold((1, 0, 0, 0), (2, 0, 0, 0))
    assert sellers.rows_of(np.array([10, 5, 0, NOBODY])).tolist() == [1, NOBODY, 0, NOBODY]
    assert Sellers().rows_of(np.array([3])).tolist() == [NOBODY]
    assert len(Sellers().standing(QUALITY).orders) == 1
