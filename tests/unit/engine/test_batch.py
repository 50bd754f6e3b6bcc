"""Many pages at once are the pages one by one: the same order, true propensities, no rule broken; parts add up to the whole."""

import numpy as np
import pytest

from anxin.engine.arrange import Candidates, House, Wishes, arrange
from anxin.engine.batch import Asked, Exploring, Shelf, nothing_to_try, pages
from anxin.engine.errors import WrongShape
from anxin.engine.rank.features import Features
from anxin.engine.rank.heads import HEADS, Recipe
from anxin.engine.rank.model import Model
from anxin.engine.rank.parts import Parts, chances_of
from anxin.engine.recall.live import Knobs, learn, live_of
from anxin.engine.recall.together import Mix, candidates
from anxin.engine.shelf import SOURCES, Rules

ITEMS = 60


def shelf(seed: int = 0) -> Shelf:
    random = np.random.default_rng(seed)
    vectors = random.standard_normal((ITEMS, 4)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return Shelf(random.integers(-1, 12, ITEMS), random.integers(5, size=ITEMS), vectors)


def asked(rows: int, seed: int = 0) -> Asked:
    random = np.random.default_rng(seed)
    items = np.stack([random.permutation(ITEMS)[:40] for _ in range(rows)]).astype(np.int32)
    items[:, 35:] = -1
    return Asked(items, random.random(items.shape), np.full(rows, 3, np.int64))


@pytest.mark.parametrize("variety", [0.0, 0.3, 0.8])
def test_without_exploring_a_batch_orders_as_one_page_does(variety: float) -> None:
    things, batch, house = shelf(), asked(30), House(variety=variety)
    found = pages(things, batch, house, nothing_to_try(30), np.zeros((30, 10, 2)))
    for row in range(30):
        items = batch.items[row, :35].astype(np.int64)
        table = Candidates(
            items, batch.value[row, :35], things.creator[items], things.category[items], things.vectors[items]
        )
        alone = items[arrange(table, Wishes(last_creator=3), house, 10, lambda shown: np.ones(len(shown), bool))]
        assert found.items[row][found.items[row] >= 0].tolist() == alone.tolist()
    assert (found.propensity[found.items >= 0] == 1).all()


def test_a_slots_chance_is_how_often_it_shows_what_it_shows() -> None:
    things, rows = shelf(), 20_000
    one = asked(1)
    batch = Asked(np.repeat(one.items, rows, 0), np.repeat(one.value, rows, 0), np.repeat(one.last_creator, rows))
    pool = np.array([2, 7, 11, int(one.items[0, 0])])
    weights = np.repeat(np.array([[1.0, 2.0, 0.0, 3.0]]), rows, 0)
    draws = np.random.default_rng(1).random((rows, 1, 2))
    found = pages(things, batch, House(), Exploring(pool, weights, 0.4), draws)
    for item in np.unique(found.items):
        rows_of = found.items[:, 0] == item
        assert rows_of.mean() == pytest.approx(found.propensity[rows_of, 0][0], abs=0.012)
    assert 11 not in found.items, "a weight of 0 is never shown"


def test_no_page_breaks_a_rule_and_equal_draws_give_equal_pages() -> None:
    things, rows, house = shelf(), 200, House()
    pool = np.arange(40, 60)
    trying = Exploring(pool, np.ones((rows, 20)), 0.3)
    draws = np.random.default_rng(2).random((rows, 10, 2))
    found = pages(things, asked(rows), house, trying, draws)
    again = pages(things, asked(rows), house, trying, draws)
    assert (found.items == again.items).all()
    assert 0.15 < found.explored.mean() < 0.45
    for page in found.items:
        shown = page[page >= 0]
        assert len(set(shown.tolist())) == len(shown)
        creators = things.creator[shown]
        assert not ((creators[1:] == creators[:-1]) & (creators[1:] >= 0)).any()
        assert np.bincount(creators[creators >= 0]).max() <= house.page_of_creator
        assert np.bincount(things.category[shown]).max() <= house.page_of_category


def test_weights_of_another_shape_are_refused() -> None:
    with pytest.raises(WrongShape):
        pages(shelf(), asked(3), House(), Exploring(np.arange(2), np.ones((2, 2)), 0.1), np.zeros((3, 10, 2)))


def test_parts_of_a_row_add_up_to_the_whole_row(tmp_path) -> None:
    parts = Parts(Features(("person",)), Features(("item", "shop")), Features(("both",)))
    recipe = Recipe(width=parts.width, slots=1 << 12, admit_at=1)
    model = Model.create(tmp_path / "model", recipe)
    random = np.random.default_rng(0)
    person, item = random.integers(9, size=500), random.integers(20, size=500)

    def keys(people, items):
        return np.concatenate(
            [
                parts.of_people({"person": people}),
                parts.of_items({"item": items, "shop": items // 4}),
                parts.of_pairs((people * 100 + items)[:, None]),
            ],
            axis=1,
        )

    model.learn(keys(person, item), np.full(500, 86_400 * 9), (random.random((500, len(HEADS))) < 0.3).astype(np.int8))
    asked_items = random.integers(20, size=(9, 6)).astype(np.int32)
    everyone, every = np.arange(9), np.arange(20)
    flat = np.repeat(everyone, 6)
    found = chances_of(
        model,
        parts.of_people({"person": everyone}),
        model.margins(parts.of_items({"item": every, "shop": every // 4})),
        asked_items,
        parts.of_pairs((flat * 100 + asked_items.ravel())[:, None]),
    )
    whole = model.predict(keys(flat, asked_items.ravel().astype(np.int64)))
    assert np.allclose(found.reshape(-1, len(HEADS)), whole, atol=1e-6)
    assert whole.std() > 0.01


def test_lists_count_in_a_batch_as_they_do_on_one_page() -> None:
    mix, rules = Mix()._asdict(), Rules()
    for at, name in enumerate(SOURCES):
        assert mix.get(name, rules.weights[at]) == rules.weights[at], name


def test_candidates_follow_behaviour_and_never_hold_what_is_barred() -> None:
    live = live_of(ITEMS, 10)
    people = np.repeat(np.arange(8), 4).astype(np.int32)
    learn(live, Knobs(), people, np.tile(np.array([1, 2, 3, 4], np.int32), 8), np.arange(32) + 10**9)
    learn(live, Knobs(), np.array([9], np.int32), np.array([1], np.int32), np.array([10**9 + 50]))
    extra = np.zeros((2, ITEMS), np.float32)
    extra[:, 3] = -np.inf
    items, heard = candidates(live, np.array([9, 8], np.int32), extra, Mix(), 5)
    assert {2, 4} <= set(items[0].tolist())
    assert 3 not in items
    assert heard[0][items[0] == 2][0] > 0
    assert (heard[1] == 0).all(), "of somebody without a history behaviour says nothing"
    assert (items[1] >= 0).all()
    few, _ = candidates(
        live, np.array([9], np.int32), np.where(np.arange(ITEMS) < 3, 0, -np.inf)[None].astype(np.float32), Mix(), 5
    )
    assert few[0].tolist() == [0, 1, 2, -1, -1]
