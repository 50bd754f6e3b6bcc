"""Content and the approximate index: what is new is found, by what it is, at once."""

import json

import numpy as np
import pytest

from anxin.engine.errors import MalformedTable, PictureOfWrongShape, TooFewData
from anxin.engine.evaluate.cold_items import evaluate_cold_items
from anxin.engine.evaluate.speed import evaluate_speed
from anxin.engine.recall.ann import Index, build_lists
from anxin.engine.recall.content import Description, fit_bridge, fit_describer, picture_features, tokens_of

KINDS = ("tea", "lamp", "shoe", "bowl")


def test_words_are_latin_words_and_pairs_of_chinese_characters() -> None:
    assert tokens_of("Green 茶叶罐, 500g 茶") == ["green", "茶叶", "叶罐", "500g", "茶"]


def described(count=80):
    """Items of four kinds, told by words, creator and price."""
    return [
        Description(
            f"{KINDS[at % 4]} of {KINDS[at % 4]} number", KINDS[at % 4], f"maker {at % 8}", 1_000 * (1 + at % 4)
        )
        for at in range(count)
    ]


def test_a_new_item_gets_the_embedding_of_its_like() -> None:
    items = described()
    describer = fit_describer(items)
    truth = np.eye(4, dtype=np.float32)[np.arange(len(items)) % 4]
    bridge = fit_bridge(describer.vectors(items), truth, np.full(len(items), 5))
    new = describer.vectors([Description("a lamp never seen", "lamp", "unknown maker", 2_000), Description()])
    assert new.shape == (2, describer.width)
    assert bridge.embed(new)[0].argmax() == 1
    assert np.isfinite(bridge.embed(new)).all()


def test_too_small_a_catalogue_teaches_no_content() -> None:
    with pytest.raises(TooFewData):
        fit_describer(described(5))


def test_a_picture_is_told_by_colour_and_layout_whatever_its_size() -> None:
    red = np.zeros((100, 80, 3), np.uint8)
    red[:50, :, 0] = 255
    features = picture_features(red)
    assert features.shape == (63,)
    assert features[0] == pytest.approx(0.5)
    assert features[12] == pytest.approx(0.5)
    lightness = features[15:31].reshape(4, 4)
    assert (lightness[:2] > 0.9).all()
    assert (lightness[2:] < 0.1).all()
    np.testing.assert_allclose(picture_features(red.repeat(4, 0).repeat(4, 1)), features, atol=0.05)
    with pytest.raises(PictureOfWrongShape):
        picture_features(np.zeros((3, 3), np.uint8))


def test_pictures_alone_tell_items_apart() -> None:
    items = [
        Description(picture=picture_features(np.full((8, 8, 3), (250, 10, 10) if at % 2 else (10, 10, 250), np.uint8)))
        for at in range(40)
    ]
    vectors = fit_describer(items).vectors(items)
    assert vectors[0] @ vectors[2] > vectors[0] @ vectors[1] + 1


def vectors(count=4_000, dimensions=16):
    random = np.random.default_rng(0)
    topics = random.standard_normal((60, dimensions))
    return (topics[random.integers(60, size=count)] + 0.5 * random.standard_normal((count, dimensions))).astype(
        np.float32
    )


def test_lists_find_what_an_exact_search_finds() -> None:
    table = vectors()
    lists = build_lists(table)
    assert sorted(lists.items.tolist()) == list(range(len(table)))
    shares = []
    for question in vectors(100):
        exact = np.argsort(-(table @ question))[:20]
        items, scores = lists.search(question, 20, 32)
        assert (np.diff(scores) <= 0).all()
        np.testing.assert_allclose(scores, table[items] @ question, atol=0.3)
        shares.append(len(np.intersect1d(exact, items)) / 20)
    assert np.mean(shares) > 0.9


@pytest.mark.parametrize("count", [1, 3, 9])
def test_few_items_are_all_found(count) -> None:
    table = vectors(count)
    items, _ = build_lists(table).search(table[0], 100, 64)
    assert sorted(items.tolist()) == list(range(count))


def test_a_new_item_is_found_in_the_next_search_and_the_fresh_index_grows() -> None:
    table = vectors(500)
    index = Index(build_lists(table))
    for number in range(5_000):
        index.add(500 + number, table[number % 500] * np.float32(0.5))
    index.add(9_999, table[7] * np.float32(3))
    items, scores = index.search(table[7], 5)
    assert items[0] == 9_999
    assert scores[0] == pytest.approx(float(3 * table[7] @ table[7]), rel=1e-4)
    assert len(index.fresh) == 5_001


def cold_files(tmp_path, *, forget=()):
    """People keep to one kind; the newest items are known by their words only."""
    random = np.random.default_rng(0)
    people, items = tmp_path / "people.txt", tmp_path / "items.jsonl"
    rows = []
    for person in range(400):
        kind = person % 4
        rows.append(f"p{person} " + " ".join(f"i{4 * at + kind}" for at in random.permutation(100)[:8]) + "\n")
    rows.append("everything " + " ".join(f"i{at}" for at in range(400)) + "\n")
    people.write_text("".join(rows))
    items.write_text(
        "".join(
            json.dumps({"item": f"i{at}", "text": f"{KINDS[at % 4]} number {at}", "category": KINDS[at % 4]}) + "\n"
            for at in range(400)
            if at not in forget
        )
    )
    return people, items


def test_cold_items_are_found_by_what_they_are(tmp_path) -> None:
    result = evaluate_cold_items(*cold_files(tmp_path), k=10)
    assert result["cold_items"] == 40
    assert result["hr"] > 0.8
    assert result["hr"] > 2 * result["hr_popular"]
    assert result["hr_random"] == 0.25


def test_items_that_nobody_described_are_counted_and_refused(tmp_path) -> None:
    people, items = cold_files(tmp_path, forget=(3, 5))
    with pytest.raises(MalformedTable, match="2 items"):
        evaluate_cold_items(people, items)
    items.write_text('{"item": "i1"}\n[1]\n')
    with pytest.raises(MalformedTable, match="line 2"):
        evaluate_cold_items(people, items)


def test_speed_reports_every_figure_of_the_contract_of_whole_pages() -> None:
    result = evaluate_speed(3_000, events=6_000, questions=60)
    assert 0 < result["p50_ms"] <= result["p99_ms"]
    assert 0 < result["cpu_p50_ms"] <= result["cpu_p99_ms"]
    assert set(result["stages"]) == {"recall", "rank", "arrange"}
    assert result["recall"] > 0.9
    assert result["learner_events_per_s"] > 1_000
    assert result["both_events_per_s"] < min(result["learner_events_per_s"], result["transition_events_per_s"])
    assert result["model_mib"] >= result["rank_mib"] + result["live_mib"]
    assert result["new_item_ms"] > 0
    assert result["new_item_place"] == 1
