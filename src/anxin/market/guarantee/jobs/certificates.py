"""A line that is paid gets its certificate."""

from anxin.infra.outbox import subscribe
from anxin.kernel.clock import Instant
from anxin.market.guarantee.commands.certificates import issue_certificates
from anxin.market.orders.events import OrderPaid


@subscribe(OrderPaid)
def certify(event: OrderPaid, *, now: Instant) -> None:
    """Freeze what each line of a paid order is promised."""
    issue_certificates([event.order_id], now=now)
