"""Tastes are found again where it is known what they are; priors are learned; what is not known is not guessed."""

import numpy as np
import pytest

from anxin.engine.taste import Tastes

PEOPLE, ITEMS, KINDS, WIDE = 150, 200, 6, 5
RATES = np.array([0.05, 0.3])


def a_world(seed: int = 1):
    """People who like two of six kinds and a direction; items that are more or less good; what they say to even exposure."""
    random = np.random.default_rng(seed)
    kind, owner = random.integers(KINDS, size=ITEMS), random.integers(40, size=ITEMS)
    vectors = random.normal(size=(ITEMS, WIDE)).astype(np.float32)
    affinity = np.zeros((PEOPLE, KINDS))
    for person in range(PEOPLE):
        affinity[person, random.choice(KINDS, 2, replace=False)] = 1.5
    style, good = random.normal(0, 0.4, (PEOPLE, WIDE)), random.normal(0, 0.7, ITEMS)
    wish = affinity[:, kind] + style @ vectors.T
    return (vectors, kind, kind, owner), wish, good, random


def told(tastes: Tastes, wish, good, random, rounds: int) -> None:
    for _ in range(rounds):
        people, items = np.repeat(np.arange(PEOPLE), 10), random.integers(ITEMS, size=PEOPLE * 10)
        chance = 1 / (1 + np.exp(-(np.log(RATES / (1 - RATES)) + (wish[people, items] + good[items])[:, None])))
        labels = (random.random(chance.shape) < chance).astype(np.int8)
        tastes.learn(people, items, np.tile(np.arange(10), PEOPLE), labels)


def agreement(left, right) -> float:
    return float(np.mean([np.corrcoef(one, other)[0, 1] for one, other in zip(left, right, strict=True)]))


def test_tastes_and_good_items_are_found_again() -> None:
    items, wish, good, random = a_world()
    tastes = Tastes(items, np.zeros(PEOPLE, np.int64), RATES)
    told(tastes, wish, good, random, 10)
    early = agreement(tastes.likes(np.arange(PEOPLE)), wish)
    told(tastes, wish, good, random, 30)
    late = agreement(tastes.likes(np.arange(PEOPLE)), wish)
    assert 0.4 < early < late
    assert late > 0.7
    assert np.corrcoef(tastes.of_items()[:, 1], good)[0, 1] > 0.8


def test_of_whom_nothing_is_known_the_cohort_is_believed() -> None:
    items, wish, good, random = a_world()
    cohort = np.arange(PEOPLE) % 2
    wish = wish + 2.0 * (items[1] == 0)[None, :] * (cohort == 0)[:, None]
    tastes = Tastes(items, np.concatenate([cohort, [0, 1]]), RATES)
    told(tastes, wish, good, random, 10)
    assert not tastes.likes(np.array([PEOPLE])).any(), "before priors are learned nobody is guessed at"
    tastes.next_day()
    first, second = tastes.likes(np.array([PEOPLE, PEOPLE + 1]))[:, items[1] == 0]
    assert (first > second + 0.5).all()


def test_how_much_people_differ_is_learned() -> None:
    items, wish, good, random = a_world()
    alike, different = (Tastes(items, np.zeros(PEOPLE, np.int64), RATES) for _ in range(2))
    told(alike, 0 * wish, good, random, 20)
    told(different, wish, good, random, 20)
    for tastes in (alike, different):
        tastes.next_day()
    assert alike.variance[1] < different.variance[1] / 2


def test_a_fork_goes_its_own_way_and_the_same_answers_teach_the_same() -> None:
    items, wish, good, random = a_world()
    tastes = Tastes(items, np.zeros(PEOPLE, np.int64), RATES)
    told(tastes, wish, good, random, 2)
    other, third = tastes.fork(), tastes.fork()
    before = tastes.likes(np.arange(PEOPLE))
    for one in (other, third):
        told(one, wish, good, np.random.default_rng(5), 1)
        one.next_day()
    assert (tastes.likes(np.arange(PEOPLE)) == before).all()
    assert (other.likes(np.arange(PEOPLE)) == third.likes(np.arange(PEOPLE))).all()
    assert not (other.likes(np.arange(PEOPLE)) == before).all()


@pytest.mark.parametrize("rows", [0, 1])
def test_few_answers_are_no_answers_or_little(rows: int) -> None:
    items, *_ = a_world()
    tastes = Tastes(items, np.zeros(PEOPLE, np.int64), RATES)
    nothing = np.zeros(rows, np.int64)
    tastes.learn(nothing, nothing, nothing, np.ones((rows, 2), np.int8))
    assert np.abs(tastes.likes(np.arange(1))).max() < 1.5
    assert (tastes.likes(np.arange(1)).any()) == bool(rows)
