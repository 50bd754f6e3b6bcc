"""The sandbox behind the gateway port: a deterministic provider that can be told to misbehave. No money is real."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import TypeVar
from uuid import UUID

from anxin.kernel.clock import Instant, shanghai_midnight
from anxin.market.payments.domain import Movement, Notice
from anxin.market.payments.errors import GatewayRefused, GatewayUnavailable
from anxin.market.payments.gateway import (
    Charge,
    ChargeOrder,
    GatewayRefund,
    GatewayTransfer,
    OutcomeState,
    RefundOrder,
    ShareOrder,
    TransferOrder,
)
from anxin.market.payments.sandbox import books, notices, signing
from anxin.market.payments.sandbox.faults import Fault, Operation, next_fault
from anxin.market.payments.sandbox.models import SandboxCharge, SandboxRefund, SandboxTransfer

T = TypeVar("T")


class SandboxGateway:
    """Keeps its own books, signs its own messages and answers like a payment provider; loudly a sandbox."""

    name = "sandbox"
    is_sandbox = True

    def create(self, order: ChargeOrder, *, now: Instant) -> Charge:
        """Open a charge, once per payment."""
        fault = _strike(Operation.CREATE)
        charge = books.open_charge(order, now=now)
        return _unless_silent(fault, charge)

    def query(self, payment_id: UUID, *, now: Instant) -> Charge | None:  # noqa: ARG002 - the port's signature
        """Return the charge."""
        _strike(Operation.QUERY)
        return books.find_charge(payment_id)

    def close(self, payment_id: UUID, *, now: Instant) -> Charge | None:
        """Close a charge that waits for its payer."""
        fault = _strike(Operation.CLOSE)
        return _unless_silent(fault, books.close_charge(payment_id, now=now))

    def refund(self, order: RefundOrder, *, now: Instant) -> GatewayRefund:
        """Give money back, once per refund."""
        fault = _strike(Operation.REFUND)
        refund = books.give_back(order, fails=fault is Fault.FAIL_LATER, now=now)
        return _unless_silent(fault, refund)

    def query_refund(self, refund_id: UUID, *, now: Instant) -> GatewayRefund | None:  # noqa: ARG002
        """Return the refund."""
        _strike(Operation.QUERY)
        return books.find_refund(refund_id)

    def transfer(self, order: TransferOrder, *, now: Instant) -> GatewayTransfer:
        """Pay a person, once per transfer."""
        fault = _strike(Operation.TRANSFER)
        transfer = books.pay_person(order, fails=fault is Fault.FAIL_LATER, now=now)
        return _unless_silent(fault, transfer)

    def query_transfer(self, transfer_id: UUID, *, now: Instant) -> GatewayTransfer | None:  # noqa: ARG002
        """Return the transfer."""
        _strike(Operation.QUERY)
        return books.find_transfer(transfer_id)

    def share(self, order: ShareOrder, *, now: Instant) -> OutcomeState:  # noqa: ARG002
        """Split and finish an order's frozen funds."""
        fault = _strike(Operation.SHARE)
        return _unless_silent(fault, books.share_out(order))

    def statement(self, day: date, *, now: Instant) -> Iterator[Movement]:  # noqa: ARG002
        """Yield the paid charges, finished refunds and paid transfers of a day."""
        moments = (shanghai_midnight(day), shanghai_midnight(day + timedelta(days=1)) - timedelta(microseconds=1))
        for charge in SandboxCharge.objects.filter(paid_at__range=moments).iterator():
            known = books.as_charge(charge)
            yield Movement("payment", known.payment_id, known.amount_minor, known.currency, known.gateway_ref)
        refunds = SandboxRefund.objects.filter(finished_at__range=moments, state=OutcomeState.SUCCEEDED)
        for refund in refunds.select_related("charge").iterator():
            given = books.as_refund(refund)
            yield Movement("refund", given.refund_id, given.amount_minor, given.currency, given.gateway_ref)
        transfers = SandboxTransfer.objects.filter(finished_at__range=moments, state=OutcomeState.SUCCEEDED)
        for paid in map(books.as_transfer, transfers.iterator()):
            yield Movement("transfer", paid.transfer_id, paid.amount_minor, paid.currency, paid.gateway_ref)

    def verify(self, headers: Mapping[str, str], body: bytes, *, now: Instant) -> Notice:
        """Read a callback whose signature is ours and fresh."""
        signing.check_headers(headers, body, signing.shared_key(), now=now)
        return notices.read(body)


def _strike(operation: Operation) -> Fault | None:
    """Play a fault that comes before anything happens; return one that comes after."""
    fault = next_fault(operation)
    if fault is Fault.TIMEOUT_BEFORE:
        raise GatewayUnavailable
    if fault is Fault.REFUSE:
        raise GatewayRefused("told to refuse")
    return fault


def _unless_silent(fault: Fault | None, answer: T) -> T:
    if fault is Fault.TIMEOUT_AFTER:
        raise GatewayUnavailable
    return answer
