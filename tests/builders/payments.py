"""Payments with honest defaults, paid through the sandbox as a person would."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from anxin.kernel.clock import Instant, instant
from anxin.kernel.ids import new_id
from anxin.market.payments.commands import PayRequest, StartedPayment, start_payment
from anxin.market.payments.commands.sandbox import Choice, Fault, choose
from tests.support.work import work

NOW = instant(2026, 3, 1, 4)
WINDOW = timedelta(minutes=30)


def a_request(*amounts_minor: int, checkout_id: UUID | None = None, method: str = "wallet") -> PayRequest:
    """A wish to pay one order per amount, each of another shop; ¥100 and ¥50 by default."""
    amounts = amounts_minor or (10_000, 5_000)
    return PayRequest(
        checkout_id=checkout_id or new_id(),
        person_id=new_id(),
        amount_minor=sum(amounts),
        splits=tuple((new_id(), new_id(), amount) for amount in amounts),
        expires_at=NOW + WINDOW,
        method=method,
    )


def token_of(started: StartedPayment) -> UUID:
    """Return the token in the address of the payment page."""
    return UUID(started.pay_url.strip("/").rpartition("/")[2])


def a_paid(request: PayRequest, *, now: Instant = NOW, delivery: Fault | None = None) -> StartedPayment:
    """Start a payment and pay it on the sandbox's page; the message is not delivered yet."""
    started = start_payment(request, now=now)
    choose(token_of(started), Choice.PAY, delivery=delivery, now=now)
    return started


def a_captured(*amounts_minor: int, now: Instant = NOW) -> tuple[PayRequest, UUID]:
    """A paid payment whose message has arrived; returns the wish and the payment's id."""
    request = replace(a_request(*amounts_minor), expires_at=now + WINDOW)
    started = a_paid(request, now=now)
    work(now)
    return request, started.payment_id
