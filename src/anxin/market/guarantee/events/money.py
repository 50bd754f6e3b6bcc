"""Facts about the money of the guarantee; `ref` is the reference under which the caller asked for it."""

from uuid import UUID

from anxin.infra.outbox import event


@event("guarantee.money_arrived", version=1)
class MoneyArrived:
    """A refund or a compensation (`kind`) is with the buyer."""

    kind_of_money: str
    ref: str
    order_id: UUID | None
    shop_id: UUID
    amount_minor: int


@event("guarantee.money_failed", version=1)
class MoneyFailed:
    """A refund or a compensation could not be paid now; all of it is back where it came from.

    It is tried again by itself while `will_retry`; otherwise a person at the desk must look.
    """

    kind_of_money: str
    ref: str
    order_id: UUID | None
    shop_id: UUID
    amount_minor: int
    reason: str
    will_retry: bool


@event("guarantee.shop_paid", version=1)
class ShopPaid:
    """A shop's money went to a buyer: out of its goods money, its experience deposit, or advanced by the fund and owed."""

    shop_id: UUID
    ref: str
    goods_minor: int
    experience_minor: int
    advanced_minor: int


@event("guarantee.debt_changed", version=1)
class DebtChanged:
    """A shop paid the fund back, or an advance came back; `owed_minor` is what it still owes."""

    shop_id: UUID
    recovered_minor: int
    owed_minor: int
