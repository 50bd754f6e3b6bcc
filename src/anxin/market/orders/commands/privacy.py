"""What remains of orders when a person asks to be forgotten.

What names the buyer goes once nothing is to reach them any more: a contract that is being carried out needs the address
(个保法 13(2), 47; GDPR 6(1)(b), 17(1)(a)), one that is over does not.
"""

from uuid import UUID

from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.orders import store
from anxin.market.orders.domain.life import OrderState, needs_address
from anxin.market.orders.models import CartLine, Order

__all__ = ["anonymise_orders", "forget_if_over"]


@transactional
def anonymise_orders(person_id: UUID, *, now: Instant) -> int:
    """Remove name, phone, street and notes from a person's orders and drop the cart; return how many orders changed.

    An order that is still to be sent, paid or delivered loses them when it is over (`forget_if_over`). The region stays:
    it decided the freight, and says nothing of who lived there. Doing it again changes nothing.
    """
    changed = 0
    for order in Order.objects.filter(person_id=person_id, to_forget=False).select_for_update().order_by("id"):
        if order.note or (order.address and order.address.get("name")):
            store.change(order, {"to_forget": True}, now=now)
            forget_if_over(order)
            changed += 1
    CartLine.objects.filter(person_id=person_id).delete()
    return changed


def forget_if_over(order: Order) -> None:
    """Wipe what names a buyer who asked to be forgotten, once nothing is to reach them any more."""
    if not order.to_forget:
        return
    delivered = not order.parcels.filter(signed_at=None).exists()
    if needs_address(OrderState(order.state), delivered=delivered, open_claims=order.open_claims):
        return
    if order.address:
        order.address = {"name": "", "phone": "", "region": order.address.get("region", ""), "text": ""}
    order.note, order.to_forget = "", False
    order.save(update_fields=["address", "note", "to_forget"])
