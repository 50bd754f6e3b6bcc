"""Rows read, changed and written by the values of their columns are the rows that the ORM knows."""

from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError
from tests.builders.orders import Buyer, a_shop, a_sku

from anxin.infra.clock import now
from anxin.infra.rows import change_row, insert_row, read_row, read_rows, step_row
from anxin.kernel.states import IllegalStep, LostRace
from anxin.market.orders.domain.life import LIFE, OrderState
from anxin.market.orders.models import Order, OrderLine, TimelineEntry

pytestmark = pytest.mark.django_db


def an_order() -> UUID:
    """An order of one line; its id."""
    return Buyer().order(a_sku(a_shop())).orders[0].id


def test_a_row_is_what_the_orm_reads() -> None:
    known = Order.objects.get(pk=an_order())
    read = read_row(Order, lock=True, id=known.id, state=[known.state, "cancelled"])
    assert read is not None
    assert {f.attname: getattr(read, f.attname) for f in Order._meta.concrete_fields} == {
        f.attname: getattr(known, f.attname) for f in Order._meta.concrete_fields
    }
    line = read_rows(OrderLine, order_id=[known.id])[0]
    assert line.frozen == OrderLine.objects.get(pk=line.pk).frozen
    assert not line._state.adding


def test_rows_come_in_the_order_of_their_keys_and_unknown_ones_not_at_all() -> None:
    ids = [an_order(), an_order()]
    assert [row.id for row in read_rows(Order, id=[*reversed(ids), uuid4()])] == sorted(ids)
    assert read_row(Order, id=uuid4()) is None
    assert read_rows(Order, id=[]) == []


def test_a_change_is_made_only_to_what_is_still_as_it_was_read() -> None:
    row, late = Order.objects.get(pk=an_order()), Order.objects.get()
    change_row(row, "order", {"address": {"name": "阿"}})
    with pytest.raises(LostRace, match="Somebody else") as lost:
        change_row(late, "order", {"address": None})
    kept = Order.objects.get()
    assert lost.value.aggregate == "order"
    assert (kept.version, kept.address) == (row.version, {"name": "阿"}) == (late.version + 1, row.address)


def test_a_step_follows_the_life_and_of_two_at_once_the_second_is_lost() -> None:
    row, late = Order.objects.get(pk=an_order()), Order.objects.get()
    step_row(row, LIFE, "pay", paid_at=now())
    kept = Order.objects.get()
    assert (kept.state, kept.version, kept.paid_at) == (OrderState.PAID, late.version + 1, row.paid_at)
    assert (row.state, row.version) == (kept.state, kept.version)
    with pytest.raises(LostRace):
        step_row(late, LIFE, "pay", paid_at=now())
    with pytest.raises(IllegalStep):
        step_row(row, LIFE, "pay", paid_at=now())
    assert late.state == OrderState.AWAITING_PAYMENT
    assert Order.objects.get().version == kept.version


def test_an_inserted_row_is_there_once() -> None:
    entry = TimelineEntry(id=uuid4(), order_id=an_order(), kind="paid", facts={"minor": 1}, happened_at=now())
    insert_row(entry)
    assert TimelineEntry.objects.get(pk=entry.pk).facts == {"minor": 1}
    with pytest.raises(IntegrityError):
        insert_row(entry)
