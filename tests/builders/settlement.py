"""Orders on their way to settlement, through the same commands that people use."""

from uuid import UUID

from anxin.kernel.clock import Instant
from anxin.market.orders import commands as orders
from anxin.market.settlement import queries
from anxin.market.settlement.commands import AccountKind, set_bank_account
from tests.builders.orders import NOW, Buyer, a_parcel, a_sku
from tests.support.work import work


def a_received(shop_id: UUID, *, price_minor: int = 10_000, now: Instant = NOW) -> UUID:
    """An order that was paid, shipped and confirmed; its settlement is scheduled."""
    buyer = Buyer()
    placed = buyer.order(a_sku(shop_id, price_minor=price_minor), now=now)
    buyer.pay(placed, now=now)
    order_id = placed.orders[0].id
    orders.ship(a_parcel(order_id), shop_id=shop_id, now=now)
    orders.confirm_receipt(order_id, person_id=buyer.id, now=now)
    work(now)
    return order_id


def due_at(order_id: UUID) -> Instant:
    """When the order's escrow is released."""
    waiting = queries.settlement_of_order(order_id)
    assert waiting is not None
    return waiting.due_at


def a_settled(shop_id: UUID, *, price_minor: int = 10_000) -> UUID:
    """An order whose escrow was released."""
    order_id = a_received(shop_id, price_minor=price_minor)
    work(due_at(order_id))
    return order_id


def an_account(shop_id: UUID, *, number: str = "622202020011223000", now: Instant = NOW) -> UUID:
    """A corporate bank account of a shop; its last digits choose what the sandbox bank does."""
    return set_bank_account(
        shop_id, kind=AccountKind.CORPORATE, bank_code="ICBC", branch="上海分行", holder="青禾", number=number, now=now
    )
