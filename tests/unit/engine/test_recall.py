"""One contract for every recall source, on a ring where the next item is known."""

from itertools import product
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse
from tests.unit.engine.tables import RING, ring

from anxin.engine.evaluate.common import (
    NEIGHBOURS,
    OWN,
    POPULARITY,
    RECENT,
    REGRESSION,
    SESSION_NEIGHBOURS,
    SPECTRAL,
    TRANSITIONS,
)
from anxin.engine.fusion import choose
from anxin.engine.metrics import hits, positions
from anxin.engine.pool import judged_of
from anxin.engine.recall.ann import build_lists
from anxin.engine.recall.lists import lists_of
from anxin.engine.sequences import Prefixes, sequences_of

PERSONAL = (TRANSITIONS, REGRESSION, NEIGHBOURS, SESSION_NEIGHBOURS, SPECTRAL)
EVERY = (*PERSONAL, POPULARITY, RECENT, OWN)
NEXT = np.array([(at + 2) % RING for at in range(RING)], np.int32)


def histories():
    return sequences_of([[at, (at + 1) % RING] for at in range(RING)], RING)


def ask(source, learned, asked):
    """Return scores by the defaults."""
    fitted, how = source.defaults()
    return source.fit(learned, fitted)(asked, how)


def settings(axes):
    """Return every combination of the values of the axes."""
    return [dict(zip(dict(axes), values, strict=True)) for values in product(*(values for _, values in axes))]


@pytest.mark.parametrize("source", PERSONAL, ids=lambda source: source.name)
def test_every_setting_of_a_source_puts_the_known_next_item_first(source) -> None:
    for fitted in settings(source.fitted):
        score = source.fit(ring(), fitted)
        for asked in settings(source.asked):
            places = positions(score(histories(), asked), histories(), NEXT)
            assert places.mean() < 1.5, (fitted, asked)


@pytest.mark.parametrize("source", EVERY, ids=lambda source: source.name)
def test_scores_have_a_shape_are_finite_and_the_same_again(source) -> None:
    first, second = (ask(source, ring(), histories()) for _ in range(2))
    assert first.shape == (RING, RING)
    assert np.isfinite(first).all()
    np.testing.assert_allclose(first, second, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("source", EVERY, ids=lambda source: source.name)
def test_an_empty_history_and_an_item_nobody_had_break_nothing(source) -> None:
    learned = sequences_of([[0, 1, 2], [1, 2, 3]], 6)
    scores = ask(source, learned, sequences_of([[], [5]], 6))
    assert np.isfinite(scores).all()
    assert source in (POPULARITY, RECENT) or np.abs(scores[0]).max() == 0


@pytest.mark.parametrize("source", EVERY, ids=lambda source: source.name)
def test_nothing_to_learn_from_gives_no_score(source) -> None:
    scores = ask(source, sequences_of([[2], []], 4), sequences_of([[0]], 4))
    assert np.isfinite(scores).all()


def test_session_neighbours_vote_for_repeats_and_person_neighbours_do_not() -> None:
    learned, asked = sequences_of([[0, 1, 0, 2], [0, 1, 0]], 3), sequences_of([[0, 1]], 3)
    person = ask(NEIGHBOURS, learned, asked)[0]
    session = ask(SESSION_NEIGHBOURS, learned, asked)[0]
    assert person[0] == 0 < session[0]
    assert person[2] > 0


def test_lists_keep_the_greatest_positive_entries_in_order() -> None:
    lists = lists_of(sparse.csr_matrix(np.array([[0, 3, -1, 5], [0, 0, 0, 0], [1, 2, 3, 4], [0, 0, 0, 0.5]])), 2)
    assert lists.offsets.tolist() == [0, 2, 2, 4, 5]
    assert lists.items.tolist() == [3, 1, 3, 2, 3]


def test_fusion_drops_a_source_that_misleads() -> None:
    score = TRANSITIONS.fit(ring(), TRANSITIONS.defaults()[0])
    sources = {
        "wrong": lambda rows: np.roll(score(rows, {"decay": 1}), 7, axis=1),
        "right": lambda rows: score(rows, {"decay": 1}),
    }
    held_out = judged_of(sources, Prefixes(histories(), NEXT), exclude_history=True)
    fusion = choose(list(sources), held_out, lambda places: float(hits(places, 1).mean()))
    assert fusion.weights == {"wrong": 0.0, "right": 1.0}


def test_the_example_of_the_readme_runs_and_says_the_truth(capsys) -> None:
    text = (Path(__file__).parents[3] / "src/anxin/engine/README.md").read_text()
    exec(text.split("```python\n")[1].split("```")[0], {})  # noqa: S102
    assert capsys.readouterr().out.startswith("[3 ")


def test_a_scan_of_far_more_than_it_keeps_finds_the_best_of_all() -> None:
    random = np.random.default_rng(11)
    vectors = random.standard_normal((3_000, 16)).astype(np.float32)
    lists = build_lists(vectors, lists=8)
    for question in random.standard_normal((20, 16)).astype(np.float32):
        everything, scores = lists.search(question, len(vectors), 8)
        found, best = lists.search(question, 5, 8)
        assert len(everything) == len(vectors)
        np.testing.assert_allclose(best, scores[:5])
        assert set(found.tolist()) <= set(everything[scores >= scores[4]].tolist())
