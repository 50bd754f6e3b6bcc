"""Exploration: floors are kept, good items rise, caps hold, propensities are true, effects of weights are found."""

import numpy as np
import pytest

from anxin.engine.errors import TooFewData, WrongShape
from anxin.engine.explore.perturb import Experiment
from anxin.engine.explore.pools import NOBODY, RETIRED, Newcomers, Plan, Pools
from anxin.engine.explore.slots import ShareMeter, fill
from anxin.engine.explore.thompson import chances_to_be_best, fit_priors, lower_bound


def newcomers(count: int, first: int = 0, creators: int | None = None) -> Newcomers:
    at = np.arange(first, first + count)
    creator = at if creators is None else at % creators
    return Newcomers(at, at % 2, creator, creator, np.full(count, NOBODY))


def uncapped(**changes) -> Plan:
    return Plan(**{"caps": (1.0, 1.0, 1.0), **changes})


def run(pools: Pools, rate, draws: int, seed: int = 0) -> None:
    """Serve `draws` exposures from the pools to a market where item i is good with chance rate[i]."""
    random = np.random.default_rng(seed)
    for _ in range(draws // 20):
        items, chances = pools.shares(random)
        if len(items) == 0:
            return
        drawn = random.choice(items, 20, p=chances)
        pools.record(drawn, (random.random(20) < rate[drawn]).astype(float))
        pools.review()


def test_every_item_gets_its_floor_and_the_good_ones_rise() -> None:
    rate = np.where(np.arange(60) % 3 == 0, 0.25, 0.05)
    pools = Pools(uncapped(tiers=(100, 200)))
    pools.add(newcomers(60))
    run(pools, rate, draws=14_000)
    shown = pools._rows["shown"]
    assert shown.min() >= 100
    tiers = np.array([pools.tier_of(item) for item in range(60)])
    assert (tiers[rate < 0.1] == RETIRED).mean() > 0.85
    assert (tiers[rate > 0.1] > 0).mean() > 0.85


def test_an_item_is_judged_by_its_own_cohort() -> None:
    rate = np.where(np.arange(40) % 2 == 0, 0.4, 0.04)
    rate[1] = 0.2
    pools = Pools(uncapped(tiers=(100, 200)))
    pools.add(newcomers(40))
    run(pools, rate, draws=6_000)
    assert pools.tier_of(1) > 0, "far below the even cohort, far above its own"


def test_caps_hold_whatever_a_creators_items_promise() -> None:
    plan = Plan(caps=(0.2, 1.0, 1.0), window_min=50)
    pools, random = Pools(plan), np.random.default_rng(0)
    pools.add(newcomers(30, creators=3))
    pools.add(newcomers(30, first=100))
    pools.record(np.repeat(np.arange(0, 30, 3), 50), np.ones(500))
    taken = {}
    for _ in range(300):
        items, chances = pools.shares(random)
        item = int(random.choice(items, p=chances))
        pools.drawn([item])
        creator = item % 3 if item < 30 else item
        taken[creator] = taken.get(creator, 0) + 1
    assert max(taken.values()) <= 0.2 * 300 + 1
    pools.next_window()
    assert 0 in pools.shares(random)[0]


def test_known_items_stay_and_strangers_are_ignored() -> None:
    pools = Pools(uncapped(tiers=(2, 2)))
    pools.add(newcomers(2))
    pools.record(np.array([0, 0, 77]), np.array([1.0, 0.0, 1.0]))
    pools.add(newcomers(3))
    assert pools.items().tolist() == [0, 1, 2]
    assert [move.item for move in pools.review()] == [0]
    assert pools.tier_of(77) == RETIRED
    assert len(Pools(Plan())) == 0
    assert Pools(Plan()).shares(np.random.default_rng(0))[0].tolist() == []


def test_what_a_person_may_not_see_is_not_drawn() -> None:
    pools = Pools(uncapped())
    pools.add(newcomers(5))
    items, chances = pools.shares(np.random.default_rng(0), np.array([True, False, True, False, False]))
    assert items.tolist() == [0, 2]
    assert abs(chances.sum() - 1) < 1e-12


def test_priors_shrink_alike_items_more_and_borrow_where_nothing_is_known() -> None:
    random = np.random.default_rng(1)
    shown = np.full(400, 50.0)
    cohort = np.repeat([0, 1], 200)
    rate = np.where(cohort == 0, 0.1, random.beta(1, 9, 400))
    priors = fit_priors(cohort, shown, random.binomial(50, rate).astype(float), 3)
    assert priors.strength[0] > 100
    assert 3 < priors.strength[1] < 30
    np.testing.assert_allclose(priors.mean[:2], [0.1, rate[200:].mean()], atol=0.01)
    assert abs(priors.mean[2] - priors.mean[:2].mean()) < 0.02


def test_a_lower_bound_is_exceeded_as_often_as_it_says() -> None:
    random = np.random.default_rng(2)
    truth = random.beta(2, 18, 20_000)
    good = random.binomial(40, truth)
    bound = lower_bound((2.0 + good, 18.0 + 40 - good), 0.8)
    assert abs((truth > bound).mean() - 0.8) < 0.01


def test_thompson_prefers_the_better_and_doubts_the_unknown() -> None:
    best = chances_to_be_best(
        (np.array([100.0, 50.0, 1.0]), np.array([100.0, 150.0, 1.0])), 4_000, np.random.default_rng(3)
    )
    assert best[1] < 0.01
    assert abs(best[2] - 0.5) < 0.05
    assert abs(best.sum() - 1) < 1e-12


def test_the_logged_propensity_is_how_often_it_happens() -> None:
    random = np.random.default_rng(4)
    pool = (np.array([7, 8, 9]), np.array([0.2, 0.3, 0.5]))
    counts, said = np.zeros(10), np.zeros(10)
    for _ in range(20_000):
        page = fill(np.array([1, 8]), pool, ShareMeter(0.3, 10**9), 1, random)
        counts[page.items[0]] += 1
        said[page.items[0]] += 1 / page.propensity[0]
    np.testing.assert_allclose(counts[[1, 7, 8, 9]] / 20_000, [0.7, 0.06, 0.09, 0.15], atol=0.012)
    np.testing.assert_allclose(said[[1, 7, 8, 9]] / 20_000, 1, atol=0.08)


def test_a_page_repeats_nothing_and_takes_from_the_pool_when_the_ranking_ends() -> None:
    random = np.random.default_rng(5)
    page = fill(np.array([1, 2]), (np.array([2, 3]), np.array([0.5, 0.5])), ShareMeter(0.1), 10, random)
    assert sorted(page.items.tolist()) == [1, 2, 3]
    assert (page.propensity > 0).all()
    nothing = fill(np.zeros(0, np.int64), (np.zeros(0, np.int64), np.zeros(0)), ShareMeter(0.1), 3, random)
    assert len(nothing.items) == 0


def test_the_share_is_metered_through_a_dry_spell() -> None:
    random, meter = np.random.default_rng(6), ShareMeter(0.1, horizon=500)
    full, dry = (np.array([100]), np.array([1.0])), (np.zeros(0, np.int64), np.zeros(0))
    shares = []
    for page in range(6_000):
        pool = dry if 1_000 <= page < 2_000 else full
        shares.append(fill(np.arange(5), pool, meter, 5, random).explored.mean())
    assert abs(meter.explored / meter.slots - 0.1) < 0.003
    assert np.mean(shares[2_000:2_200]) < 0.2 + 0.03


def test_impossible_plans_are_refused() -> None:
    for wrong in ({"tiers": ()}, {"tiers": (0,)}, {"even_share": 0.0}, {"floor_share": 0.99}):
        with pytest.raises(WrongShape):
            Plan(**wrong)
    with pytest.raises(WrongShape):
        ShareMeter(0.7)


def test_the_experiment_finds_which_weights_matter_and_says_so_of_those_that_do_not() -> None:
    experiment = Experiment(("order", "like", "finish"))
    people = np.arange(20_000)
    random = np.random.default_rng(7)
    signs = experiment.signs(people, epoch=3)
    habit = random.normal(0, 2, 20_000)
    outcome = 5 + habit + 0.15 * signs[:, 0] - 0.1 * signs[:, 1] + random.normal(0, 1, 20_000)
    before = habit + random.normal(0, 0.5, 20_000)
    raw, sharp = experiment.effects(signs, outcome), experiment.effects(signs, outcome, before)
    assert [one.verdict for one in sharp] == ["up", "down", "cannot tell"]
    assert all(one.low <= truth <= one.high for one, truth in zip(sharp, (0.15, -0.1, 0.0), strict=True))
    assert sharp[0].high - sharp[0].low < 0.7 * (raw[0].high - raw[0].low)


def test_signs_are_fair_independent_the_same_again_and_dealt_anew_each_epoch() -> None:
    experiment = Experiment(("a", "b"), size=0.1)
    people = np.arange(40_000)
    first, next_ = experiment.signs(people, 0), experiment.signs(people, 1)
    np.testing.assert_array_equal(first, experiment.signs(people, 0))
    every = np.column_stack([first, next_])
    assert np.abs(every.mean(axis=0)).max() < 0.02
    assert np.abs(np.corrcoef(every.T) - np.eye(4)).max() < 0.02
    np.testing.assert_allclose(np.unique(experiment.factors(people, 0)), np.exp([-0.1, 0.1]))


def test_an_experiment_needs_people_and_the_right_shape() -> None:
    experiment = Experiment(("a",))
    with pytest.raises(TooFewData):
        experiment.effects(np.ones((5, 1)), np.ones(5))
    with pytest.raises(WrongShape):
        experiment.effects(np.ones((500, 2)), np.ones(500))


def test_several_rows_of_a_person_are_no_several_people() -> None:
    experiment, random = Experiment(("a", "b")), np.random.default_rng(4)
    signs = experiment.signs(np.arange(200), 0)
    outcome = random.normal(size=200)
    plain = experiment.effects(signs, outcome)
    numbered = experiment.effects(signs, outcome, who=random.permutation(200))
    assert [one.low for one in numbered] == pytest.approx([one.low for one in plain])
    again = experiment.effects(np.tile(signs, (9, 1)), np.tile(outcome, 9), who=np.tile(np.arange(200), 9))
    blind = experiment.effects(np.tile(signs, (9, 1)), np.tile(outcome, 9))
    for one, same, narrow in zip(plain, again, blind, strict=True):
        assert same.effect == pytest.approx(one.effect)
        assert same.high - same.low == pytest.approx(one.high - one.low, rel=0.01)
        assert narrow.high - narrow.low < 0.4 * (one.high - one.low)
    with pytest.raises(TooFewData, match="99"):
        experiment.effects(np.tile(signs[:99], (3, 1)), np.tile(outcome[:99], 3), who=np.tile(np.arange(99), 3))
