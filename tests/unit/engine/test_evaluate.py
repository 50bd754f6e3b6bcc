"""The evaluations: places and figures by hand, nothing leaks from what is judged, bad tables are refused."""

import gzip
import json
import subprocess
import sys

import numpy as np
import pytest
from tests.unit.engine.tables import RING, walks, written

from anxin.engine.errors import MalformedTable, TooFewData
from anxin.engine.evaluate.next_item import evaluate_next_item
from anxin.engine.evaluate.sessions import evaluate_sessions
from anxin.engine.metrics import estimate, hits, ndcg, positions, reciprocal
from anxin.engine.sequences import prefixes_of, read_people, sequences_of


def test_a_place_counts_those_above_and_half_of_those_level_and_leaves_the_history_out() -> None:
    scores = np.array([[9, 5, 5, 5, 1], [9, 5, 5, 5, 1]], np.float32)
    rows = sequences_of([[0], [1]], 5)
    assert positions(scores.copy(), rows, np.array([1, 4], np.int32)).tolist() == [2.0, 4.0]
    assert positions(scores, rows, np.array([1, 4], np.int32), exclude_history=False).tolist() == [3.0, 5.0]


def test_figures_by_hand() -> None:
    places = np.array([1.0, 3.0, 11.0])
    assert hits(places, 10).tolist() == [1, 1, 0]
    assert ndcg(places, 10).tolist() == [1, 0.5, 0]
    assert reciprocal(places, 10).tolist() == [1, 1 / 3, 0]


def test_an_interval_holds_its_mean_and_narrows_with_data() -> None:
    few, many = (estimate(np.tile([0.0, 1.0], count)) for count in (20, 2000))
    assert few.low < few.mean < few.high
    assert many.high - many.low < (few.high - few.low) / 5


def test_prefixes_are_every_beginning_with_what_came_next() -> None:
    prefixes = prefixes_of(sequences_of([[1, 2, 3], [4], [5, 6]], 7))
    assert [prefixes.histories.row(at).tolist() for at in range(3)] == [[1], [1, 2], [5]]
    assert prefixes.targets.tolist() == [2, 3, 6]


def test_the_ring_is_learned_under_both_protocols(tmp_path) -> None:
    path = written(tmp_path / "ring.txt", walks())
    for protocol in ("strict", "refit"):
        result = evaluate_next_item(path, protocol=protocol, k=3)
        assert result["hr"] > 0.9
        assert result["n"] == len(walks())
        assert result["hr_interval"][0] <= result["hr"] <= result["hr_interval"][1]


def test_what_is_judged_chooses_nothing(tmp_path) -> None:
    rows = walks(60)
    other = [rows[0], *([*row[:-1], (row[-1] + 9) % RING] for row in rows[1:])]
    honest = evaluate_next_item(written(tmp_path / "a.txt", rows), k=3)
    changed = evaluate_next_item(written(tmp_path / "b.txt", other), k=3)
    assert changed["chosen"] == honest["chosen"]
    assert changed["validation"] == honest["validation"]
    assert changed["hr"] < 0.2 < honest["hr"]


def test_sessions_are_learned_in_percent(tmp_path) -> None:
    train, test = tmp_path / "train.txt.gz", tmp_path / "test.txt"
    train.write_bytes(gzip.compress("".join(" ".join(map(str, row)) + "\n" for row in walks()).encode()))
    test.write_text("".join(f"{at} {(at + 1) % RING}\t{(at + 2) % RING}\n" for at in range(RING)))
    result = evaluate_sessions(train, test, k=3)
    assert result["precision"] > 90
    assert result["mrr"] <= result["precision"]


@pytest.mark.parametrize("text", ["1 2 3\n", "\t3\n", "1\t2 3\n"])
def test_a_malformed_prefix_is_named_with_its_line(tmp_path, text) -> None:
    train, test = tmp_path / "train.txt", tmp_path / "test.txt"
    train.write_text("1 2\n" * 30)
    test.write_text("1\t2\n" + text)
    with pytest.raises(MalformedTable, match="line 2"):
        evaluate_sessions(train, test)


def test_an_empty_and_a_broken_file_are_refused(tmp_path) -> None:
    empty, broken, lonely = tmp_path / "empty.txt", tmp_path / "broken.gz", tmp_path / "lonely.txt"
    empty.write_text("")
    broken.write_bytes(b"not gzip")
    lonely.write_text("a 1 2\nb\n")
    with pytest.raises(TooFewData):
        read_people(empty)
    with pytest.raises(MalformedTable):
        read_people(broken)
    with pytest.raises(MalformedTable, match="line 2"):
        read_people(lonely)


def test_the_command_line_starts_without_the_numeric_libraries() -> None:
    code = "import sys, json, anxin.entry.cli; print(json.dumps([m for m in ('numba', 'scipy', 'faiss') if m in sys.modules]))"
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(finished.stdout) == []
