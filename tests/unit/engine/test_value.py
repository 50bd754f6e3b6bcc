"""Value and dry run: the formula by hand, caution that fades, estimates that find the truth and say when they cannot."""

import numpy as np
import pytest

from anxin.engine.dry_run import Slots, against, dry_run, softmax_policy
from anxin.engine.errors import MalformedFormula, WrongPropensities, WrongShape
from anxin.engine.value import (
    GMV,
    QUALITY,
    WEIGHTS,
    Formula,
    Offers,
    Record,
    formula_of,
    margin,
    no_record,
    offers_of,
    value,
)


def chances(**heads):
    names = ("click", "finish", "like", "follow", "cart", "order", "refund", "complaint")
    return np.array([[heads.get(name, 0.0) for name in names]], np.float32)


def test_the_formula_by_hand() -> None:
    formula = Formula("hand", complaint_minor=5_000, violation_minor=20_000, worth_minor={"like": 5, "cart": 40})
    said = chances(click=0.5, like=0.2, cart=0.1, order=0.02, refund=0.25, complaint=0.1)
    columns = {**vars(no_record(1)), "refund_margin": np.array([0.05]), "violation": np.array([0.01])}
    offers = Offers(said, np.array([10_000]), Record(**columns))
    expected = 0.02 * (10_000 * 0.7 - 5_000 * 0.1 - 20_000 * 0.01) + 5 * 0.2 + 40 * 0.1
    assert abs(value(offers, formula)[0] - expected) < 1e-4


def test_factors_multiply_each_weight_and_nothing_else() -> None:
    formula = Formula("hand", complaint_minor=5_000, violation_minor=20_000, worth_minor={"like": 50, "cart": 40})
    factors = (1.2, 0.8, 3.0, 3.0, 1.1, 3.0, 0.9)
    assert len(factors) == len(WEIGHTS)
    by_hand = Formula("hand", complaint_minor=6_000, violation_minor=16_000, worth_minor={"like": 55, "cart": 36})
    said = chances(click=0.5, like=0.2, cart=0.1, order=0.02, refund=0.25, complaint=0.1)
    offers = Offers(said, np.array([10_000]), Record(**{**vars(no_record(1)), "violation": np.array([0.01])}))
    np.testing.assert_allclose(value(offers, formula, factors), value(offers, by_hand))
    np.testing.assert_allclose(value(offers, formula, (1.0,) * 7), value(offers, formula))
    for wrong in (-0.1, 0.6):
        with pytest.raises(MalformedFormula, match="experiment"):
            Formula("x", experiment=wrong)


def test_what_the_model_says_counts_as_many_orders_as_the_prior_and_the_sellers_own_the_rest() -> None:
    said = chances(order=1.0, refund=0.1)
    columns = {**vars(no_record(1)), "orders": np.array([90.0]), "refunds": np.array([45.0])}
    offers = Offers(said, np.array([10_000]), Record(**columns))
    for prior, refund in ((30, (45 + 3) / 120), (270, (45 + 27) / 360)):
        formula = Formula("hand", complaint_minor=0, violation_minor=0, prior_orders=prior)
        assert value(offers, formula)[0] == pytest.approx(10_000 * (1 - refund))


def test_gmv_does_not_mind_refunds_and_quality_does() -> None:
    good, bad = chances(order=0.02, refund=0.05), chances(order=0.025, refund=0.6)
    both = offers_of(np.concatenate([good, bad]), np.array([9_900, 9_900]))
    assert value(both, GMV).argmax() == 1
    assert value(both, QUALITY).argmax() == 0


def test_a_young_seller_is_valued_below_an_old_one_of_the_same_rate_until_orders_come_in() -> None:
    orders = np.array([0, 10, 100, 10_000])
    added = margin(orders, orders // 10, 0.1, QUALITY)
    assert (np.diff(added) < 0).all()
    assert 0.03 < added[0] < 0.1
    assert added[-1] < 0.005
    assert (margin(orders, orders // 10, 0.1, Formula("plain", confidence=0.5)) < 0.01).all()


def test_a_formula_survives_the_operators_editor() -> None:
    assert formula_of(QUALITY.to_json()) == QUALITY


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "Expecting"),
        ("[]", "mapping"),
        ("{}", "version"),
        ('{"version": ""}', "no version"),
        ('{"version": "a", "wieght": 1}', "wieght"),
        ('{"version": "a", "worth_minor": {"refund": 1}}', "refund is not one of"),
        ('{"version": "a", "worth_minor": {"order": 1}}', "order is not one of"),
        ('{"version": "a", "complaint_minor": -1}', "from 0 on"),
        ('{"version": "a", "complaint_minor": 1.5}', "whole minor units"),
        ('{"version": "a", "confidence": 1}', "confidence"),
        ('{"version": "a", "prior_orders": 0}', "prior_orders"),
    ],
)
def test_an_impossible_formula_is_refused_by_name(text, reason) -> None:
    with pytest.raises(MalformedFormula, match=reason):
        formula_of(text)


