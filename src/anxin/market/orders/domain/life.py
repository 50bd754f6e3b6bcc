"""The life of an order (订单), as data. The diagram in ARCHITECTURE.md is drawn from it."""

from datetime import timedelta
from enum import StrEnum

from anxin.kernel.states import StateTable

EXTENSION = timedelta(days=3)  # the buyer may put off automatic receipt once
LOOK_AGAIN = timedelta(days=1)  # automatic receipt waits for an open claim (DOMAIN 1.7)
EDIT_WINDOW = timedelta(hours=1)  # the merchant may correct a tracking number this long
CHECKOUT_LINES_MAX = 100
PIECES_MAX = 9_999
CONFIRMATIONS_MAX = 10
MARK_LENGTH_MAX = 20
NOTE_LENGTH_MAX = 200


class OrderState(StrEnum):
    """Where an order stands; the numbers are the platform codes of DOMAIN 1.6."""

    AWAITING_PAYMENT = "awaiting_payment"  # 1 待支付
    PAID = "paid"  # 105 已支付
    PREPARING = "preparing"  # 2 备货中
    PARTLY_SHIPPED = "partly_shipped"  # 101 部分发货
    SHIPPED = "shipped"  # 3 已发货
    COMPLETED = "completed"  # 5 已完成
    CANCELLED = "cancelled"  # 4 已取消


STATE_CODES = {
    OrderState.AWAITING_PAYMENT: 1,
    OrderState.PAID: 105,
    OrderState.PREPARING: 2,
    OrderState.PARTLY_SHIPPED: 101,
    OrderState.SHIPPED: 3,
    OrderState.COMPLETED: 5,
    OrderState.CANCELLED: 4,
}

LIFE: StateTable[OrderState] = StateTable(
    aggregate="order",
    initial=OrderState.AWAITING_PAYMENT,
    steps={
        (OrderState.AWAITING_PAYMENT, "pay"): OrderState.PAID,
        (OrderState.AWAITING_PAYMENT, "cancel"): OrderState.CANCELLED,
        (OrderState.AWAITING_PAYMENT, "expire"): OrderState.CANCELLED,
        (OrderState.PAID, "prepare"): OrderState.PREPARING,
        (OrderState.PAID, "ship_part"): OrderState.PARTLY_SHIPPED,
        (OrderState.PAID, "ship_rest"): OrderState.SHIPPED,
        (OrderState.PAID, "refund"): OrderState.CANCELLED,
        (OrderState.PREPARING, "ship_part"): OrderState.PARTLY_SHIPPED,
        (OrderState.PREPARING, "ship_rest"): OrderState.SHIPPED,
        (OrderState.PREPARING, "refund"): OrderState.CANCELLED,
        (OrderState.PARTLY_SHIPPED, "ship_part"): OrderState.PARTLY_SHIPPED,
        (OrderState.PARTLY_SHIPPED, "ship_rest"): OrderState.SHIPPED,
        (OrderState.PARTLY_SHIPPED, "refund"): OrderState.CANCELLED,
        (OrderState.SHIPPED, "refund"): OrderState.CANCELLED,
        (OrderState.SHIPPED, "receive"): OrderState.COMPLETED,
    },
)


def step_after_refund(state: OrderState, *, unsent: bool, all_back: bool, waiting: bool) -> str | None:
    """Return the step that a refund makes necessary, if any.

    `unsent`: no piece will ever be shipped; `all_back`: paid back to the last fen; `waiting`: pieces are still to be sent.
    """
    if LIFE.allows(state, "refund") and (unsent or all_back):
        return "refund"
    return "ship_rest" if state is OrderState.PARTLY_SHIPPED and not waiting else None


def needs_address(state: OrderState, *, delivered: bool, open_claims: int) -> bool:
    """Say whether something is still to reach the buyer: not after the last parcel was signed for, save in a claim."""
    is_over = state in LIFE.ends() or (state is OrderState.SHIPPED and delivered)
    return open_claims > 0 or not is_over


class Closing(StrEnum):
    """Why an order was cancelled."""

    BUYER = "buyer"
    EXPIRED = "expired"
    REFUNDED = "refunded"
