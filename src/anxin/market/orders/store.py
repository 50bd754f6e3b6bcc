"""Rows of orders ⇄ domain. Lock order of this module: orders by ascending id; stock comes after orders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from psycopg.errors import UniqueViolation

from anxin.infra import deadlines
from anxin.infra.deadlines import Due, deadline_rows
from anxin.infra.outbox import outbox_rows
from anxin.infra.rows import change_row, insert_row, read_row
from anxin.infra.sql import Statements, document
from anxin.kernel.clock import Instant
from anxin.kernel.ids import new_id
from anxin.kernel.money import CNY
from anxin.market.orders.domain.life import LIFE, OrderState
from anxin.market.orders.domain.pricing import PricedLine, PricedOrder
from anxin.market.orders.errors import AlreadyPlaced, UnknownCheckout, UnknownOrder
from anxin.market.orders.events import OrderPlaced
from anxin.market.orders.models import Checkout, Order, TimelineEntry

SQL = Statements(__name__)
PAYMENT_WINDOW = "orders.payment_window"
RECEIPT = "orders.receipt"


@dataclass(frozen=True)
class CheckoutRow:
    """A checkout to write: its orders are priced, its address frozen."""

    id: UUID
    person_id: UUID
    orders: Sequence[PricedOrder]
    address: Mapping[str, Any] | None
    notes: Mapping[UUID, str]  # by shop
    pay_by: Instant

    @property
    def total_minor(self) -> int:
        """What the buyer pays at once."""
        return sum(order.total_minor for order in self.orders)


def insert_checkout(row: CheckoutRow, *, now: Instant) -> None:
    """Write the checkout, its orders and lines, the payment deadline and the events with one statement.

    Raises AlreadyPlaced when a checkout has this id; the transaction is spent then.
    """
    try:
        _insert(row, now=now)
    except IntegrityError as error:
        if isinstance(error.__cause__, UniqueViolation):  # every other id of the statement is fresh
            raise AlreadyPlaced from error
        raise


def _insert(row: CheckoutRow, *, now: Instant) -> None:
    SQL.run(
        "insert_checkout",
        checkout_id=row.id,
        person_id=row.person_id,
        total_minor=row.total_minor,
        currency=CNY,
        now=now,
        pay_by=row.pay_by,
        address=document(row.address) if row.address else None,
        orders=document([_order(order, row.notes) for order in row.orders]),
        lines=document([_line(order, line) for order in row.orders for line in order.lines]),
        deadlines=deadline_rows([Due(PAYMENT_WINDOW, row.id, row.pay_by)]),
        events=outbox_rows([(_placed(row, order, now), order.shop_id) for order in row.orders]),
    )


def _order(order: PricedOrder, notes: Mapping[UUID, str]) -> dict[str, Any]:
    return {
        "id": order.id,
        "shop_id": order.shop_id,
        "goods_minor": order.goods_minor,
        "freight_minor": order.freight_minor,
        "note": notes.get(order.shop_id, ""),
    }


def _line(order: PricedOrder, line: PricedLine) -> dict[str, Any]:
    good = line.good
    return {
        "id": line.id,
        "order_id": order.id,
        "shop_id": order.shop_id,
        "sku_id": good.sku_id,
        "product_id": good.product_id,
        "product_version": good.product_version,
        "quantity": line.quantity,
        "price_minor": good.price_minor,
        "fee_rate_bps": good.fee_rate_bps,
        "settlement_days": good.settlement_days,
        "frozen": line.frozen,
    }


def _placed(row: CheckoutRow, order: PricedOrder, now: Instant) -> OrderPlaced:
    return OrderPlaced(order.id, row.id, order.shop_id, row.person_id, order.total_minor, CNY, now)


def lock_checkout(checkout_id: UUID) -> tuple[Checkout, list[Order]]:
    """Return a checkout and its orders, locked in the order of their ids. Raises UnknownCheckout."""
    checkout = Checkout.objects.filter(id=checkout_id).first()
    if checkout is None:
        raise UnknownCheckout
    return checkout, list(Order.objects.select_for_update().filter(checkout_id=checkout_id).order_by("id"))


def find_order(order_id: UUID, *, person_id: UUID | None = None, shop_id: UUID | None = None) -> Order:
    """Return an order as its buyer or its shop may see it. Raises UnknownOrder for anybody else's."""
    found = read_row(Order, id=order_id)
    if (
        found is None
        or found.person_id != (person_id or found.person_id)
        or found.shop_id != (shop_id or found.shop_id)
    ):
        raise UnknownOrder
    return found


def change(order: Order, changes: Mapping[str, Any], *, now: Instant) -> None:
    """Change columns by compare-and-set; the receipt deadline of a shipped order follows the new version. Raises LostRace."""
    change_row(order, LIFE.aggregate, changes)
    if order.state == OrderState.SHIPPED and order.receipt_due_at is not None:
        due_at = max(order.receipt_due_at, now)
        deadlines.schedule(RECEIPT, order.id, due_at, version=order.version)


def note(order: Order, kind: str, *, now: Instant, **facts: Any) -> None:
    """Add an entry to the order's timeline."""
    insert_row(TimelineEntry(id=new_id(), order_id=order.id, kind=kind, facts=facts, happened_at=now))
