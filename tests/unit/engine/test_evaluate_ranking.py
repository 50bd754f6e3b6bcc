"""The evaluations of ranking, dry runs and exploration on tables whose right answer is known."""

import gzip
from dataclasses import replace

import numpy as np
import pytest

from anxin.engine.errors import MalformedTable, TooFewData
from anxin.engine.evaluate.exploration import evaluate_exploration
from anxin.engine.evaluate.impressions import impressions_of, read_events
from anxin.engine.evaluate.learner import evaluate_learner
from anxin.engine.evaluate.offpolicy import evaluate_off_policy
from anxin.engine.evaluate.ranking import TOGETHER, Trial, evaluate_ranking, predictions
from anxin.engine.rank.heads import Head, Recipe

RING = 40
HEADER = "unix_seconds,user,item,behaviour\n"


def walking(events: int = 4_000, people: int = 60, seed: int = 1) -> list[tuple[int, int, int, str]]:
    """Return events of people who walk round a ring of items; every third step is a purchase, the others are carts."""
    random = np.random.default_rng(seed)
    place = random.integers(RING, size=people)
    rows = []
    for number in range(events):
        person = int(random.integers(people))
        place[person] = (place[person] + 1) % RING
        kind = "buy" if place[person] % 3 == 0 else "cart"
        rows.append((1_700_000_000 + 60 * number, person, int(place[person]), kind))
    return rows


def written(path, rows):
    text = HEADER + "".join(",".join(map(str, row)) + "\n" for row in rows)
    path.write_bytes(gzip.compress(text.encode()))
    return path


def row_of(result, key: str, name: str):
    return next(row for row in result["rows"] if row[key] == name)


def test_the_rank_model_learns_the_walk_and_what_is_judged_chooses_nothing(tmp_path) -> None:
    rows = walking()
    honest = evaluate_ranking(written(tmp_path / "a.csv.gz", rows))
    chosen, popular = row_of(honest, "model", "chosen"), row_of(honest, "model", "popularity")
    assert chosen["group_auc"] > 0.9
    assert popular["group_auc"] < 0.6
    assert chosen["heads"]["buy"]["auc"] > 0.95
    assert row_of(honest, "model", "thinned")["heads"]["any"]["ece"] < 0.1
    corrected, raw = (row_of(honest, "model", name)["heads"]["any"] for name in ("thinned", "thinned, uncorrected"))
    assert abs(np.log(corrected["ratio"])) < 0.5 * abs(np.log(raw["ratio"]))
    assert honest["n"] == 800 * 5
    late = [(*row[:2], (row[2] * 7 + 3) % RING, row[3]) if at >= 3_200 else row for at, row in enumerate(rows)]
    changed = evaluate_ranking(written(tmp_path / "b.csv.gz", late))
    assert (changed["chosen"], changed["validation"]) == (honest["chosen"], honest["validation"])
    assert row_of(changed, "model", "chosen")["group_auc"] < chosen["group_auc"] - 0.1


def test_what_is_shown_together_is_predicted_before_any_of_it_is_learned(tmp_path) -> None:
    table = impressions_of(read_events(written(tmp_path / "a.csv.gz", walking(events=600))))
    trial = Trial(Recipe(width=1, heads=(Head("any"), Head("cart"), Head("buy")), admit_at=1))
    said, lot = predictions(table, trial), TOGETHER * table.size
    assert (said[:lot] == 0.5).all()
    assert np.ptp(said[lot : 2 * lot]) > 0.1
    turned = table.labels.copy()
    turned[lot : 2 * lot] = 1 - turned[lot : 2 * lot]
    other = predictions(replace(table, labels=turned), trial)
    np.testing.assert_array_equal(other[: 2 * lot], said[: 2 * lot])
    assert (other[2 * lot :] != said[2 * lot :]).any()


