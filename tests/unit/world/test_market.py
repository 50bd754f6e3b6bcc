"""The simulated market: nobody sees the truth, money adds up, time runs forward, the same seed gives the same market."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from anxin.engine.errors import MalformedTable
from anxin.world.market.answers import chances, minds_of, solved
from anxin.world.market.book import COMPLAINT, NEVER, REFUND
from anxin.world.market.compare import Plan, compare
from anxin.world.market.figures import figures, paired, summary
from anxin.world.market.marginals import FOLDER, PEOPLE_FILE, VIDEOS_FILE, built_in, marginals_in
from anxin.world.market.market import NUMBER, Market
from anxin.world.market.platform import POLICIES, WARM, Platform
from anxin.world.market.run import run
from anxin.world.market.terms import HOURS, Terms
from anxin.world.market.truth import Hidden, Size, Truth, truth_of

SIZE = Size(people=120, items=300, days=2, warm_days=1)


def truth(seed: int = 1, size: Size = SIZE) -> Truth:
    return truth_of(size, Terms(), built_in(), seed)


@pytest.fixture(scope="module")
def ends(tmp_path_factory):
    """Return the end of every policy in one market."""
    with ThreadPoolExecutor(2) as threads:
        return {
            ran.policy: ran
            for ran in run(truth(), list(POLICIES), tmp_path_factory.mktemp("runs"), threads, lambda: None)
        }


def test_no_platform_can_reach_the_truth(ends) -> None:
    met, left = set[int](), [ends["quality"].platform]
    while left:
        thing = left.pop()
        if id(thing) in met:
            continue
        met.add(id(thing))
        assert not isinstance(thing, (Hidden, Truth, Market)), "a platform holds what is hidden"
        if isinstance(thing, dict):
            left.extend(thing.values())
        elif isinstance(thing, (list, tuple, set)):
            left.extend(thing)
        elif isinstance(thing, np.ndarray):
            left.extend([] if thing.base is None else [thing.base])
        elif type(thing).__module__.startswith("anxin."):
            left.extend(vars(thing).values())
    assert id(ends["quality"].platform.sight.listing.vectors) in met, "the walk gets there"
    hidden = ends["quality"].market.truth.hidden
    assert all(id(getattr(hidden, name)) not in met for name in hidden.__dataclass_fields__)


def test_what_is_served_does_not_change_with_the_truth(tmp_path) -> None:
    here = truth()
    market, platform = Market(here), Platform(here.listing, POLICIES["quality"], tmp_path / "one", 1)
    other = Platform(here.listing, POLICIES["quality"], tmp_path / "two", 1)
    people = np.arange(50)
    knows = platform.begin_hour(0, market.open_items(0), [])
    before = platform.serve(people, knows).items
    random = np.random.default_rng(0)
    for name in ("quality", "appeal", "dishonest", "item_style", "affinity"):
        random.shuffle(getattr(here.hidden, name))
    again = other.serve(people, other.begin_hour(0, market.open_items(0), [])).items
    assert (before == again).all()
    shown = market.respond(people, before, 0)
    platform.saw(shown, knows)
    assert not (platform.serve(people, platform.begin_hour(1, market.open_items(1), [])).items == before).all()


def test_nothing_is_heard_of_an_order_before_it_is_placed(ends) -> None:
    for ran in ends.values():
        rows = np.concatenate(ran.market.book.rows)
        assert len(rows) > 0
        for column in ("refund_hour", "complaint_hour"):
            known = rows[column] != NEVER
            assert (rows[column][known] >= rows["hour"][known] + HOURS).all(), "delivery alone takes a day"
        assert not (rows["upheld"] & (rows["complaint_hour"] == NEVER)).any()


def test_money_adds_up(ends) -> None:
    terms = Terms()
    for ran in ends.values():
        rows = np.concatenate(ran.market.book.rows)
        assert rows["price_minor"].dtype == np.int64
        totals = ran.market.book.totals(0, terms)
        stays = rows["price_minor"][rows["refund_hour"] == NEVER].sum()
        assert totals.gmv_minor - totals.refunded_minor == stays
        costs = totals.complaints * terms.complaint_minor + totals.upheld * terms.violation_minor
        assert totals.quality_gmv_minor == stays - costs
        hidden = ran.market.truth.hidden
        income = np.rint(hidden.income_minor * terms.income_saved_days) + hidden.income_minor * (
            SIZE.hours // HOURS - 1
        )
        spent = np.bincount(rows["person"], rows["price_minor"], SIZE.people)
        assert (ran.market.minds.purse_minor == income - spent).all()
        assert (ran.market.minds.purse_minor >= 0).all()


def test_the_same_seed_gives_the_same_figures_and_another_does_not(ends, tmp_path) -> None:
    def once(seed: int, folder: Path, workers: int):
        with ThreadPoolExecutor(workers) as threads:
            (ran,) = run(truth(seed), ["quality"], folder, threads, lambda: None)
        return {name: value for name, value in figures(ran).items() if not name.startswith("requests_per_")}

    first = {name: value for name, value in figures(ends["quality"]).items() if not name.startswith("requests_per_")}
    assert once(1, tmp_path / "a", 1) == first, "whatever ran beside it, and however many threads"
    assert once(2, tmp_path / "b", 1) != first


def test_even_exposure_is_answered_at_the_given_rates() -> None:
    here = truth(size=Size(people=400, items=800))
    minds = minds_of(here)
    shifts = solved(here, minds)
    random = np.random.default_rng(9)
    cards = (random.integers(400, size=60_000), random.integers(800, size=60_000), random.integers(10, size=60_000))
    found = chances(here, minds, shifts, cards)
    rates = here.terms.rates
    assert found.click.mean() == pytest.approx(rates.click, rel=0.05)
    assert np.average(found.order, weights=found.click) == pytest.approx(rates.order, rel=0.1)
    assert np.average(found.refund, weights=found.click * found.order) == pytest.approx(rates.refund, rel=0.1)
    bad = here.hidden.dishonest[cards[1]]
    assert found.refund[bad].mean() > 2 * found.refund[~bad].mean()
    assert found.complaint[bad].mean() > 3 * found.complaint[~bad].mean()
    assert found.click[bad].mean() > found.click[~bad].mean(), "a lure is clicked more"


def test_no_card_is_of_a_closed_item_nor_shown_twice(ends) -> None:
    here = truth()
    market = Market(here)
    market.closed[::3] = True
    platform = ends["quality"].platform
    hour = SIZE.hours - 1
    knows = platform.begin_hour(hour, market.open_items(hour), [])
    people = np.arange(SIZE.people)
    found = platform.serve(people, knows)
    shown = found.items[found.items >= 0]
    assert not market.closed[shown].any()
    for person, page in zip(people, found.items, strict=True):
        assert not set(page[page >= 0].tolist()) & set(platform.sight.seen[person].tolist())
    assert ((found.propensity > 0) & (found.propensity <= 1))[found.items >= 0].all()


def test_refunds_and_complaints_reach_the_learner_as_labels(ends) -> None:
    ran = ends["gmv"]
    learner, platform = ran.platform.learner, ran.platform
    labels = learner.log.labels(learner._numbers)
    rows = np.concatenate(ran.market.book.rows)
    heard = rows[rows["refund_hour"] < SIZE.hours]
    heard = heard[heard["refund_hour"] != NEVER]
    assert (labels[rows["impression"], NUMBER["order"]] == 1).all()
    assert (labels[:, NUMBER["refund"]] == 1).sum() == len(heard) == platform.sight.bad[REFUND].sum()
    assert platform.sight.bad[COMPLAINT].sum() == (labels[:, NUMBER["complaint"]] == 1).sum()


def test_a_creator_whom_nobody_sees_leaves_and_takes_the_items_along() -> None:
    here = truth()
    market = Market(here)
    seen = here.listing.creator < here.listing.creators // 2
    for day in range(1, 30):
        market.of_days[0] = np.bincount(here.listing.creator, 100 * seen, here.listing.creators)
        market._day(day)
    creators_seen = np.unique(here.listing.creator[seen])
    assert market.left[creators_seen].mean() < 0.2
    unseen = np.setdiff1d(np.flatnonzero(here.hidden.creator_arrives == 0), creators_seen)
    assert market.left[unseen].mean() > 0.8
    assert not market.open_items(10_000)[market.left[here.listing.creator]].any()


def test_interests_drift() -> None:
    market = Market(truth())
    before = market.minds.affinity.copy()
    for day in range(1, 11):
        market._day(day)
    moved = np.corrcoef(before.ravel(), market.minds.affinity.ravel())[0, 1]
    assert 0.5 < moved < 0.95


def test_an_engine_knows_more_of_interests_than_what_is_popular(ends) -> None:
    found = {name: figures(ran)["interest_recovery"] for name, ran in ends.items()}
    assert abs(found["random"]) < 0.05
    assert found["quality"] > found["popular"] > 0.02


def test_policies_differ_where_they_should_and_share_their_luck(ends) -> None:
    assert len({ran.requests for ran in ends.values()}) == 1, "the same people come whoever ranks"
    for name, ran in ends.items():
        share = ran.platform.meter.explored / ran.platform.meter.slots
        assert (0 < share < 0.11) if name in {"gmv", "quality"} else share == 0
    assert WARM.name not in ends


def test_a_summary_has_intervals_and_ratios_are_of_sums() -> None:
    values = [2.0, 4.0, 6.0]
    runs = [
        {
            "quality_gmv": v,
            "gmv": v,
            "refund_rate": 0.1,
            "complaint_rate": None,
            "expected_quality_gmv": v,
            "expected_gmv": v,
            "expected_refund_rate": 0.1,
            "expected_complaint_rate": None,
        }
        for v in values
    ]
    double = [{name: None if value is None else 2 * value for name, value in row.items()} for row in runs]
    found = summary(runs)
    assert found["gmv"] == 4.0
    assert found["gmv_interval"][0] < 4.0 < found["gmv_interval"][1]
    assert found["complaint_rate"] is None
    (row,) = paired({"popular": runs, "quality": double})
    assert row["gmv"] == 2.0
    assert row["gmv_interval"] == [2.0, 2.0]
    assert row["complaint_rate"] is None
    assert summary(runs[:1])["gmv_interval"] is None


def test_compare_prints_every_figure_it_promises() -> None:
    ticks = []
    plan = Plan(["random", "quality"], Size(people=60, items=200, days=1, warm_days=0), seeds=2)
    found = compare(plan, lambda: ticks.append(1))
    assert len(ticks) == plan.ticks == 4
    assert [row["policy"] for row in found["policies"]] == ["random", "quality"]
    promised = {
        "quality_gmv",
        "gmv",
        "refund_rate",
        "complaint_rate",
        "expected_refund_rate",
        "expected_complaint_rate",
        "hours_to_100_impressions",
        "exposure_gini",
        "creator_survival",
        "interest_recovery",
    }
    for row in found["policies"]:
        assert promised | {f"{name}_interval" for name in promised} | {"n", "requests_per_s"} <= row.keys()
    assert found["parameters"]["marginals"] == "built-in"


def test_marginals_come_from_profiles_where_there_are_some(tmp_path) -> None:
    import gzip

    folder = tmp_path / FOLDER
    folder.mkdir(parents=True)
    with gzip.open(folder / PEOPLE_FILE, "wt") as file:
        file.write("user_active_degree,follow_user_num,fans_user_num\n" + "full_active,7,70\n" * 200)
    with gzip.open(folder / VIDEOS_FILE, "wt") as file:
        file.write("video_duration,tag\n" + '9000,"3,4"\n' * 150 + "12000,5\n" * 50)
    found = marginals_in(tmp_path)
    assert found.source == FOLDER.name
    assert set(found.follows) == {7.0}
    assert set(found.seconds) == {9.0, 12.0}
    assert found.category_shares.sum() == pytest.approx(1)
    assert found.category_shares[0] == found.category_shares.max()
    assert marginals_in(tmp_path / "elsewhere").source == "built-in"
    with gzip.open(folder / VIDEOS_FILE, "wt") as file:
        file.write("video_duration,label\n1,2\n")
    with pytest.raises(MalformedTable):
        marginals_in(tmp_path)
