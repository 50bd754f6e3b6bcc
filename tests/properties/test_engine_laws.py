"""What must hold of ranking, exploring and arranging for every input."""

import tempfile
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from anxin.engine.arrange import NOBODY, Candidates, House, Wishes, arrange
from anxin.engine.explore.pools import Newcomers, Plan, Pools
from anxin.engine.explore.slots import ShareMeter, fill
from anxin.engine.rank.calibration import fit_calibrator, report
from anxin.engine.rank.heads import HEADS, Recipe
from anxin.engine.rank.log import Log
from anxin.engine.rank.model import Model
from anxin.engine.value import QUALITY, margin, offers_of, value

seeds = st.integers(0, 2**32 - 1)
small = st.integers(-1, 6)


@st.composite
def pages(draw):
    count = draw(st.integers(0, 30))
    numbers = st.lists(small, min_size=count, max_size=count)
    of = Candidates(
        item=np.array(draw(st.lists(st.integers(0, 25), min_size=count, max_size=count)), np.int64),
        value=np.array(draw(st.lists(st.floats(-1e6, 1e6), min_size=count, max_size=count)), np.float64),
        creator=np.array(draw(numbers), np.int64),
        category=np.array(draw(numbers), np.int64),
        vectors=np.random.default_rng(draw(seeds)).normal(size=(count, 3)).astype(np.float32),
    )
    some = st.frozensets(st.integers(0, 25), max_size=6)
    wishes = Wishes(draw(some), draw(some), draw(some), draw(some), {}, draw(small))
    house = House(draw(st.floats(0, 1)), 0.3, 0.4, draw(st.integers(1, 3)), draw(st.integers(1, 4)))
    return of, wishes, house, draw(st.integers(0, 12)), draw(some)


@given(pages())
def test_no_page_breaks_a_hard_rule(page) -> None:
    of, wishes, house, count, invisible = page
    rows = arrange(of, wishes, house, count, lambda items: np.array([int(i) not in invisible for i in items], np.bool_))
    items, creators = of.item[rows].tolist(), of.creator[rows].tolist()
    assert len(rows) <= count
    assert len(set(items)) == len(items)
    assert not set(items) & (wishes.seen | wishes.not_items | invisible)
    assert not set(creators) & wishes.not_creators
    assert not set(of.category[rows].tolist()) & wishes.not_categories
    before = [wishes.last_creator, *creators]
    assert all(left != right or right == NOBODY for left, right in zip(before, creators, strict=False))
    assert all(creators.count(one) <= house.page_of_creator for one in creators if one != NOBODY)


@given(seeds, st.integers(1, 12), st.floats(0, 0.5), st.integers(0, 8), st.integers(0, 8))
def test_every_slot_has_a_propensity_and_no_item_comes_twice(seed, count, share, ranked, pooled) -> None:
    random = np.random.default_rng(seed)
    pool = np.arange(5, 5 + pooled)
    chances = random.dirichlet(np.ones(pooled)) if pooled else np.zeros(0)
    page = fill(np.arange(ranked), (pool, chances), ShareMeter(share), count, random)
    assert len(set(page.items.tolist())) == len(page.items)
    assert ((page.propensity > 0) & (page.propensity <= 1 + 1e-12)).all()
    assert len(page.items) <= count
    assert share == 0 or len(page.items) == min(count, len(set(range(ranked)) | set(pool.tolist())))


@given(seeds, st.integers(1, 30), st.integers(1, 5))
def test_pool_chances_sum_to_one_reach_everybody_and_nothing_is_shown_past_its_end(seed, count, creators) -> None:
    random = np.random.default_rng(seed)
    at = np.arange(count)
    pools = Pools(Plan(tiers=(5, 10), caps=(1.0, 1.0, 1.0)))
    pools.add(Newcomers(at, at % 3, at % creators, at % 2, at % 4))
    for _ in range(20):
        items, chances = pools.shares(random)
        if len(items) == 0:
            break
        assert abs(chances.sum() - 1) < 1e-9
        assert (chances > 0).all()
        assert all(pools.tier_of(int(item)) in (0, 1) for item in items)
        drawn = random.choice(items, 5, p=chances)
        pools.record(drawn, random.integers(0, 2, 5).astype(float))
        pools.drawn(drawn.tolist())
        for move in pools.review():
            assert (move.tier == -1) == (move.rate_bound < move.cohort_rate)


@given(seeds, st.integers(2, 60), st.lists(st.integers(1, 59), max_size=4))
@settings(deadline=None, max_examples=40)
def test_cutting_the_log_anywhere_changes_no_byte(seed, rows, cuts) -> None:
    random = np.random.default_rng(seed)
    recipe = Recipe(width=3, slots=64, admit_at=int(random.integers(1, 4)), negatives={"order": 0.5})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        log = Log(path / "log", recipe)
        keys = random.integers(1, 40, (rows, 3)).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        days = 86_400 * np.sort(random.integers(1, 90, rows))
        numbers = log.show(keys, days, random.integers(-1, 2, (rows, len(HEADS))).astype(np.int8))
        for head in ("order", "refund", "like"):
            some = random.choice(numbers, rows // 2)
            log.outcome(some, head, np.full(len(some), 86_400 * 91), happened=bool(random.integers(2)))
        files = []
        for name, ends in (("once", [log.end]), ("cut", [*sorted(cuts), log.end])):
            model = Model.create(path / name, recipe)
            for end in ends:
                model.catch_up(log, until=end)
            model.flush()
            files.append((path / name).read_bytes())
        assert files[0] == files[1]
        assert Log(path / "log", recipe).labels(numbers).tolist() == log.labels(numbers).tolist()


@given(seeds, st.integers(0, 10_000), st.integers(0, 5_000), st.floats(0, 1))
def test_caution_is_never_negative_and_never_past_certainty(seed, bad, more, cohort) -> None:
    added = margin(np.array([bad + more]), np.array([bad]), cohort, QUALITY)[0]
    assert 0 <= added <= 1


@given(seeds, st.integers(1, 20))
def test_value_never_rises_with_refunds_or_complaints(seed, rows) -> None:
    random = np.random.default_rng(seed)
    chances = random.random((rows, len(HEADS))).astype(np.float32)
    price = random.integers(0, 10**7, rows)
    plain = value(offers_of(chances, price), QUALITY)
    for head in (6, 7):
        worse = chances.copy()
        worse[:, head] = np.minimum(1, worse[:, head] + 0.1)
        assert (value(offers_of(worse, price), QUALITY) <= plain + 1e-6).all()


@given(seeds, st.integers(2, 300))
def test_a_correction_keeps_the_order_and_a_report_adds_up(seed, rows) -> None:
    random = np.random.default_rng(seed)
    said = random.random(rows)
    labels = random.integers(-1, 2, rows).astype(np.int8)
    mended = fit_calibrator(said, labels).correct(said)
    order = np.argsort(said)
    assert (np.diff(mended[order]) >= 0).all()
    found = report("x", said, labels)
    assert sum(one.count for one in found.bins) == found.count == (labels >= 0).sum()
    assert found.count == 0 or 0 <= found.ece <= 1
