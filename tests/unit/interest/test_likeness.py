"""Lists of what is alike: what they find is what comparing with all finds, and without good ones all are compared."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from tests.support.engine import a_home

from anxin.engine.arrange import Wishes
from anxin.engine.candidates import recall
from anxin.engine.recall.live import live_of
from anxin.engine.reputation import Sellers
from anxin.engine.sequences import sequences_of
from anxin.engine.serving import Reader, Rules, State
from anxin.engine.shelf import CONTENT
from anxin.market.interest.brain import files, likeness
from anxin.market.interest.brain.items import Items, Known, shelf_of
from anxin.market.interest.brain.learned import ROOM
from anxin.market.interest.domain.events import ItemKind
from anxin.market.interest.errors import EngineUnreadable

ITEMS, THEMES, NEW = 3_000, 40, 30
CONTENT_ONLY = Rules(weights=(0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0))
FIT = 7
NOTHING_HEARD = sequences_of([], ITEMS)


def known(number: int) -> Known:
    """Return one of the generated items: every third a note, the others products; words, topics and categories by theme."""
    random, theme = np.random.default_rng(number), number % THEMES
    words = " ".join(f"w{theme}x{one}" for one in random.integers(0, 12, 6))
    is_post = number % 3 == 0
    maker = UUID(int=1_000_000 + int(random.integers(0, 50)))
    return Known(
        UUID(int=number + 1), ItemKind.NOTE if is_post else ItemKind.PRODUCT, maker if is_post else None, maker,
        f"c{theme // 2}", (f"t{theme}",) if is_post else (), int(random.integers(100, 9_000)), number, words, shown=is_post,
    )  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch, a_home(patch, tmp_path_factory.mktemp("likeness")) as folder:
        folder.mkdir()
        yield folder


@pytest.fixture(scope="module")
def market(home: Path) -> Items:
    """Items of which all but the newest are in the lists."""
    found = Items()
    found.take([known(number) for number in range(ITEMS)])
    fitted = likeness.fit(found.all, NOTHING_HEARD, FIT, index_from=ITEMS)
    found.refit(fitted.describer, fitted.vectors, fitted.number)
    found.take([known(number) for number in range(ITEMS, ITEMS + NEW)])
    return found


def states(market: Items, surface: str) -> tuple[State, State]:
    """Return the same market compared with all, and by its lists."""
    columns, facts = market.arrays()
    shelf = shelf_of(columns, facts, np.zeros((1, len(market)), np.float32), Sellers())
    if surface == "goods":
        shelf = replace(shelf, showable=shelf.kind == 0)
    alike = likeness.read(files.folder() / f"index-{FIT:06d}.bin", FIT)
    exact = State(shelf, live_of(len(market), 4, ROOM))
    return exact, replace(exact, index=alike.index(surface, shelf.vectors, shelf.showable))


def alike(state: State, liked: list[int], seen: frozenset[int] = frozenset()) -> set[int]:
    reader = Reader(np.array(liked, np.int32), np.ones(len(liked)), wishes=Wishes(seen=seen | frozenset(liked)))
    found = recall(state, reader, CONTENT_ONLY, now=ITEMS)
    return set(found.items[found.scores[:, CONTENT] > 0].tolist())


@pytest.mark.parametrize("surface", ["posts", "goods"])
def test_lists_find_what_comparing_with_all_finds(surface, market):
    exact, listed = states(market, surface)
    vectors, shares = exact.shelf.vectors, []
    for number in range(60):
        liked = [number, (number + 7 * THEMES) % ITEMS, (3 * number + 11) % ITEMS]
        nearness = vectors @ vectors[liked].sum(axis=0)
        wanted, found = alike(exact, liked), alike(listed, liked)
        border = nearness[list(wanted)].min() - 1e-5  # of those equally near one is as good as another
        shares.append(sum(nearness[one] >= border for one in found) / len(wanted))
    assert np.mean(shares) >= 0.95
    assert min(shares) >= 0.8


def test_what_was_seen_makes_room_for_what_was_not(market):
    exact, listed = states(market, "posts")
    seen = frozenset(alike(exact, [0, 3]))
    for _ in range(3):
        found = alike(listed, [0, 3], seen)
        assert len(found) >= 20
        assert not found & seen
        seen |= found


def test_what_is_newer_than_the_lists_is_compared_exactly(market):
    for surface, new in (("posts", ITEMS), ("goods", ITEMS + 1)):
        _, listed = states(market, surface)
        assert new in alike(listed, [new - THEMES])


def test_few_items_need_no_lists(market, home):
    assert likeness.fit(market.all[:50], sequences_of([], 50), 8, index_from=51).index == ""
    assert not (home / "index-000008.bin").exists()


@pytest.mark.parametrize("broken", ["missing", "cut short", "of other vectors"])
def test_lists_that_cannot_be_used_are_refused(broken, market, home):
    path, number = home / "index-broken.bin", FIT
    if broken != "missing":
        path.write_bytes((home / f"index-{FIT:06d}.bin").read_bytes()[: -100 if broken == "cut short" else None])
    if broken == "of other vectors":
        number = FIT + 1
    with pytest.raises(EngineUnreadable):
        likeness.read(path, number)
