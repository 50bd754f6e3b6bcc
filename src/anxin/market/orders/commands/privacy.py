"""What remains of orders when a person asks to be forgotten."""

from uuid import UUID

from anxin.infra.tx import transactional
from anxin.market.orders.models import CartLine, Order

__all__ = ["anonymise_orders"]


@transactional
def anonymise_orders(person_id: UUID) -> int:
    """Remove name, phone, street and notes from a person's orders and drop the cart; return how many orders changed.

    The region stays: it decided the freight, and says nothing of who lived there.
    """
    changed = 0
    for order in Order.objects.filter(person_id=person_id).select_for_update().order_by("id"):
        named = bool(order.address and order.address.get("name"))
        if not named and not order.note:
            continue
        if order.address:
            order.address = {"name": "", "phone": "", "region": order.address.get("region", ""), "text": ""}
        order.note = ""
        order.save(update_fields=["address", "note"])
        changed += 1
    CartLine.objects.filter(person_id=person_id).delete()
    return changed
