"""What buyers say: reviews and complaints with honest defaults."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from anxin.kernel.clock import Instant
from anxin.market.orders import commands as orders
from anxin.market.orders.queries import OrderFacts
from anxin.market.orders.queries import order as read_order
from anxin.market.service.commands.complaints import ComplaintKind, NewComplaint, Subject, file_complaint
from anxin.market.service.commands.reviews import NewReview, Stars, Words, write_review
from tests.builders.orders import NOW, Buyer, a_parcel, a_sku

LATER = NOW + timedelta(days=2)


def a_received_order(
    shop_id: UUID, *skus: UUID, buyer: Buyer | None = None, received_at: Instant = LATER
) -> OrderFacts:
    """An order that was paid, shipped and received."""
    whose = buyer or Buyer()
    placed = whose.order(*(skus or (a_sku(shop_id),)))
    whose.pay(placed)
    return ship_and_receive(placed.orders[0].id, received_at=received_at)


def ship_and_receive(order_id: UUID, *, received_at: Instant = LATER) -> OrderFacts:
    """Take a paid order to its buyer."""
    paid = read_order(order_id)
    orders.ship(a_parcel(order_id), shop_id=paid.shop_id, now=received_at - timedelta(hours=43))
    orders.confirm_receipt(order_id, person_id=paid.person_id, now=received_at)
    return read_order(order_id)


def stars(product: int = 5, logistics: int = 5, service: int = 5) -> Stars:
    return Stars(product, logistics, service)


def a_review(order: OrderFacts, *, line: int = 0, now: Instant = LATER, product: int = 5, **facts: Any) -> UUID:
    """A review of one line of a received order; `facts` are those of NewReview."""
    given = {"stars": stars(product), "words": Words("料子很舒服，尺码也合适。"), **facts}
    return write_review(order.id, order.lines[line].id, NewReview(**given), person_id=order.person_id, now=now)


def a_complaint(person_id: UUID, *, now: Instant = LATER, pictures: tuple[str, ...] = (), **facts: Any) -> UUID:
    """A complaint; `facts` are the subject's (shop_id, order_id, review_id), `kind` and `text`."""
    kind = facts.pop("kind", ComplaintKind.FALSE_ADVERTISING)
    text = facts.pop("text", "页面写的是纯棉，收到的是化纤。")
    return file_complaint(NewComplaint(Subject(**facts), kind, text, pictures), person_id=person_id, now=now)
