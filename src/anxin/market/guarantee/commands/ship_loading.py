"""Past promises of shipping at once, for the demo market: those that were kept, which neither a timer nor money comes of."""

from collections.abc import Sequence
from uuid import UUID

from anxin.infra.bulk import write_rows
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.guarantee.commands.certificates import issue_certificates
from anxin.market.guarantee.domain.compensation import ShipPromiseState, trace_overdue
from anxin.market.guarantee.models import ShipPromise
from anxin.market.guarantee.store import compensation as store
from anxin.market.orders.queries import OrderFacts, orders_by_id

__all__ = ["load_kept_promises"]


@transactional
def load_kept_promises(order_ids: Sequence[UUID], *, now: Instant) -> list[UUID]:
    """Write the promises of those orders that left, and were picked up, in time; return the others, whose past has to be told."""
    found = orders_by_id(order_ids)
    kept = [promise for order in found.values() if (promise := _kept(order)) is not None]
    issue_certificates([promise.order_id for promise in kept], now=now)
    write_rows(kept, ignore_conflicts=True)
    done = {promise.order_id for promise in kept}
    return [one for one in order_ids if one not in done]


def _kept(order: OrderFacts) -> ShipPromise | None:
    """Return the promise of an order as its shipping left it; None where something fell due or may still."""
    if order.paid_at is None or order.shipped_at is None or order.cancelled_at is not None or order.open_claims:
        return None
    promise = ShipPromise(order_id=order.id, **store.promised(order, paid_at=order.paid_at))
    promise.state, promise.version = ShipPromiseState.KEPT, 1
    promise.shipped_at = promise.ended_at = order.shipped_at
    stages = trace_overdue(promise.paid_minor, order.shipped_at, store.rules_of(promise))
    traced_by = min((stage.due_at for stage in stages), default=order.shipped_at)
    is_traced = all(parcel.picked_up_at and parcel.picked_up_at <= traced_by for parcel in order.parcels)
    return promise if order.shipped_at <= promise.ship_by and is_traced else None
