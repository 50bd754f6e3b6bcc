"""The rank model: replays exactly, survives a crash, stays honest under thinned negatives and late labels, forgets what is old."""

import math

import numpy as np
import pytest
from tests.support.ranking import (
    DAY,
    FEATURES,
    REFUND,
    TODAY,
    a_log,
    a_recipe,
    traffic,
)

from anxin.engine.errors import (
    LogUnreadable,
    ModelBehindLog,
    ModelDamaged,
    ModelForeign,
    ModelMissing,
    ModelReadOnly,
    NoGoodSnapshot,
    WrongShape,
)
from anxin.engine.rank import kernels
from anxin.engine.rank.features import ABSENT, Features, buckets
from anxin.engine.rank.heads import HEADS, Head, Recipe
from anxin.engine.rank.log import NO, UNKNOWN, YES, Log
from anxin.engine.rank.model import Model, chances, file_bytes
from anxin.engine.rank.snapshots import newest_good, open_or_recover, restore, save, versions


def test_a_replay_gives_the_same_bytes_however_it_is_cut(tmp_path) -> None:
    recipe = a_recipe(admit_at=3, negatives={"click": 0.5})
    log = a_log(tmp_path / "log", recipe)
    once, parts = Model.create(tmp_path / "once", recipe), Model.create(tmp_path / "parts", recipe)
    once.catch_up(log)
    for until in (1, 17, 700, 2_345, log.end):
        parts.catch_up(Log(tmp_path / "log", recipe), until=until)
    once.flush()
    parts.flush()
    assert once.position == log.end
    assert (tmp_path / "once").read_bytes() == (tmp_path / "parts").read_bytes()


def test_the_compiled_learner_takes_the_steps_of_a_plain_one(tmp_path) -> None:
    recipe = a_recipe(ridge=0.01, negatives={"click": 0.3, "refund": 0.5})
    log = a_log(tmp_path / "log", recipe, rows=400)
    model = Model.create(tmp_path / "model", recipe)
    model.catch_up(log)
    weights, usual = plain_learner(log.records(), recipe)
    for row in log.records()["keys"][:50]:
        sums = np.sum([weights[key][0] for key in row.tolist()], axis=0, dtype=np.float64)
        expected = chances((sums + usual)[None])
        np.testing.assert_allclose(model.predict(row[None]), expected, rtol=1e-3, atol=1e-4)


def test_more_heads_than_one_instruction_steps_are_learned_alike(tmp_path) -> None:
    few = (*HEADS[:5], Head("order"))
    many = (*few, *(Head(f"more {at}") for at in range(7)))
    keys, _, labels = traffic(2_000)
    wide = np.concatenate([labels[:, :6], labels[:, :5], labels[:, :2]], axis=1)
    said = []
    for heads, known in ((few, labels[:, :6]), (many, wide)):
        model = Model.create(tmp_path / f"of {len(heads)}", a_recipe(heads=heads))
        said.append(model.learn(keys, np.full(len(keys), TODAY), np.ascontiguousarray(known)))
    np.testing.assert_array_equal(said[1][:, :6], said[0])
    np.testing.assert_array_equal(said[1][:, 6:11], said[0][:, :5])


def test_a_row_that_knows_nothing_teaches_nothing_but_the_constant(tmp_path) -> None:
    model = Model.create(tmp_path / "model", a_recipe(slots=64))
    keys = FEATURES.keys({"person": np.full(50, ABSENT), "item": np.full(50, ABSENT)})
    model.learn(keys, np.full(50, TODAY), np.zeros((50, 8), np.int8))
    assert model.facts().features == 1
    assert (model.predict(np.zeros((1, keys.shape[1]), np.uint64))[:, :REFUND] == 0.5).all()


