"""What is learned per event: the very next question sees it, old things fade, memory stays, lateness costs."""

import gzip

import numpy as np
import pytest
from tests.unit.engine.tables import RING, walks

from anxin.engine.errors import MalformedTable, TooFewData
from anxin.engine.evaluate.freshness import HEADER, LAGS, evaluate_freshness, questions_of, read_events
from anxin.engine.recall.live import Knobs, Room, bytes_of, follow, learn, live_of, neighbours, sheet_of, wipe
from anxin.engine.recall.popular import Popular

DAY = 86_400


def told(live, knobs, rows):
    """Learn (person, item, second) rows."""
    people, items, seconds = (np.array(column) for column in zip(*rows, strict=True))
    learn(live, knobs, people.astype(np.int32), items.astype(np.int32), seconds.astype(np.int64))


def after(live, items):
    """Return what follows from the items."""
    sheet = sheet_of(len(live.total))
    follow(live, np.array(items, np.int32), (3.0, 0.0), sheet)
    return sheet.scores


def test_a_click_changes_the_very_next_question() -> None:
    live = live_of(5, 3)
    told(live, Knobs(), [(0, 0, 1), (0, 1, 2)])
    assert after(live, [0])[2] == 0
    told(live, Knobs(), [(1, 0, 3), (1, 2, 4)])
    scores = after(live, [0])
    assert scores[1] > 0
    assert scores[2] > 0
    assert after(live, [2])[0] == pytest.approx(Knobs().backwards * scores[2])


def test_what_is_old_fades_and_no_time_overflows() -> None:
    live, knobs = live_of(4, 100), Knobs(fade_s=DAY, trend_s=DAY, patience_s=3600)
    told(live, knobs, [(0, 0, 0), (0, 1, 1)])
    told(live, knobs, [(1, 0, 2 * DAY), (1, 2, 2 * DAY + 1)])
    scores = after(live, [0])
    assert scores[2] / scores[1] == pytest.approx(np.exp(2), rel=0.01)
    for year in range(1, 40):
        told(live, knobs, [(2, 0, year * 365 * DAY), (2, 3, year * 365 * DAY + 1)])
    scores = after(live, [0])
    assert np.isfinite(scores).all()
    assert scores[3] == pytest.approx(1.0, rel=0.01)
    assert scores[1] < 1e-6
    assert np.isfinite(live.trend).all()


def test_a_full_list_lets_the_new_in_and_keeps_what_recurs() -> None:
    live = live_of(40, 100, Room(links=4))
    for person in range(10):
        told(live, Knobs(), [(person, 0, person), (person, 1, person)])
    for item in range(2, 30):
        told(live, Knobs(), [(50 + item, 0, 100 + item), (50 + item, item, 100 + item)])
    kept = set(live.links[0].tolist())
    assert {1, 29} <= kept
    assert len(kept) == 4


def test_memory_does_not_grow_with_events() -> None:
    live = live_of(10, 3)
    before = bytes_of(live)
    rows = [(at % 3, at * 7 % 10, at) for at in range(5_000)]
    told(live, Knobs(), rows)
    assert bytes_of(live) == before == sum(array.nbytes for array in live)
    assert np.isfinite(after(live, range(10))).all()


def test_a_late_event_is_weighed_as_of_its_own_time() -> None:
    live, knobs = live_of(4, 3), Knobs(fade_s=DAY)
    told(live, knobs, [(0, 3, 3 * DAY)])
    told(live, knobs, [(1, 0, 0), (1, 1, 1), (2, 0, 3 * DAY), (2, 2, 3 * DAY)])
    scores = after(live, [0])
    assert scores[2] / scores[1] == pytest.approx(np.exp(3), rel=0.01)


def test_neighbours_are_others_with_the_same_item_and_never_oneself() -> None:
    live = live_of(6, 3)
    told(live, Knobs(), [(0, 0, 1), (0, 1, 2), (1, 0, 3), (1, 4, 4), (1, 5, 5)])
    sheet = sheet_of(6)
    neighbours(live, 0, np.array([0], np.int32), (3.0, 1.0), sheet)
    assert sheet.scores[1] == 0
    assert sheet.scores[4] > sheet.scores[5] > 0
    wipe(sheet)
    assert not sheet.scores.any()


