"""Which thing of a history is named as the reason of a card: the one that its source itself counted most."""

import numpy as np
import pytest
from tests.unit.engine.test_serving import ITEMS, NOW, a_shelf, a_state, page_of, who_liked
from tests.unit.engine.test_verticals import lists_of_pairs

from anxin.engine.arrange import NOBODY
from anxin.engine.because import because_of
from anxin.engine.candidates import FOLLOWING, LISTED
from anxin.engine.recall.lists import ask
from anxin.engine.recall.live import Knobs, follow, learn, sheet_of
from anxin.engine.serving import SOURCES, TRIED
from anxin.engine.shelf import CONTENT, NEIGHBOURS, REGRESSION, TRANSITIONS, Reader

QUIET = a_shelf(vectors=np.zeros((ITEMS, 4), np.float32))


def taught(state, *histories):
    """Teach whole histories, a person each."""
    for person, items in enumerate(histories):
        learn(
            state.live, Knobs(), *(np.array(one) for one in zip(*((person, item, NOW) for item in items), strict=True))
        )
    return state


def one_by_one(source, state, liked, items):
    """Return what the source gives each item for each liked thing asked about alone, faded by its age."""
    said = np.zeros((len(items), len(liked)))
    for place, thing in enumerate(liked):
        sheet = sheet_of(ITEMS)
        if source == TRANSITIONS:
            follow(state.live, np.array([thing], np.int32), FOLLOWING, sheet)
        else:
            ask(state.lists.arrays, np.array([thing], np.int32), LISTED, sheet)
        decay = FOLLOWING[0] if source == TRANSITIONS else LISTED
        said[:, place] = np.exp(-(len(liked) - 1 - place) / decay) * sheet.scores[items]
    return said


@pytest.mark.parametrize("source", [TRANSITIONS, REGRESSION])
def test_it_is_what_the_source_counted_most(source):
    random = np.random.default_rng(5)
    lists = lists_of_pairs(
        *{(int(a), int(b)): (int(a), int(b), int(w)) for a, b, w in random.integers(1, 40, (300, 3))}.values()
    )
    state = taught(a_state(QUIET, lists=lists), *random.integers(40, size=(30, 8)).tolist())
    liked, items = [3, 9, 17, 22], np.arange(40)
    said = one_by_one(source, state, liked, items)
    found = because_of(state, who_liked(*liked), items, np.full(40, source))
    best = said.max(axis=1)
    assert (best > 0).sum() > 10
    assert (found[best == 0] == NOBODY).all()
    told = said[np.arange(40), [liked.index(one) if one in liked else 0 for one in found.tolist()]]
    np.testing.assert_allclose(told[best > 0], best[best > 0], rtol=1e-5)


def test_people_who_had_both_speak_for_it():
    state = taught(a_state(QUIET), [5, 50], [5, 50], [6, 60], [6])
    found = because_of(state, who_liked(5, 6, person=9), np.array([50, 60, 70]), np.full(3, NEIGHBOURS))
    assert found.tolist() == [5, 6, NOBODY]


def test_one_does_not_speak_for_oneself():
    """What the reader alone had together is not said of others."""
    state = taught(a_state(QUIET), [5, 50])
    found = because_of(state, who_liked(5, person=0), np.array([50]), np.array([NEIGHBOURS]))
    assert found.tolist() == [NOBODY]


def test_content_names_the_most_alike_and_never_itself():
    found = because_of(a_state(), who_liked(2, 9), np.array([8, 15, 2]), np.full(3, CONTENT))
    assert found[:2].tolist() == [2, 9]
    assert found[2] != 2


@pytest.mark.parametrize(
    "source", [*(at for at in range(len(SOURCES)) if SOURCES[at] in {"follows", "popular", "fresh"}), TRIED]
)
def test_what_does_not_look_at_the_history_names_nothing_of_it(source):
    state = taught(a_state(), [5, 50], [5, 50])
    assert because_of(state, who_liked(5, 2), np.array([50, 8]), np.full(2, source)).tolist() == [NOBODY, NOBODY]


def test_without_a_history_or_cards_there_is_nothing_to_name():
    assert because_of(a_state(), Reader(), np.array([1]), np.array([CONTENT])).tolist() == [NOBODY]
    assert len(because_of(a_state(), who_liked(1), np.zeros(0, np.int64), np.zeros(0, np.int64))) == 0


def test_a_page_says_what_was_asked_of_its_cards():
    asked = {}

    def visible(items, because):
        asked.update(zip(items.tolist(), because.tolist(), strict=True))
        return np.ones(len(items), np.bool_)

    page = page_of(a_state(), who_liked(2, 8, 14), visible=visible)
    assert asked == dict(zip(page.items.tolist(), page.because.tolist(), strict=True))
    assert any(one != NOBODY for one in asked.values())
