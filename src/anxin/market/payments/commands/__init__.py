"""What may be done about payments: pay, take the provider's word, give back, compare."""

from anxin.market.payments.commands.callback import BODY_BYTES_MAX, receive_callback
from anxin.market.payments.commands.pay import (
    StartedPayment,
    close_at_gateway,
    close_payments,
    query_payment,
    start_payment,
)
from anxin.market.payments.commands.reconcile import explain_difference, reconcile
from anxin.market.payments.commands.refund import (
    HeldOrder,
    RefundRequest,
    hold_order,
    refund_surplus_again,
    request_refund,
)
from anxin.market.payments.commands.settle import ShareRequest, settle_refund, settle_share, share_funds
from anxin.market.payments.commands.transfer import TransferRequest, request_transfer, settle_transfer
from anxin.market.payments.domain import PayRequest

__all__ = [
    "BODY_BYTES_MAX",
    "HeldOrder",
    "PayRequest",
    "RefundRequest",
    "ShareRequest",
    "StartedPayment",
    "TransferRequest",
    "close_at_gateway",
    "close_payments",
    "explain_difference",
    "hold_order",
    "query_payment",
    "receive_callback",
    "reconcile",
    "refund_surplus_again",
    "request_refund",
    "request_transfer",
    "settle_refund",
    "settle_share",
    "settle_transfer",
    "share_funds",
    "start_payment",
]
