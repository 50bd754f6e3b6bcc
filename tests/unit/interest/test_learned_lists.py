"""Files of learned lists: posts lead to posts and products to products, and what cannot be used is refused."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from tests.support.engine import a_home

from anxin.engine.recall.lists import ItemLists
from anxin.engine.sequences import sequences_of
from anxin.market.interest.brain import files, regression
from anxin.market.interest.brain.items import Known
from anxin.market.interest.domain.events import ItemKind
from anxin.market.interest.errors import EngineApart, EngineUnreadable

FIT, ITEMS = 7, 9
HEARD = sequences_of([[0, 3, 1, 4, 2], [0, 3, 6, 1, 4], [6, 7, 1, 4, 2]] * 10, ITEMS)


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    with a_home(monkeypatch, tmp_path) as folder:
        folder.mkdir()
        yield folder


def known(number: int) -> Known:
    """Return a note, a product, or a note that is shown no more."""
    kind = ItemKind.PRODUCT if number % 3 == 1 else ItemKind.NOTE
    return Known(UUID(int=number + 1), kind, None, None, "", (), 0, 0, "", shown=number % 3 == 0)


def lists_of(*offsets: int, items: tuple[int, ...]) -> ItemLists:
    return ItemLists(np.array(offsets, np.int64), np.array(items, np.int32), np.ones(len(items), np.float32))


def test_posts_lead_to_posts_and_products_to_products(home):
    name = regression.fit([known(number) for number in range(ITEMS)], HEARD, FIT)
    lists = regression.read(home / name, FIT, ITEMS)
    of = {item: set(lists.items[lists.offsets[item] : lists.offsets[item + 1]].tolist()) for item in range(ITEMS)}
    assert 3 in of[0]
    assert 4 in of[1]
    for item, others in of.items():
        assert all(other % 3 == item % 3 for other in others)
    assert not of[2], "what is shown no more leads nowhere"


def test_where_nothing_goes_with_anything_yet_there_is_no_file(home):
    assert regression.fit([known(number) for number in range(ITEMS)], sequences_of([], ITEMS), FIT) == ""
    assert regression.read_if_good("", FIT, ITEMS) is None
    assert not list(home.iterdir())


@pytest.mark.parametrize("broken", ["missing", "cut short", "changed", "of other items", "of another kind"])
def test_what_cannot_be_used_is_refused_and_said(broken, home, caplog):
    path, number = home / "lists-000007.bin", FIT
    if broken == "of another kind":
        files.write(path, {"numbers": np.arange(3)}, {"fitted": FIT})
    elif broken != "missing":
        regression.write(path, lists_of(0, 1, 2, items=(1, 0)), FIT)
        data = bytearray(path.read_bytes())
        data[-30] ^= broken == "changed"
        path.write_bytes(data[: -30 if broken == "cut short" else None])
        number += broken == "of other items"
    with pytest.raises(EngineUnreadable):
        regression.read(path, number, 2)
    assert regression.read_if_good(path.name, number, 2) is None
    assert "do without learned lists" in caplog.text


@pytest.mark.parametrize(
    "lists",
    [
        lists_of(0, 1, 2, items=(1, 2)),
        lists_of(0, 1, 2, items=(1, -1)),
        lists_of(0, 2, 1, 2, items=(1, 0)),
        lists_of(0, 2, 1, items=(1, 0)),
        lists_of(0, 1, 3, items=(1, 0)),
        lists_of(1, 1, 2, items=(1, 0)),
        lists_of(items=()),
    ],
    ids=["past the end", "below 0", "too many rows", "backwards", "too few", "begin late", "none"],
)
def test_lists_that_lead_out_of_the_items_are_refused(lists, home):
    regression.write(home / "lists-000007.bin", lists, FIT)
    with pytest.raises(EngineApart):
        regression.read(home / "lists-000007.bin", FIT, 2)
