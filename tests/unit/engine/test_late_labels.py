"""Labels that come late, are taken back, or never come: the rank model ends where it would have, had it known."""

from dataclasses import replace

import numpy as np
import pytest
from tests.support.ranking import (
    AT_ONCE,
    DAY,
    DAYS,
    FEATURES,
    ORDER,
    REFUND,
    TODAY,
    a_recipe,
    traffic,
)

from anxin.engine.rank.features import ABSENT
from anxin.engine.rank.heads import HEADS
from anxin.engine.rank.log import NO, UNKNOWN, YES, Log
from anxin.engine.rank.model import Model, order_chances


def test_late_labels_end_where_known_ones_do_and_refunds_are_asked_of_orders_only(tmp_path) -> None:
    keys, _, labels = traffic(40_000)
    recipe = a_recipe(rate=0.2)
    known, late = Log(tmp_path / "known", recipe), Log(tmp_path / "late", recipe)
    unlabelled = labels.copy()
    unlabelled[:, ORDER:] = 0
    for begin in range(0, len(keys), 50):
        known.show(keys[begin : begin + 50], np.full(50, TODAY), labels[begin : begin + 50])
        known.ripen(TODAY + 99 * DAY)
    shown_at: dict[int, np.ndarray] = {}
    lot, delay = 50, 1_000
    for begin in range(0, len(keys), lot):
        numbers = late.show(keys[begin : begin + lot], np.full(lot, TODAY), unlabelled[begin : begin + lot])
        if begin >= delay:
            was = slice(begin - delay, begin - delay + lot)
            ordered, refunded = labels[was, ORDER] == 1, labels[was, REFUND] == 1
            subjects = shown_at[begin - delay]
            late.outcome(subjects[ordered], "order", TODAY)
            late.outcome(subjects[ordered & refunded], "refund", TODAY)
            late.ripen(TODAY + 99 * DAY)
        shown_at[begin] = numbers
    models = []
    for log in (known, late):
        models.append(Model.create(log.path.with_suffix(".model"), recipe))
        models[-1].catch_up(log)
    sure, waited = (model.predict(keys) for model in models)
    assert abs(sure[:, ORDER].mean() - 0.2) < 0.02
    assert abs(sure[:, REFUND].mean() - 0.3) < 0.03
    np.testing.assert_allclose(waited[:, ORDER].mean(), sure[:, ORDER].mean(), rtol=0.08)
    np.testing.assert_allclose(waited[:, REFUND].mean(), sure[:, REFUND].mean(), rtol=0.08)
    assert np.abs(waited[:, ORDER] - sure[:, ORDER]).mean() < 0.03
    stays = order_chances(sure[:, ORDER].astype(float), sure[:, REFUND].astype(float))
    assert abs(stays.mean() - 0.2 * 0.7) < 0.02


def test_an_order_of_which_nothing_is_heard_is_a_good_one_a_tenth_at_a_time(tmp_path) -> None:
    recipe = a_recipe(heads=tuple(replace(head, heard_days=DAYS if head.heard_days else ()) for head in HEADS))
    keys, _, labels = traffic(1)
    labels[:] = 0
    log, model = Log(tmp_path / "log", recipe), Model.create(tmp_path / "model", recipe)
    number, at = log.show(keys, np.array([TODAY]), labels), np.array([TODAY])
    log.outcome(number, "order", at)
    assert log.ripen(TODAY + DAY - 1) == 0
    said = []
    for day, parts in ((1, 2), (1, 0), (4, 6), (400, 12), (401, 0)):
        assert log.ripen(TODAY + day * DAY) == parts  # of refund and complaint
        log = Log(tmp_path / "log", recipe)  # what waits is found again in the records
        model.catch_up(log)
        said.append(float(model.predict(keys)[0, REFUND]))
    assert said[0] == said[1] > said[2] > said[3] == said[4]
    assert log.labels(number)[0].tolist() == [NO] * 5 + [YES, NO, NO]


def test_what_was_learned_of_a_silence_is_taken_back_with_its_order(tmp_path) -> None:
    recipe = a_recipe()
    keys, _, labels = traffic(1)
    labels[:] = 0
    log = Log(tmp_path / "log", recipe)
    number, at = log.show(keys, np.array([TODAY]), labels), np.array([TODAY])
    log.outcome(number, "order", at)
    assert log.ripen(TODAY + 4 * DAY) == 8
    log.outcome(number, "order", at, happened=False)
    assert log.records()["sign"].tolist() == [0, 1, *[2] * 8, *[-2] * 8, -1]
    assert log.ripen(TODAY + 99 * DAY) == 0
    log.outcome(number, "order", at + 100 * DAY)
    assert log.ripen(TODAY + 101 * DAY) == 2
    assert Log(tmp_path / "log", recipe).ripen(TODAY + 300 * DAY) == 18


def test_a_seller_who_sells_fast_is_not_better_for_that_and_nobody_waits(tmp_path) -> None:
    """Item 1 sells ten times as much as item 0 and is sent back as often; refunds come evenly over ten days."""
    said = {}
    for name, heads in (("at once", AT_ONCE), ("ripening", HEADS)):
        random = np.random.default_rng(8)
        days = {"heard_days": DAYS} if name == "ripening" else {}
        asked_of = tuple(replace(head, **days) if head.given else head for head in heads)
        recipe = a_recipe(heads=asked_of, slots=1 << 14)
        log, model = Log(tmp_path / f"log {name}", recipe), Model.create(tmp_path / name, recipe)
        coming = []
        for day in range(12):
            items = np.repeat([0, 1], [20, 20 * (day + 1)])
            keys = FEATURES.keys({"person": random.integers(1_000, size=len(items)), "item": items})
            labels = np.zeros((len(items), len(HEADS)), np.int8)
            labels[:, ORDER] = 1
            numbers = log.show(keys, np.full(len(items), TODAY + day * DAY), labels)
            late = random.random(len(items)) < 0.4
            coming += list(zip((day + 10 * random.random(late.sum())).tolist(), numbers[late].tolist(), strict=True))
            heard = sorted(one for one in coming if one[0] <= day + 1)
            coming = [one for one in coming if one[0] > day + 1]
            log.outcome(np.array([one[1] for one in heard], np.int64), "refund", np.array(TODAY + (day + 1) * DAY))
            log.ripen(TODAY + (day + 1) * DAY)
            model.catch_up(log)
        asked = FEATURES.keys({"person": np.full(2, ABSENT), "item": np.arange(2)})
        said[name] = model.predict(asked)[:, REFUND]
    slow, fast = said["ripening"]
    assert slow == pytest.approx(0.4, abs=0.1)
    assert abs(fast - slow) < 0.02
    assert said["at once"][1] < said["at once"][0] - 0.015, "most of what it sold is too young to have come back"
    assert said["at once"][1] < fast - 0.03


def test_an_order_withdrawn_takes_its_label_back(tmp_path) -> None:
    recipe = a_recipe()
    keys, _, labels = traffic(1)
    log = Log(tmp_path / "log", recipe)
    labels[:] = 0
    number, at = log.show(keys, np.array([TODAY]), labels), np.array([TODAY])
    model = Model.create(tmp_path / "model", recipe)
    model.catch_up(log)
    before = model.predict(keys)[0, ORDER]
    assert log.outcome(number, "order", at).all()
    model.catch_up(log)
    assert model.predict(keys)[0, ORDER] > before
    assert log.outcome(number, "order", at, happened=False).all()
    assert log.labels(number)[0, REFUND] == UNKNOWN
    model.catch_up(log)
    assert abs(model.predict(keys)[0, ORDER] - 0.5) < 0.2