WORTH = np.array([0.1, 0.2, 0.5, 0.3])


def served(slots: int, seed: int, logging=(0.4, 0.3, 0.1, 0.2)) -> Slots:
    """Return traffic of a policy that showed candidate a with chance logging[a]; its reward is WORTH[a] on average."""
    random = np.random.default_rng(seed)
    shown = random.choice(4, slots, p=logging)
    return Slots(
        offsets=np.arange(0, 4 * slots + 1, 4),
        propensity=np.tile(np.array(logging), slots),
        shown=np.arange(slots) * 4 + shown,
        reward=(random.random(slots) < WORTH[shown]).astype(float),
        unit=np.arange(slots) // 3,
    )


def aiming(slots: Slots, *chances_of: float):
    return np.tile(np.array(chances_of), len(slots.offsets) - 1)


def test_every_estimate_finds_the_truth_and_its_interval_holds_it() -> None:
    aim, held = (0.1, 0.1, 0.7, 0.1), np.zeros(4)
    truth = float(np.dot(aim, WORTH))
    for seed in range(20):
        slots = served(3_000, seed)
        found = dry_run(against(slots, aiming(slots, *aim), np.tile(WORTH * 0.9, 3_000)))
        every = (found.ips, found.snips, found.doubly_robust)
        assert all(abs(one.mean - truth) < 0.1 for one in every)
        held += [*(one.low <= truth <= one.high for one in every), found.verdict == "better"]
    assert (held[:3] >= 16).all()
    assert held[3] == 20


def test_a_good_guess_narrows_the_doubly_robust_interval_and_a_bad_one_does_not_mislead() -> None:
    slots = served(4_000, 1)
    target = aiming(slots, 0.1, 0.1, 0.7, 0.1)
    good, none = (dry_run(against(slots, target, guess)) for guess in (np.tile(WORTH, 4_000), None))
    width = [one.doubly_robust.high - one.doubly_robust.low for one in (good, none)]
    assert width[0] < 0.85 * width[1]
    held = 0
    for seed in range(20):
        slots = served(4_000, seed)
        bad = dry_run(against(slots, target, np.tile(1 - WORTH, 4_000)))
        held += bad.doubly_robust.low <= 0.41 <= bad.doubly_robust.high
    assert held >= 16


def test_a_worse_policy_is_called_worse_and_the_same_one_cannot_be_told() -> None:
    slots = served(6_000, 2)
    assert dry_run(against(slots, aiming(slots, 0.9, 0.1, 0.0, 0.0))).verdict == "worse"
    same = dry_run(against(slots, slots.propensity))
    assert same.verdict == "cannot tell"
    assert same.ips.mean == same.served.mean


@pytest.mark.parametrize(
    ("slots", "aim", "reason"),
    [
        (served(150, 3), (0.0, 0.0, 1.0, 0.0), "effective units"),
        (served(6_000, 3, (0.5, 0.5, 0.0, 0.0)), (0.0, 0.0, 1.0, 0.0), "never shown"),
    ],
)
def test_where_the_data_cannot_tell_it_says_why(slots, aim, reason) -> None:
    found = dry_run(against(slots, aiming(slots, *aim)))
    assert found.verdict == "cannot tell"
    assert any(reason in one for one in found.reasons)


def test_forged_propensities_are_seen() -> None:
    slots = served(6_000, 4)
    forged = Slots(slots.offsets, np.full(24_000, 0.9), slots.shown, slots.reward, slots.unit)
    found = dry_run(against(forged, aiming(forged, 0.1, 0.1, 0.7, 0.1)))
    assert any("not true" in one for one in found.reasons)
    for wrong in (0.0, -0.1, 1.5, np.nan):
        broken = Slots(slots.offsets, np.full(24_000, wrong), slots.shown, slots.reward, slots.unit)
        with pytest.raises(WrongPropensities):
            dry_run(against(broken, aiming(broken, 0.25, 0.25, 0.25, 0.25)))


def test_shapes_are_checked_and_an_empty_log_is_refused() -> None:
    slots = served(10, 5)
    with pytest.raises(WrongShape):
        against(slots, np.ones(3))
    nothing = Slots(np.zeros(1, np.int64), np.zeros(0), np.zeros(0, np.int64), np.zeros(0), np.zeros(0, np.int64))
    with pytest.raises(WrongShape, match="empty"):
        dry_run(against(nothing, np.zeros(0)))


def test_a_softmax_policy_sums_to_one_in_each_slot_and_follows_its_values() -> None:
    offsets = np.array([0, 3, 3, 5])
    policy = softmax_policy(offsets, np.array([1.0, 2.0, 900.0, -5.0, -5.0]), 0.5)
    np.testing.assert_allclose([policy[:3].sum(), policy[3:].sum()], 1)
    assert policy[2] > 0.999
    assert policy[3] == policy[4]
