"""What settlement hears and which of its timers come due."""

from datetime import datetime
from uuid import UUID

from procrastinate.contrib.django import app

from anxin.infra import clock
from anxin.infra.deadlines import on_due
from anxin.infra.jobs import task
from anxin.infra.outbox import subscribe
from anxin.kernel.clock import Instant
from anxin.market.orders.events import OrderReceived
from anxin.market.payments.events import RefundFailed
from anxin.market.settlement import commands
from anxin.market.settlement.commands import payout, release
from anxin.market.settlement.commands.creators import reckon_creators
from anxin.market.settlement.commands.sales import tell_month_sales


@subscribe(OrderReceived)
def schedule_release(event: OrderReceived, *, now: Instant) -> None:
    """Start the settlement clock when the buyer has the goods."""
    commands.schedule_release(event.order_id, now=now)


@subscribe(RefundFailed)
def undo_refund_line(event: RefundFailed, *, now: Instant) -> None:
    """Take back the statement line of a refund that came to nothing."""
    commands.undo_refund_line(event.refund_id, now=now)


@on_due(release.RELEASE)
def release_due(subject: UUID, version: int, *, now: Instant) -> None:  # noqa: ARG001 - all that are due go together
    """Release everything that is due; the timers of the other orders then find nothing left to do."""
    commands.release_due(now=now)


@on_due(payout.WATCH)
def watch_payout(subject: UUID, version: int, *, now: Instant) -> None:  # noqa: ARG001
    """Ask the bank about a payout, outside this transaction."""
    ask_bank.defer(payout_id=str(subject), asked_at=now.isoformat())


@task("settlement.ask_bank")
def ask_bank(payout_id: str, asked_at: str) -> None:
    """Give a payout to the bank, or ask what became of it, as of the moment the question was asked."""
    commands.watch_payout(UUID(payout_id), now=datetime.fromisoformat(asked_at))


@app.periodic(
    cron="55 * * * *"
)  # five minutes before the hour: the last of a month is told before deposits are reckoned
@app.task(name="settlement.tell_month_sales")
def tell_sales(timestamp: int) -> None:  # noqa: ARG001 - procrastinate tells when it was due
    """Tell what every shop sold."""
    tell_month_sales(now=clock.now())


@app.periodic(cron="10 * * * *")  # every hour, so that a night in which nothing ran is made up for
@app.task(name="settlement.reckon_creators")
def reckon_levels(timestamp: int) -> None:  # noqa: ARG001 - procrastinate tells when it was due
    """Tell what creators settled, once a day, and review their levels once a month."""
    reckon_creators(now=clock.now())
