"""Days of events as Parquet: whole, in order, a page at a time, replaced when written again."""

from dataclasses import replace

import pytest
from arro3.io import read_parquet
from tests.builders.orders import NOW

from anxin.kernel.ids import new_id
from anxin.market.interest import commands, exporting, queries, store
from anxin.market.interest.commands import Teller
from anxin.market.interest.domain.events import Item, ItemKind, Kind, Told

pytestmark = pytest.mark.django_db


def told(kind: Kind, **facts: object) -> Told:
    return replace(Told(new_id(), kind, Item(ItemKind.VIDEO, new_id()), NOW), **facts)


def column(table, name):
    return [one.as_py() for one in table.column(name)]


def written(table):
    return [
        dict(zip(table.column_names, row, strict=True))
        for row in zip(*(column(table, n) for n in table.column_names), strict=True)
    ]


def test_a_day_is_written_as_it_was_told_whatever_the_page(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "EXPORT_PAGE", 2)
    monkeypatch.setattr(exporting, "GROUP", 2)
    me = Teller(new_id(), is_person=False)
    batch = [told(Kind.WATCH, value=3_000, finished=True, loops=2), *(told(Kind.LIKE) for _ in range(4))]
    commands.tell(batch, me, now=NOW)
    done = queries.export_day(NOW.date(), tmp_path / "new")
    assert (done.events, done.file.name) == (5, f"day={NOW:%Y-%m-%d}.parquet")
    table = read_parquet(done.file).read_all()
    assert column(table, "id") == sorted(column(table, "id"))
    found = {one["client_id"]: one for one in written(table)}
    assert found.keys() == {str(one.id) for one in batch}
    watched, liked = found[str(batch[0].id)], found[str(batch[1].id)]
    assert (watched["kind"], watched["amount"], watched["finished"], watched["loops"]) == ("watch", 3_000, True, 2)
    assert (liked["kind"], liked["item"], liked["request"]) == ("like", str(batch[1].item.id), None)
    assert column(table, "told_at") == [NOW] * 5
    assert set(column(table, "actor")) == {str(me.id)}


def test_writing_a_day_again_replaces_it_and_a_failure_leaves_it(tmp_path, monkeypatch):
    assert queries.export_day(NOW.date(), tmp_path).events == 0
    commands.tell([told(Kind.LIKE)], Teller(new_id(), is_person=False), now=NOW)
    done = queries.export_day(NOW.date(), tmp_path)
    assert read_parquet(done.file).read_all().num_rows == done.events == 1
    before = done.file.read_bytes()
    monkeypatch.setattr(exporting, "_batch", lambda _rows: (_ for _ in ()).throw(RuntimeError("no disk")))
    with pytest.raises(RuntimeError):
        queries.export_day(NOW.date(), tmp_path)
    assert done.file.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == [done.file.name]
