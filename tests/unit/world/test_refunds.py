"""In a market whose refunds come days later the refund head tells who is sent back, and how often."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from anxin.engine.rank.calibration import Report, report
from anxin.engine.rank.model import Model
from anxin.world.market.book import NEVER
from anxin.world.market.marginals import built_in
from anxin.world.market.market import NUMBER
from anxin.world.market.run import Ran, run
from anxin.world.market.terms import HOURS, Rates, Terms
from anxin.world.market.truth import Size, truth_of

SEED = 31
SIZE = Size(people=220, items=500, days=7, warm_days=4)
TERMS = Terms(rates=Rates(order=0.7, refund=0.3))  # more than people order and send back: enough to judge by in a week


@pytest.fixture(scope="module")
def ran(tmp_path_factory) -> Ran:
    """Return a market that the engine served and learned from."""
    with ThreadPoolExecutor(2) as threads:
        truth = truth_of(SIZE, TERMS, built_in(), SEED)
        (end,) = run(truth, ["quality"], tmp_path_factory.mktemp("market"), threads, lambda: None)
    return end


def judged(ran: Ran, folder, *, waits: bool) -> Report:
    """Hold what the refund head said before each order was learned against what became of it, in the second half."""
    learner = ran.platform.learner
    heads = tuple(one if waits else replace(one, heard_days=()) for one in learner.recipe.heads)
    model = Model.create(folder / f"waits {waits}", replace(learner.recipe, heads=heads))
    said = model.catch_up(learner.log)
    rows = np.concatenate(ran.market.book.rows)
    rows = rows[rows["hour"] >= SIZE.hours // 2]
    assert SIZE.hours == 11 * HOURS
    numbers = learner._numbers[rows["impression"]] - learner.log.base
    return report("refund", said[numbers, NUMBER["refund"]], (rows["refund_hour"] != NEVER).astype(np.int8))


def test_the_refund_head_puts_what_comes_back_above_what_stays(ran, tmp_path) -> None:
    found, before = judged(ran, tmp_path, waits=True), judged(ran, tmp_path, waits=False)
    assert found.auc > 0.5
    assert found.gain > 0, "what is said is worth more than the base rate"
    assert found.gain > before.gain, "an order is no good one before it could have come back"
    assert 0.8 < found.ratio < 1.25, "it comes true about as often as is said"