def test_pairs_are_counted_one_by_one(tmp_path) -> None:
    rows = walking(events=1_500, people=25, seed=4)
    events = read_events(written(tmp_path / "a.csv.gz", rows))
    table = impressions_of(events, negatives=2)
    had: dict[tuple[int, int], tuple[int, int]] = {}
    for event in range(len(events.at)):
        now, person = int(events.at[event]), int(events.people[event])
        for row in range(event * 3, event * 3 + 3):
            kind, before = had.get((person, int(table.columns["item"][row])), (-1, now))
            gap = int(np.floor(2 * np.log2((now - before) / 60 + 1)))
            assert table.columns["repeat"][row] == (0 if kind < 0 else (kind + 1) * 64 + gap)
        had[person, int(events.items[event])] = int(events.kinds[event]), now


def test_a_row_knows_nothing_of_its_own_event_or_later_ones(tmp_path) -> None:
    rows = walking(events=1_000)
    whole = impressions_of(read_events(written(tmp_path / "a.csv.gz", rows)))
    changed = rows[:700] + [(*row[:2], 0, "buy") for row in rows[700:]]
    other = impressions_of(read_events(written(tmp_path / "b.csv.gz", changed)))
    for name, column in whole.columns.items():
        np.testing.assert_array_equal(column[: 700 * 5], other.columns[name][: 700 * 5], name)
    alike = whole.columns["item"][:, None] == other.columns["item"][:, None]
    taken = np.arange(700 * 5, 1_000 * 5, 5)
    assert not alike[taken].all()
    assert (whole.columns["gap"][taken][:1] == other.columns["gap"][taken][:1]).all()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("time,user\n", 1),
        (HEADER + "1,2,3\n", 2),
        (HEADER + "1,2,3,buy\nx,2,3,buy\n", 3),
    ],
)
def test_a_malformed_table_of_events_is_named_with_its_line(tmp_path, text, line) -> None:
    path = tmp_path / "events.csv"
    path.write_text(text)
    with pytest.raises(MalformedTable, match=f"line {line}"):
        read_events(path)


def test_an_empty_a_short_and_a_broken_table_are_refused(tmp_path) -> None:
    path, broken = tmp_path / "events.csv", tmp_path / "events.csv.gz"
    path.write_text(HEADER + "1,2,3,buy\n")
    with pytest.raises(TooFewData):
        read_events(path)
    path.write_text("")
    with pytest.raises(MalformedTable):
        read_events(path)
    broken.write_bytes(b"not gzip")
    with pytest.raises(MalformedTable, match="BadGzipFile"):
        read_events(broken)


def test_the_dry_run_is_right_about_policies_whose_truth_is_known(tmp_path) -> None:
    result = evaluate_off_policy(written(tmp_path / "a.csv.gz", walking()), slots=2_000, logs=10)
    model, served = row_of(result, "policy", "rank model"), row_of(result, "policy", "the served one")
    assert model["truth"] > result["served"] + 0.2
    assert model["verdicts"]["better"] == 10
    assert served["verdicts"]["cannot tell"] >= 8
    for row in result["rows"]:
        assert abs(row["doubly_robust"]["mean"] - row["truth"]) < 0.05
    assert model["doubly_robust"]["rmse"] < 0.05


def test_pools_show_new_items_that_popularity_never_does() -> None:
    result = evaluate_exploration(items=40, seeds=2)
    seen = {row["policy"]: row["new_seen"]["mean"] for row in result["rows"]}
    assert seen["pools"] > 0.8
    assert seen["pools"] > seen["random"] > seen["popular"]


def test_exploration_reads_creators_and_tags_and_refuses_other_tables(tmp_path) -> None:
    path = tmp_path / "videos.csv"
    path.write_text("video_id,author_id,tag\n" + "".join(f"{at},{at % 9},{at % 4}\n" for at in range(150)))
    assert len(evaluate_exploration(path, items=20, seeds=2)["rows"]) == 3
    path.write_text("a,b\n1,2\n")
    with pytest.raises(MalformedTable):
        evaluate_exploration(path)
    path.write_text("author_id,tag\n1,2\n")
    with pytest.raises(TooFewData):
        evaluate_exploration(path)


def test_the_learner_is_timed_on_what_it_learned() -> None:
    result = evaluate_learner(rows=5_000)
    assert 0.75 * 5_000 < result["n"] <= 0.75 * 5_500 + 1, "a like known from the start is no outcome"
    assert result["learner_events_per_s"] > 1_000
    assert result["features"] > 500
