"""Past receipts at once, for the demo market: settlements as `schedule_release` would have written them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from anxin.infra.bulk import write_rows
from anxin.infra.deadlines import Due, schedule_many
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.kernel.money import CNY
from anxin.market.settlement.commands.release import BATCH, RELEASE, release_due
from anxin.market.settlement.domain import bases
from anxin.market.settlement.models import Settlement

__all__ = ["LoadedReceipt", "load_receipts"]


@dataclass(frozen=True)
class LoadedReceipt:
    """An order that was received; `lines` are (amount, fee rate, settlement days)."""

    order_id: UUID
    shop_id: UUID
    received_at: Instant
    freight_minor: int
    lines: tuple[tuple[int, int, int], ...]

    @property
    def due_at(self) -> Instant:
        """When the longest settlement time of its lines is over."""
        return self.received_at + timedelta(days=max(days for _, _, days in self.lines))

    @property
    def total_minor(self) -> int:
        """What was paid."""
        return self.freight_minor + sum(amount for amount, _, _ in self.lines)


@transactional
def load_receipts(receipts: Sequence[LoadedReceipt], *, now: Instant) -> None:
    """Write the settlements of received orders and release, day by day, those whose time has come; nothing is announced."""
    write_rows(_settlement(one) for one in receipts)
    schedule_many([Due(RELEASE, one.order_id, one.due_at) for one in receipts if one.due_at > now])
    for day in range(_days(receipts, now), -1, -1):
        while release_due(now=now - timedelta(days=day), limit=BATCH, announce=False) == BATCH:
            pass


def _days(receipts: Sequence[LoadedReceipt], now: Instant) -> int:
    return max(((now - one.due_at).days + 1 for one in receipts), default=0)


def _settlement(one: LoadedReceipt) -> Settlement:
    whole = bases([amount for amount, _, _ in one.lines], one.freight_minor)
    return Settlement(
        order_id=one.order_id,
        shop_id=one.shop_id,
        received_at=one.received_at,
        due_at=one.due_at,
        currency=CNY,
        order_total_minor=one.total_minor,
        freight_minor=one.freight_minor,
        paid_minor=one.total_minor,
        lines=[[base, rate, 0] for base, (_, rate, _) in zip(whole, one.lines, strict=True)],
    )