def plain_learner(records, recipe: Recipe):
    """Return key → (weights, squares), learned as the documentation says, without slots, sketch or compiler."""
    weights = {key: (np.zeros(8), np.zeros(8)) for key in np.unique(records["keys"]).tolist()}
    kept, causes, waits, heard = recipe.shares(), recipe.causes(), recipe.waits(), np.zeros((8, 2))
    for record in records:
        shown = records[record["subject"]]
        parts = [weights[key] for key in shown["keys"].tolist()]
        margin = np.sum([part[0] for part in parts], axis=0) + plain_usual(heard, waits)
        chance = float(np.float64(int(mixed(int(record["subject"]) + 1)) >> 11) / 2**53)
        slopes = np.zeros(8)
        for head in range(8):
            p = 1 / (1 + math.exp(-(margin[head] - math.log(kept[head]))))
            learned = chance < kept[head]
            if record["head"] < 0:
                label = shown["labels"][head]
                slopes[head] = 0 if label < 0 or (label == 0 and not learned) else p - label
                if waits[head] and label >= 0:
                    slopes[head] = -label
                    heard[head, 0] += label
            elif abs(record["sign"]) == 2:
                tenth = record["sign"] / 20 * (record["head"] == head)
                slopes[head] = tenth * p * learned
                heard[head, 1] += tenth
            elif record["head"] == head:
                slopes[head] = -record["sign"] if learned else record["sign"] * (p - 1)
                heard[head, 0] += record["sign"]
            elif causes[head] == record["head"] and learned and not waits[head]:
                slopes[head] = record["sign"] * p
        for weight, square in parts:
            np.add(square, slopes**2, out=square)
            pull = slopes + recipe.ridge * weight * (slopes != 0)
            np.subtract(weight, recipe.rate * pull / (recipe.beta + np.sqrt(square)), out=weight)
    return weights, plain_usual(heard, waits)


def plain_usual(heard, waits):
    """Return the log-odds that rows begin with: what was heard over what would have been heard by now."""
    yes = heard[:, 0] + 0.5
    return np.where(waits, np.log(np.maximum(yes, 1e-9) / np.maximum(heard[:, 1] + 5 - yes, 0.5)), 0)


def mixed(value: int) -> int:
    mask = 2**64 - 1
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & mask
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & mask
    return value ^ (value >> 31)


@pytest.mark.parametrize("share", [1.0, 0.1])
def test_thinned_negatives_leave_the_chances_of_all_traffic(tmp_path, share) -> None:
    keys, truth, labels = traffic(60_000)
    model = Model.create(tmp_path / "model", a_recipe(negatives={"click": share}, rate=0.1))
    said = model.learn(keys, np.full(len(keys), TODAY), labels)[20_000:, 0]
    assert abs(said.mean() / truth[20_000:].mean() - 1) < 0.15
    assert np.corrcoef(said, truth[20_000:])[0, 1] > 0.8


def test_what_changes_nothing_or_lacks_its_cause_is_not_recorded(tmp_path) -> None:
    recipe = a_recipe()
    keys, _, labels = traffic(3)
    labels[:] = NO
    log = Log(tmp_path / "log", recipe)
    numbers, at = log.show(keys, np.full(3, TODAY), labels), np.full(3, TODAY)
    assert log.labels(numbers)[:, REFUND].tolist() == [UNKNOWN] * 3
    assert log.outcome(numbers, "refund", at).tolist() == [False] * 3
    assert log.outcome(np.array([0, 0, 2]), "order", at).tolist() == [True, False, True]
    assert log.outcome(numbers, "order", at).tolist() == [False, True, False]
    assert log.outcome(np.array([0, 4, 99]), "refund", at).tolist() == [True, False, False]
    assert log.outcome(numbers[:1], "order", at[:1], happened=False).tolist() == [False]
    again = Log(tmp_path / "log", recipe)
    assert again.labels(numbers).tolist() == log.labels(numbers).tolist()
    assert again.labels(numbers)[0].tolist() == [NO] * 5 + [YES, YES, NO]
    assert again.outcome(numbers[:1], "refund", at[:1]).tolist() == [False]


def test_a_torn_tail_is_cut_and_nothing_before_it_is_lost(tmp_path) -> None:
    recipe = a_recipe()
    log = a_log(tmp_path / "log", recipe, rows=600)
    whole, end = log.path.read_bytes(), log.end
    for broken, lost in ((whole[:-5], 1), (whole + b"garbage", 0), (whole[:-300] + b"\1" * 300, 3)):
        log.path.write_bytes(broken)
        opened = Log(log.path, recipe)
        assert opened.torn > 0
        assert end - lost - 3 <= opened.end <= end - lost
        assert whole.startswith(log.path.read_bytes())
        assert Log(log.path, recipe).torn == 0


