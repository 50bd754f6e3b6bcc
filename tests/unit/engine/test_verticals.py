"""Lists learned from what people had of late: inside verticals, of bounded size, and a source of pages."""

from dataclasses import replace

import numpy as np
import pytest
from tests.unit.engine.tables import RING, walks
from tests.unit.engine.test_serving import ITEMS, NOW, a_shelf, a_state, page_of, who_liked

from anxin.engine.arrange import Wishes
from anxin.engine.candidates import recall
from anxin.engine.recall import verticals
from anxin.engine.recall.live import Knobs, Room, learn, live_of
from anxin.engine.recall.together import Mix, candidates
from anxin.engine.recall.verticals import fit_verticals, histories_of
from anxin.engine.sequences import sequences_of
from anxin.engine.serving import Rules
from anxin.engine.shelf import REGRESSION, SOURCES

ALONE = Rules(weights=tuple(float(name == "regression") for name in SOURCES))


def live_after(rows: list[list[int]], items: int, room: Room = Room()):  # noqa: B008 - a tuple
    """Return a live state in which person after person had a row, a second each."""
    live = live_of(items, len(rows), room)
    people = np.repeat(np.arange(len(rows)), [len(row) for row in rows]).astype(np.int32)
    what = np.concatenate([np.array(row, np.int32) for row in rows])
    learn(live, Knobs(), people, what, NOW + np.arange(len(what)))
    return live


def of_item(lists, item: int) -> list[int]:
    return lists.items[lists.offsets[item] : lists.offsets[item + 1]].tolist()


def pairs(*several: tuple[int, int, int]) -> list[list[int]]:
    """Return rows of two items, each so many times."""
    return [[first, second] for first, second, times in several for _ in range(times)]


def lists_of_pairs(*several: tuple[int, int, int], items: int = ITEMS):
    return fit_verticals(histories_of(live_after(pairs(*several), items), items), np.zeros(items, np.int64))


def test_who_walks_round_a_ring_is_led_on() -> None:
    lists = fit_verticals(histories_of(live_after(walks(), RING), RING), np.zeros(RING, np.int64))
    for item in range(RING):
        assert of_item(lists, item)[0] in {(item + 1) % RING, (item + 2) % RING}
    scores = lists.score(sequences_of([[at, (at + 1) % RING] for at in range(RING)], RING), 3.0)
    scores[np.arange(RING), np.arange(RING)] = scores[np.arange(RING), (np.arange(RING) + 1) % RING] = 0
    assert (scores.argmax(axis=1) == (np.arange(RING) + 2) % RING).all()


def test_what_people_had_is_copied_once_each_where_it_was_last_and_of_the_latest_people() -> None:
    live = live_after([[1, 2, 1, 3], [4], [5, 5, 6], [7, 8]], 9, Room(links=4, remembered=3, holders=2))
    everybody = histories_of(live, 9)
    assert [everybody.row(at).tolist() for at in range(len(everybody))] == [[2, 1, 3], [5, 6], [7, 8]]
    latest = histories_of(live, 8, pairs_max=13)
    assert [latest.row(at).tolist() for at in range(len(latest))] == [[5, 6], [7]], (
        "8 came after the items were counted"
    )
    live.had[:] = 0
    assert latest.items.tolist() == [5, 6, 7], "a copy: another thread fits while events are learned"


def test_lists_stay_inside_verticals_and_what_is_of_none_has_none() -> None:
    of = np.arange(RING) % 3 - 1
    lists = fit_verticals(histories_of(live_after(walks(400, 9), RING), RING), of)
    for item in range(RING):
        assert {int(of[other]) for other in of_item(lists, item)} == ({int(of[item])} if of[item] >= 0 else set())


def test_of_a_large_vertical_what_was_had_most_has_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verticals, "VERTICAL_MAX", 2)
    monkeypatch.setattr(verticals, "LENGTH_MAX", 1)
    lists = lists_of_pairs((0, 1, 9), (2, 3, 5), (0, 2, 1))
    assert {item for item in range(ITEMS) if of_item(lists, item)} == {0, 1}
    assert np.diff(lists.offsets).max() == 1


def test_the_same_again_is_the_same_to_the_bit_and_nothing_is_nothing() -> None:
    first, second = (lists_of_pairs((0, 1, 9), (1, 2, 5), (2, 3, 7)) for _ in range(2))
    for name in ("offsets", "items", "weights"):
        assert np.array_equal(getattr(first, name), getattr(second, name))
    nothing = fit_verticals(sequences_of([], 4), np.zeros(4, np.int64))
    assert (nothing.offsets.tolist(), len(nothing.items)) == ([0] * 5, 0)


def test_lists_are_a_source_of_pages_and_say_so() -> None:
    quiet = a_shelf(popular=np.zeros((1, ITEMS), np.float32), vectors=np.zeros((ITEMS, 2), np.float32))
    with_lists = a_state(quiet, lists=lists_of_pairs((2, 51, 30), (51, 2, 30)))
    page = page_of(with_lists, who_liked(2))
    assert 51 in page.items.tolist()[:4]
    assert SOURCES[page.source[page.items == 51][0]] == "regression"
    assert 51 not in page_of(a_state(quiet), who_liked(2)).items.tolist()[:4]


def test_without_lists_or_a_history_the_source_says_nothing() -> None:
    lists = lists_of_pairs((2, 51, 30))
    for state, reader in (
        (a_state(), who_liked(2)),
        (a_state(lists=lists), who_liked()),
        (a_state(lists=lists), who_liked(7)),
    ):
        assert (recall(state, reader, Rules(), now=NOW).scores[:, REGRESSION] == 0).all()
    newer = replace(a_state(lists=lists_of_pairs((2, 3, 30), items=5)), shelf=a_shelf())
    assert (recall(newer, who_liked(119), ALONE, now=NOW).scores[:, REGRESSION] == 0).all(), "newer than the lists"
    assert recall(newer, who_liked(119, 2), ALONE, now=NOW).scores[:, REGRESSION].max() == 1


def test_what_was_seen_or_is_shown_elsewhere_takes_nobodys_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("anxin.engine.candidates.OF_SOURCE", 2)
    shown = np.ones(ITEMS, np.bool_)
    shown[52] = False
    lists = lists_of_pairs((2, 51, 40), (2, 52, 30), (2, 53, 20), (2, 54, 10))
    state = a_state(a_shelf(showable=shown), lists=lists)
    found = recall(state, who_liked(2, wishes=Wishes(seen=frozenset({51}))), ALONE, now=NOW)
    assert set(found.items[found.scores[:, REGRESSION] > 0].tolist()) == {53, 54}


def test_many_requests_at_once_hear_the_lists_as_much_as_they_count() -> None:
    live = live_of(ITEMS, 2)
    learn(live, Knobs(reach=0), np.zeros(1, np.int32), np.array([2], np.int32), np.array([NOW]))
    extra, people = np.zeros((2, ITEMS), np.float32), np.array([0, 1], np.int32)
    lists = lists_of_pairs((2, 51, 30), (2, 52, 10))
    items, heard = candidates(live, people, extra, Mix(regression=0.5), 3, lists)
    assert heard[0][items[0] == 51][0] == np.float32(0.5)
    assert 0 < heard[0][items[0] == 52][0] < 0.5
    assert (heard[1] == 0).all(), "of somebody without a history lists say nothing"
    assert (candidates(live, people, extra, Mix(regression=0), 3, lists)[1] == 0).all()
