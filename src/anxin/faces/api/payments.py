"""Paying a checkout, and the door for the provider's messages."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Router
from pydantic import Field

from anxin.faces.access import operation, person_of
from anxin.faces.api.fields import Answer, Body, CheckoutId, OrderId, PaymentId, RefundId, ShopId
from anxin.faces.api.frame import untied
from anxin.infra.clock import now
from anxin.market.orders import commands as orders
from anxin.market.payments import commands, queries
from anxin.market.payments.errors import PaymentNotFound, UnreadableCallback

router = Router()


class PayIn(Body):
    """How to pay, and where the payer comes back to afterwards."""

    method: Annotated[str, Field(pattern="^(wallet|card)$")] = "wallet"
    return_url: Annotated[str, Field(max_length=500, pattern="^/([^/].*)?$")] = "/"


class PartOut(Answer):
    """The part of a payment that belongs to one order."""

    order_id: OrderId
    shop_id: ShopId
    amount_minor: int


class PaymentOut(Answer):
    """A payment; open `pay_url` in a browser to pay."""

    payment_id: PaymentId
    checkout_id: CheckoutId
    state: str
    method: str
    amount_minor: int
    currency: str
    pay_url: str
    expires_at: datetime
    captured_at: datetime | None
    parts: list[PartOut]


class PaymentRefundOut(Answer):
    """Money on its way back, or back."""

    refund_id: RefundId
    order_id: OrderId
    amount_minor: int
    currency: str
    state: str
    created_at: datetime
    finished_at: datetime | None


class ReceivedOut(Answer):
    """What became of a message."""

    verdict: str


@router.post("/checkouts/{checkout}/payments", response=PaymentOut)
@operation("orders.buy")
@untied
def pay_checkout(request: HttpRequest, checkout: CheckoutId, wanted: PayIn) -> Any:
    """Open a payment for a checkout. Asked again with the same method it returns the same open payment."""
    started = orders.pay_checkout(
        checkout, person_id=person_of(request), method=wanted.method, return_url=wanted.return_url, now=now()
    )
    return queries.payment(started.payment_id)


@router.get("/payments/{payment}", response=PaymentOut)
@operation("orders.buy")
def read_payment(request: HttpRequest, payment: PaymentId) -> Any:
    """Read one of one's own payments."""
    found = queries.payment(payment)
    if found.person_id != person_of(request):
        raise PaymentNotFound(payment)
    return found


@router.get("/payments/{payment}/refunds", response=list[PaymentRefundOut])
@operation("orders.buy")
def list_refunds(request: HttpRequest, payment: PaymentId) -> Any:
    """List what of a payment goes back, newest first for each order."""
    found = read_payment(request, payment)
    return [refund for part in found.parts for refund in queries.refunds_of_order(part.order_id)]


@router.post("/callbacks/payments/{gateway}", response=ReceivedOut)
@operation("callbacks.receive")
def receive_callback(request: HttpRequest, gateway: Annotated[str, Path(pattern="^[a-z]{1,40}$")]) -> Any:  # noqa: ARG001 - one provider so far
    """Take a message of the payment provider; only its signature is trusted. The body is the provider's own format."""
    body = request.body
    if len(body) > commands.BODY_BYTES_MAX:
        raise UnreadableCallback
    return {"verdict": commands.receive_callback(request.headers, body, now=now()).value}
