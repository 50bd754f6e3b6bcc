"""A log of traffic for the rank model: keys, labels that come at once and late."""

from dataclasses import replace

import numpy as np

from anxin.engine.rank.features import Features
from anxin.engine.rank.heads import HEADS, Recipe
from anxin.engine.rank.log import Log

DAY = 86_400
TODAY = 20_000 * DAY
FEATURES = Features(("person", "item"), (("person", "item"),))
ORDER, REFUND, COMPLAINT = 5, 6, 7
DAYS = tuple(float(day) for day in range(1, 11))


def a_recipe(**changes) -> Recipe:
    return Recipe(**{"width": FEATURES.width, "slots": 1 << 10, "admit_at": 1, **changes})


AT_ONCE = tuple(replace(head, heard_days=()) for head in HEADS)


def traffic(rows: int, seed: int = 3, people: int = 30, items: int = 20):
    """Return keys, chances and labels of people who each like some items: clicks for all, orders rarer, refunds of orders."""
    random = np.random.default_rng(seed)
    person, item = random.integers(people, size=rows), random.integers(items, size=rows)
    click = 0.05 + 0.5 * ((person * 7 + item * 3) % 10 == 0)
    labels = np.zeros((rows, len(HEADS)), np.int8)
    labels[:, 0] = random.random(rows) < click
    labels[:, ORDER] = random.random(rows) < 0.1 + 0.2 * (item % 2)
    labels[:, REFUND] = random.random(rows) < 0.3
    return FEATURES.keys({"person": person, "item": item}), click, labels


def a_log(path, recipe: Recipe, rows: int = 3_000) -> Log:
    """Return a log of impressions in hourly lots, each followed by orders and refunds of earlier ones."""
    log = Log(path, recipe)
    keys, _, truth = traffic(rows)
    for begin in range(0, rows, 500):
        lot = slice(begin, begin + 500)
        at = TODAY + begin
        first = truth[lot].copy()
        first[:, ORDER:] = 0
        numbers = log.show(keys[lot], at, first)
        log.outcome(numbers[truth[lot, ORDER] == 1], "order", at + 60)
        log.outcome(numbers[(truth[lot, ORDER] == 1) & (truth[lot, REFUND] == 1)], "refund", at + 9 * DAY)
        log.ripen(at + 4 * DAY)
    log.ripen(TODAY + 60 * DAY)
    return log
