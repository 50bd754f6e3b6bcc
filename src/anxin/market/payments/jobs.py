"""Timers of payments. A timer only enqueues the question; the provider is asked outside any transaction."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from procrastinate.contrib.django import app

from anxin.infra import clock
from anxin.infra.deadlines import on_due
from anxin.infra.jobs import task
from anxin.kernel.clock import Instant, shanghai_day
from anxin.kernel.errors import AnxinError
from anxin.market.payments import commands
from anxin.market.payments.commands import pay, refund, settle, transfer
from anxin.market.payments.sandbox import books, notices

QUESTIONS: dict[str, Callable[..., None]] = {
    pay.POLL: commands.query_payment,
    pay.EXPIRE: commands.close_at_gateway,
    refund.SETTLE: commands.settle_refund,
    settle.SHARE: commands.settle_share,
    transfer.SETTLE: commands.settle_transfer,
}


@task("payments.ask_provider")
def ask_provider(question: str, subject: str, asked_at: str) -> None:
    """Ask the provider about one payment, refund, transfer or share, as of the moment the question was asked."""
    QUESTIONS[question](UUID(subject), now=datetime.fromisoformat(asked_at))


@on_due(pay.POLL)
def poll_payment(subject: UUID, version: int, *, now: Instant) -> None:  # noqa: ARG001 - a late question is harmless
    """Ask what became of a payment of which no message came."""
    _ask(pay.POLL, subject, now=now)


@on_due(pay.EXPIRE)
def expire_payment(subject: UUID, version: int, *, now: Instant) -> None:  # noqa: ARG001
    """Have the provider take no money any more."""
    _ask(pay.EXPIRE, subject, now=now)


@on_due(refund.SETTLE)
def settle_refund(subject: UUID, version: int, *, now: Instant) -> None:  # noqa: ARG001
    """Ask the provider for a refund, or what became of it."""
    _ask(refund.SETTLE, subject, now=now)


@on_due(transfer.SETTLE)
def settle_transfer(subject: UUID, version: int, *, now: Instant) -> None:  # noqa: ARG001
    """Ask the provider for a transfer, or what became of it."""
    _ask(transfer.SETTLE, subject, now=now)


@on_due("payments.return_surplus")
def return_surplus(subject: UUID, version: int, *, now: Instant) -> None:  # noqa: ARG001
    """Try once more to give back money that was paid twice."""
    commands.refund_surplus_again(subject, now=now)


@on_due(settle.SHARE)
def share_funds(subject: UUID, version: int, *, now: Instant) -> None:  # noqa: ARG001
    """Have the provider split an order's funds."""
    _ask(settle.SHARE, subject, now=now)


@on_due(notices.DELIVERY)
def deliver_notice(subject: UUID, version: int, *, now: Instant) -> None:  # noqa: ARG001
    """Play the provider: knock at our own door with a signed message."""

    def door(headers: dict[str, str], body: bytes) -> str:
        try:
            commands.receive_callback(headers, body, now=now)
        except AnxinError as refused:
            return refused.code
        return "ok"

    notices.send(subject, door, now=now)


@on_due(books.LATE)
def confirm_late(subject: UUID, version: int, *, now: Instant) -> None:  # noqa: ARG001
    """Play the provider: a slow bank says yes after all."""
    books.confirm_late(subject, now=now)


@app.periodic(cron="15 2 * * *")  # 10:15 in Shanghai: providers publish yesterday's statement at ten
@app.task(name="payments.reconcile_yesterday")
def reconcile_yesterday(timestamp: int) -> None:  # noqa: ARG001 - procrastinate tells when it was due
    """Compare yesterday with the provider's statement."""
    now = clock.now()
    commands.reconcile(shanghai_day(now) - timedelta(days=1), now=now)


def _ask(question: str, subject: UUID, *, now: Instant) -> None:
    ask_provider.defer(question=question, subject=str(subject), asked_at=now.isoformat())