def written(path, rows, *, pack=False):
    """Write rows of (second, user, item)."""
    text = ",".join(HEADER) + "\n" + "".join(f"{at},{person},{item},buy\n" for at, person, item in rows)
    path.write_bytes(gzip.compress(text.encode()) if pack else text.encode())
    return path


def ring_events(days=9):
    """People walk the ring an item an hour, starting all over the days."""
    rows = walks(count=600, length=6, seed=3)[1:]
    starts = np.random.default_rng(1).integers(days * DAY - 6 * 3600, size=len(rows))
    return [
        (int(start) + 3600 * step, f"u{at}", f"i{item}")
        for at, (row, start) in enumerate(zip(rows, starts, strict=True))
        for step, item in enumerate(row)
    ]


def test_freshness_is_measured_and_lateness_costs(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("anxin.engine.evaluate.freshness.K", 2)
    result = evaluate_freshness(written(tmp_path / "ring.csv.gz", ring_events(), pack=True))
    assert [(row["statistics_lag_s"], row["history_lag_s"]) for row in result["rows"]] == list(LAGS)
    instant, day_late = result["rows"][0], result["rows"][-1]
    assert instant["hr"] > 0.9
    assert day_late["hr"] < instant["hr"] / 3
    assert instant["hr_interval"][0] <= instant["hr"] <= instant["hr_interval"][1]
    assert instant["n"] == result["n"] > 100


def test_what_is_judged_in_the_last_days_chooses_nothing(tmp_path) -> None:
    rows = ring_events()
    border = max(row[0] for row in rows) - 3 * DAY - 1
    other = [(at, who, item if at <= border else f"i{(int(item[1:]) * 7) % RING}") for at, who, item in rows]
    honest = evaluate_freshness(written(tmp_path / "a.csv", rows))
    changed = evaluate_freshness(written(tmp_path / "b.csv", other))
    assert honest["chosen"] == changed["chosen"]
    assert honest["validation"] == changed["validation"]


def test_questions_lie_in_their_windows_and_ask_people_who_have_a_history(tmp_path) -> None:
    events = read_events(written(tmp_path / "ring.csv", ring_events()))
    held_out, judged = questions_of(events)
    end = events.seconds[-1]
    span = min(3 * DAY, (end - events.seconds[0]) // 3)
    assert (end - events.seconds[judged.at] < span).all()
    assert (end - events.seconds[held_out.at] >= span).all()
    first = {int(person): at for at, person in reversed(list(enumerate(events.people)))}
    assert all(first[int(events.people[at])] < at for at in np.concatenate([held_out.at, judged.at]))


@pytest.mark.parametrize("line", ["x,1,2,buy", "1,2", "-5,1,2,buy", "1,,2,buy"])
def test_a_malformed_event_is_named_with_its_line(tmp_path, line) -> None:
    path = tmp_path / "events.csv"
    path.write_text(",".join(HEADER) + f"\n1,1,1,buy\n{line}\n")
    with pytest.raises(MalformedTable, match="line 3"):
        evaluate_freshness(path)


def test_a_wrong_header_broken_bytes_and_too_few_events_are_refused(tmp_path) -> None:
    path = tmp_path / "events.csv"
    path.write_text("time,user\n1,2\n")
    with pytest.raises(MalformedTable, match="header"):
        evaluate_freshness(path)
    (tmp_path / "events.csv.gz").write_bytes(b"no gzip")
    with pytest.raises(MalformedTable):
        evaluate_freshness(tmp_path / "events.csv.gz")
    with pytest.raises(TooFewData):
        evaluate_freshness(written(tmp_path / "few.csv", ring_events()[:30]))


def test_a_cohort_hears_its_own_and_a_new_one_everybody() -> None:
    popular = Popular(4, 3, fade_s=DAY)
    popular.learn(np.array([0] * 500 + [1] * 900), np.array([2] * 500 + [3] * 900), np.arange(1400))
    assert popular.best(0, 1).tolist() == [2]
    assert popular.best(1, 4).tolist()[0] == 3
    assert popular.best(2, 1).tolist() == popular.best(None, 1).tolist() == [3]
    assert popular.best(2, 4).tolist() == [3, 2]
    popular.learn(np.array([0]), np.array([1]), np.array([400 * DAY]))
    assert popular.best(None, 1).tolist() == [1]
    assert popular.shares(0).sum() == pytest.approx(1)
