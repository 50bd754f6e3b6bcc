"""The last word on a chance: slopes are found, rare heads borrow, late outcomes count, a ring forgets."""

import numpy as np
import pytest

from anxin.engine.errors import WrongShape
from anxin.engine.rank.dense import Dense

SLOPES = np.array([1.0, -0.7, 0.0])


def some(count: int, seed: int = 1):
    random = np.random.default_rng(seed)
    rows = random.normal(size=(count, 3))
    margins = (rows @ SLOPES)[:, None] + np.array([-1.0, -4.0])
    return rows, random.random((count, 2)) < 1 / (1 + np.exp(-margins))


def test_slopes_and_intercepts_are_found() -> None:
    dense = Dense(np.zeros(3), 2)
    dense.add(*some(20_000))
    for _ in range(3):
        dense.fit()
    assert dense.slopes == pytest.approx(SLOPES, abs=0.1)
    assert dense.intercepts == pytest.approx([-1.0, -4.0], abs=0.2)


def test_a_rare_head_borrows_the_slopes_of_a_common_one() -> None:
    rows, labels = some(2_000)
    together, alone = Dense(np.zeros(3), 2), Dense(np.zeros(3), 1)
    together.add(rows, labels)
    alone.add(rows, labels[:, 1:])
    for dense in (together, alone):
        for _ in range(3):
            dense.fit()
    assert np.abs(together.slopes - SLOPES).max() < np.abs(alone.slopes - SLOPES).max()


def test_without_rows_the_start_is_kept_and_few_move_it_little() -> None:
    dense = Dense(np.array([1.0, 0.0, 0.0]), 2, pull=10.0)
    dense.fit()
    assert dense.slopes.tolist() == [1.0, 0.0, 0.0]
    dense.add(*some(20))
    dense.fit()
    assert np.abs(dense.slopes - [1.0, 0.0, 0.0]).max() < 0.5


def test_what_comes_true_later_counts_unless_its_row_made_room() -> None:
    rows, labels = some(100)
    dense, known = Dense(np.zeros(3), 2), Dense(np.zeros(3), 2)
    numbers = dense.add(rows, np.zeros_like(labels))
    for head in range(2):
        dense.outcome(numbers[labels[:, head]], head)
    known.add(rows, labels)
    for one in (dense, known):
        one.fit()
    assert (dense.slopes == known.slopes).all()
    small = Dense(np.zeros(3), 2, room=60)
    first = small.add(rows[:60], labels[:60])
    small.add(rows[60:], labels[60:])
    before = small._labels.copy()
    small.outcome(first[:40], 0)
    assert (small._labels == before).all()


def test_rows_of_another_shape_are_refused() -> None:
    with pytest.raises(WrongShape):
        Dense(np.zeros(3), 2).add(np.zeros((4, 2)), np.zeros((4, 2), np.bool_))
