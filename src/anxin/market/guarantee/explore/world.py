"""A state of the model: one order line, all that is going on about it, and where every coin is.

Time has no length here. A clock runs or does not, every running one may ring next, and two worlds that differ only in
when something happened are the same world: so each order of events is seen, the unlikely ones too.
"""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from anxin.kernel.clock import Instant, instant
from anxin.market.guarantee.domain.certificate import Certificate
from anxin.market.guarantee.domain.claim_acts import Clock, Party, Purse
from anxin.market.guarantee.domain.claim_life import Claim, ClaimState, Debt
from anxin.market.guarantee.domain.compensation import DueStage, ShipPromiseState
from anxin.market.guarantee.domain.dispute import OPEN as OPEN_DISPUTES
from anxin.market.guarantee.domain.dispute import Dispute
from anxin.market.guarantee.domain.facts import ClaimFacts, LineFacts, Payer
from anxin.market.guarantee.domain.insurance import InsuranceClaimState, PolicyState
from anxin.market.guarantee.domain.paying import MoneyKind, PayState
from anxin.market.ledger.commands import (
    BANK_PAYOUTS,
    COMPENSATION_IN_FLIGHT,
    ESCROW,
    GATEWAY_CLEARING,
    GUARANTEE_FUND,
    INSURER_POOL,
    RECOURSE,
    REFUNDS_IN_FLIGHT,
    SERVICE_FEE,
    SUBSIDIES,
    AccountKey,
    Leg,
    shop_account,
)
from anxin.market.orders.queries import OrderState
from anxin.market.payments.queries import RefundState, TransferState
from anxin.market.settlement.queries import PayoutState, ReleaseState

ORDER, LINE, SHOP, PRODUCT, BUYER, STAFF, CLAIM = (UUID(int=number) for number in range(1, 8))
NOW = instant(2026, 8, 5, 4)
PAUSE = timedelta(hours=1)
SOON = NOW + PAUSE  # when every running clock rings

NOBODYS_WISH = -1  # of a claim that the platform opened by itself

SHOP_MONEY = ("available", "frozen", "paying_out", "deposit", "experience_deposit", "recourse")
ACCOUNTS: tuple[AccountKey, ...] = (
    GATEWAY_CLEARING,
    BANK_PAYOUTS,
    ESCROW,
    REFUNDS_IN_FLIGHT,
    COMPENSATION_IN_FLIGHT,
    SERVICE_FEE,
    GUARANTEE_FUND,
    SUBSIDIES,
    RECOURSE,
    INSURER_POOL,
    *(shop_account(SHOP, purpose) for purpose in SHOP_MONEY),
)
PLACE = {account: number for number, account in enumerate(ACCOUNTS)}
AVAILABLE, PAYING_OUT = shop_account(SHOP, "available"), shop_account(SHOP, "paying_out")
EXPERIENCE, OWED = shop_account(SHOP, "experience_deposit"), shop_account(SHOP, "recourse")


@dataclass(frozen=True, eq=False)
class Case:
    """What never changes in one search: the goods, what was promised of them, what is asked for, and the purses.

    The order has the `line` that everything is about, and another one of `other_minor`, shipped along with it.
    """

    name: str
    certificate: Certificate = field(repr=False)
    line: LineFacts  # as it was paid
    wishes: tuple[ClaimFacts, ...]
    other_minor: int = 5_000
    fund_minor: int = 0
    experience_minor: int = 0
    insured: bool = False
    late: tuple[DueStage, ...] = ()
    in_parts: bool = False  # the merchant may send one piece before the others

    def bears_burden(self, wish: int) -> bool:
        """Whether the merchant has to show a paper before he may refuse a wish."""
        entry = self.certificate.entry(self.wishes[wish].promise) if wish != NOBODYS_WISH else None
        return entry is not None and entry.terms is not None and bool(entry.terms.merchant_duty)

    @property
    def line_minor(self) -> int:
        """What was paid for the line, its freight included."""
        return self.line.amount_minor + self.line.freight_minor

    @property
    def paid_minor(self) -> int:
        """What was paid for the order."""
        return self.line_minor + self.other_minor


class Line(NamedTuple):
    """Where the pieces of the line are, and what was taken off it."""

    shipped: int = 0
    unsent: int = 0
    refunded_pieces: int = 0
    refunded_minor: int = 0
    claimed: bool = False


class Truth(StrEnum):
    """What the provider did with an attempt, whether we have heard of it or not."""

    UNASKED = "unasked"
    HELD = "held"
    PAID = "paid"
    FAILED = "failed"


class Money(NamedTuple):
    """A disbursement: `sent` is the present attempt at payments, `truth` what the provider made of it.

    `legs` are what left the payers, to be put back; `owed_minor` of it was advanced, `recovered_minor` of that came back.
    `paid_times` counts how often the provider really paid: the ghost that no one in the market can see.
    """

    kind: MoneyKind
    ref: str
    minor: int
    payers: tuple[Payer, ...]
    state: PayState = PayState.WAITING
    attempts: int = 0
    sent: RefundState | TransferState | None = None
    truth: Truth = Truth.UNASKED
    legs: tuple[Leg, ...] = ()
    owed_minor: int = 0
    recovered_minor: int = 0
    paid_times: int = 0

    @property
    def is_out(self) -> bool:
        """Whether its money has left its payers, as payments knows it: the disbursement may hear of it later."""
        return self.sent is not None and self.sent not in (RefundState.FAILED, TransferState.FAILED)


@dataclass(frozen=True, slots=True)
class Freight:
    """The insurance of the way back: the order's policy and its one claim."""

    policy: PolicyState
    claim: InsuranceClaimState | None = None
    of_claim: int = 0
    gave_up: bool = False  # failed because the return came to nothing: another return may open it again