def test_a_forgotten_impression_takes_no_outcome_and_the_rest_goes_on(tmp_path) -> None:
    recipe = a_recipe()
    log = a_log(tmp_path / "log", recipe, rows=1_000)
    model = Model.create(tmp_path / "model", recipe)
    model.catch_up(log)
    end, labels = log.end, log.labels(np.arange(900, log.end))
    log.forget(900)
    assert (log.base, log.end) == (900, end)
    reopened = Log(tmp_path / "log", recipe)
    shown = reopened.records()["head"] < 0
    np.testing.assert_array_equal(reopened.labels(np.arange(900, end))[shown], labels[shown])
    assert not reopened.outcome(np.array([5]), "like", np.array([TODAY])).any()
    model.catch_up(reopened)
    with pytest.raises(ModelBehindLog):
        Model.create(tmp_path / "other", recipe).catch_up(reopened)


def shown_people(log: Log, model: Model, people, *, day: int, times: int) -> None:
    keys = FEATURES.keys({"person": np.array(people), "item": np.full(len(people), ABSENT)})
    for _ in range(times):
        log.show(keys, np.full(len(people), TODAY + day * DAY), np.zeros((len(people), 8), np.int8))
    model.catch_up(log)


def test_a_feature_is_admitted_by_its_sightings(tmp_path) -> None:
    recipe = a_recipe(admit_at=3)
    log, model = Log(tmp_path / "log", recipe), Model.create(tmp_path / "model", recipe)
    shown_people(log, model, range(20), day=0, times=2)
    assert model.facts().features == 1, "the constant is seen by every row"
    shown_people(log, model, range(20), day=0, times=1)
    assert model.facts().features == 21


def test_a_full_model_takes_new_features_only_for_old_ones(tmp_path) -> None:
    recipe = a_recipe(slots=64, expire_days=10)
    log, model = Log(tmp_path / "log", recipe), Model.create(tmp_path / "model", recipe)
    shown_people(log, model, range(100, 400), day=5, times=1)
    facts = model.facts()
    assert facts.features > 55
    assert facts.refused > 0
    assert facts.expired == 0
    shown_people(log, model, range(1_000, 1_300), day=30, times=1)
    assert model.facts().expired > 30


def test_a_cross_learns_what_its_fields_alone_cannot(tmp_path) -> None:
    random = np.random.default_rng(1)
    left, right = random.integers(2, size=20_000), random.integers(2, size=20_000)
    labels = np.full((20_000, 8), UNKNOWN, np.int8)
    labels[:, 0] = left ^ right
    spread = {}
    for crosses in ((), (("a", "b"),)):
        features = Features(("a", "b"), crosses)
        recipe = a_recipe(width=features.width)
        keys = features.keys({"a": left, "b": right})
        log, model = Log(tmp_path / f"log{len(crosses)}", recipe), Model.create(tmp_path / f"m{len(crosses)}", recipe)
        log.show(keys, np.full(20_000, TODAY), labels)
        model.catch_up(log)
        spread[crosses] = float(np.ptp(model.predict(keys)[:, 0]))
    assert spread[()] < 0.3
    assert spread[(("a", "b"),)] > 0.9


def test_a_reader_sees_the_learner_without_opening_again_and_a_rollback_by_replaced(tmp_path) -> None:
    recipe = a_recipe()
    log = a_log(tmp_path / "log", recipe)
    learner = Model.create(tmp_path / "model", recipe)
    reader = Model.open(tmp_path / "model", recipe)
    keys = log.records()["keys"][:5]
    assert (reader.predict(keys)[:, :REFUND] == 0.5).all()
    learner.catch_up(log, until=1_000)
    version = save(learner, tmp_path / "versions", now=TODAY)
    at_1000 = reader.predict(keys)
    assert (at_1000 != 0.5).any()
    learner.catch_up(log)
    assert (reader.predict(keys) != at_1000).any()
    assert not reader.replaced
    back = restore(tmp_path / "versions", version, tmp_path / "model", recipe)
    assert reader.replaced
    assert back.position == 1_000
    np.testing.assert_array_equal(Model.open(tmp_path / "model", recipe).predict(keys), at_1000)
    with pytest.raises(ModelReadOnly):
        reader.catch_up(log)


def test_shared_keys_count_for_every_candidate(tmp_path) -> None:
    recipe = a_recipe()
    log = a_log(tmp_path / "log", recipe)
    model = Model.create(tmp_path / "model", recipe)
    model.catch_up(log)
    keys = FEATURES.keys({"person": np.zeros(6, np.int64), "item": np.arange(6)})
    split = model.predict(keys[:, 2:], shared=keys[0, :2])
    np.testing.assert_allclose(split, model.predict(keys), rtol=1e-5)