class Word(NamedTuple):
    """An event that its subscriber has not heard yet: what happened, told to whom, about which claim, money or attempt."""

    to: str
    what: str
    about: int = 0
    attempt: int = 0

    def __str__(self) -> str:
        """Name it in a path."""
        return f"{self.to} of {self.what}{f' {self.about}' if self.about else ''}"


class World(NamedTuple):
    """Everything at one moment; a tuple, because a search makes and compares a great many of them.

    `rings` are the deadlines that were written for the claim's clock.
    `claimed` counts the claims of the line, `granted_minor` is the compensation that decision or verdict give to the
    present one, `stated_minor` all that was ever stated, `kept_minor` what was paid for goods that a shop kept.
    `papers` are the sides that have shown what a burden of proof asks of them. `words` are events on their way, in the
    order they were written. `off` names a journal that did not balance.
    """

    case: Case
    order: OrderState = OrderState.AWAITING_PAYMENT
    line: Line = Line()
    signed: bool = False
    claimed: int = 0
    attempts: int = 0
    claim: Claim | None = None
    wish: int = 0
    rings: frozenset[Clock] = frozenset()
    dispute: Dispute | None = None
    dispute_rings: bool = False
    money: tuple[Money, ...] = ()
    release: ReleaseState | None = None
    payout: PayoutState | None = None
    freight: Freight | None = None
    promise: ShipPromiseState | None = None
    stages: int = 0
    granted_minor: int = 0
    stated_minor: int = 0
    kept_minor: int = 0
    papers: frozenset[Party] = frozenset()
    words: tuple[Word, ...] = ()
    sold: bool = False  # another order of the shop was settled meanwhile
    books: tuple[int, ...] = (0,) * len(ACCOUNTS)
    off: str = ""

    @property
    def open_claim(self) -> Claim | None:
        """The claim that is not over."""
        return self.claim if self.claim is not None and self.claim.is_open else None

    @property
    def open_dispute(self) -> Dispute | None:
        """The dispute that is not over."""
        return self.dispute if self.dispute is not None and self.dispute.state in OPEN_DISPUTES else None

    def holds(self, account: AccountKey) -> int:
        """Return a balance."""
        return self.books[PLACE[account]]

    def debt_ref(self, purse: Purse) -> str:
        """Return the reference of the present claim's money of a purse."""
        return f"claim {self.claimed} {purse}"

    def refunded_minor(self) -> int:
        """Return what of the order's payment is back or on its way back."""
        return sum(one.minor for one in self.money if one.kind is MoneyKind.REFUND and one.is_out)


def line_facts(world: World) -> LineFacts:
    """Return the line as promises ask for it."""
    line, bought = world.line, world.case.line
    shipped_at = bought.placed_at + PAUSE if line.shipped else None
    return replace(
        bought,
        order_state=world.order.value,
        shipped_at=shipped_at,
        tracking_uploaded=line.shipped > 0,
        shipped_pieces=line.shipped,
        signed_at=NOW - timedelta(hours=12) if world.signed and line.shipped + line.unsent == bought.quantity else None,
        received_at=NOW - timedelta(hours=12) if world.order is OrderState.COMPLETED else None,
        refunded_minor=line.refunded_minor,
        refunded_pieces=line.refunded_pieces,
        unsent_pieces=line.unsent,
        attempts=world.attempts,
        open_claim_id=CLAIM if world.open_claim else None,
        insured=world.case.insured,
    )


def canonical(world: World) -> World:
    """Return the one world that stands for all that differ from it only in when things happened, or in what is over."""
    claim = _timeless_claim(world.claim) if world.claim is not None else None
    dispute = world.open_dispute
    if claim is world.claim and dispute is None and world.dispute is None:
        return world
    return world._replace(claim=claim, dispute=_timeless_dispute(dispute) if dispute is not None else None)


_ENDED = frozenset({ClaimState.DONE, ClaimState.CLOSED})


def _timeless_claim(claim: Claim) -> Claim:
    """When a clock rings is left out, and what decides nothing any more: tries of money that is there, talk of what is over."""
    plain: dict[str, Any] = {
        "due_at": SOON if claim.due_at is not None else None,
        "left": PAUSE if claim.left is not None else None,
        "refund": _timeless_debt(claim.refund),
        "compensation": _timeless_debt(claim.compensation),
    }
    if claim.state in _ENDED:
        plain |= {"offers": 0, "evidence_asks": 0, "extended": False, "offer_minor": 0, "left": None, "attempt": 1}
        plain |= {"reship_signed": False}
    if all(getattr(claim, name) == value for name, value in plain.items()):
        return claim
    return replace(claim, **plain)


def _timeless_debt(debt: Debt) -> Debt:
    return replace(debt, round=1) if debt.arrived and debt.round > 1 else debt


def _timeless_dispute(dispute: Dispute) -> Dispute:
    """How often the platform was late, when what happened and how many pieces lie there decide nothing."""
    plain: dict[str, Any] = {
        "due_at": _at(SOON, dispute.due_at),
        "decided_at": _at(NOW, dispute.decided_at),
        "appealed_at": _at(NOW, dispute.appealed_at),
        "overdue": 0,
        "buyer_pieces": min(1, dispute.buyer_pieces),
        "merchant_pieces": min(1, dispute.merchant_pieces),
    }
    if all(getattr(dispute, name) == value for name, value in plain.items()):
        return dispute
    return replace(dispute, **plain)


def _at(moment: Instant, known: Instant | None) -> Instant | None:
    return None if known is None else moment