def test_a_learner_killed_in_a_step_is_rebuilt_to_the_same_bytes(tmp_path) -> None:
    recipe = a_recipe()
    log = a_log(tmp_path / "log", recipe)
    path, folder = tmp_path / "model", tmp_path / "versions"
    model = Model.create(path, recipe)
    model.catch_up(log, until=1_500)
    save(model, folder, now=TODAY)
    model.catch_up(log)
    model.flush()
    whole = path.read_bytes()
    model._state[kernels.DIRTY] = 1
    model._numbers[:50] = 7.0
    model.flush()
    with pytest.raises(ModelDamaged):
        Model.open(path, recipe, writable=True)
    open_or_recover(path, recipe, log, folder).flush()
    assert path.read_bytes() == whole
    path.unlink()
    open_or_recover(path, recipe, log, tmp_path / "none").flush()
    assert path.read_bytes() == whole


def test_a_broken_snapshot_is_passed_over_and_old_ones_are_removed(tmp_path) -> None:
    recipe = a_recipe()
    log = a_log(tmp_path / "log", recipe)
    folder, model = tmp_path / "versions", Model.create(tmp_path / "model", recipe)
    for until in (500, 1_000, 1_500, 2_000):
        model.catch_up(log, until=until)
        save(model, folder, now=TODAY + until, kept=3)
    assert [version.position for version in versions(folder)] == [1_000, 1_500, 2_000]
    newest = folder / f"{2_000:015d}.model"
    newest.write_bytes(newest.read_bytes()[:-9] + b"123456789")
    (folder / f"{1_500:015d}.json").write_text("{")
    assert newest_good(folder, tmp_path / "model", recipe).position == 1_000
    with pytest.raises(NoGoodSnapshot):
        newest_good(folder, tmp_path / "model", a_recipe(rate=0.3))


@pytest.mark.parametrize(
    ("broken", "refused"),
    [
        (lambda _: b"", ModelForeign),
        (lambda whole: b"ANXRANK1" + whole[8:], ModelForeign),
        (lambda whole: whole[:-1], ModelDamaged),
        (lambda whole: whole.replace(b'"rate": 0.1', b'"rate": 0.2', 1), ModelForeign),
    ],
)
def test_a_foreign_truncated_or_older_model_is_refused(tmp_path, broken, refused) -> None:
    recipe = a_recipe()
    path = tmp_path / "model"
    Model.create(path, recipe)
    assert path.stat().st_size == file_bytes(recipe)
    path.write_bytes(broken(path.read_bytes()))
    with pytest.raises(refused):
        Model.open(path, recipe)
    path.unlink()
    with pytest.raises(ModelMissing):
        Model.open(path, recipe)


def test_a_log_of_another_shape_or_kind_is_refused(tmp_path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"hello")
    with pytest.raises(LogUnreadable, match="not a log"):
        Log(path, a_recipe())
    path.unlink()
    Log(path, a_recipe())
    with pytest.raises(LogUnreadable, match="another shape"):
        Log(path, a_recipe(width=9))


@pytest.mark.parametrize(
    "changes",
    [
        {"slots": 1_000},
        {"admit_at": 0},
        {"negatives": {"click": 0.0}},
        {"negatives": {"dance": 0.5}},
        {"heads": (Head("refund", given="order"),)},
    ],
)
def test_an_impossible_recipe_is_refused(changes) -> None:
    with pytest.raises(WrongShape):
        a_recipe(**changes)


def test_features_are_stable_and_absent_ones_say_nothing() -> None:
    columns = {"person": np.array([1, ABSENT]), "item": np.array([1, 2])}
    keys = FEATURES.keys(columns)
    assert (keys[1] == 0).tolist() == [False, True, False, True]
    assert len(set(keys[0].tolist())) == 4, "the same number in two fields is two features"
    assert keys[0].tolist() == FEATURES.keys(columns)[0].tolist()
    assert buckets(np.array([0, 1, 2, 3, 4, 1000])).tolist() == [0, 1, 2, 2, 3, 10]
    with pytest.raises(WrongShape, match="without item"):
        FEATURES.keys({"person": np.array([1])})
