"""What a claim (售后单) is, where it may stand and what leads from one state to the next. The steps are in `claims.py`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from anxin.kernel.clock import Instant
from anxin.kernel.states import StateTable
from anxin.market.guarantee.domain.claim_acts import Clock, Closing, Effect, Party, Purse, Terms
from anxin.market.guarantee.domain.facts import ClaimType


class ClaimState(StrEnum):
    """Where a claim stands."""

    DRAFT = "draft"  # not sent yet, never stored
    APPLIED = "applied"
    EVIDENCE_NEEDED = "evidence_needed"
    OFFERED = "offered"
    AWAITING_RETURN = "awaiting_return"
    RETURN_SENT = "return_sent"
    RETURN_OFFERED = "return_offered"
    AWAITING_RESHIP = "awaiting_reship"
    RESHIPPED = "reshipped"
    REFUNDING = "refunding"
    REFUSED = "refused"
    RETURN_REFUSED = "return_refused"
    AWAITING_GIVE_BACK = "awaiting_give_back"
    GIVEN_BACK = "given_back"
    DISPUTED = "disputed"
    DONE = "done"
    CLOSED = "closed"


# Whose turn it is, in every state that is not an end. While a dispute runs, its own clocks do; elsewhere one runs here.
OWNERS: Mapping[ClaimState, Party] = {
    ClaimState.APPLIED: Party.MERCHANT,
    ClaimState.EVIDENCE_NEEDED: Party.BUYER,
    ClaimState.OFFERED: Party.BUYER,
    ClaimState.AWAITING_RETURN: Party.BUYER,
    ClaimState.RETURN_SENT: Party.MERCHANT,
    ClaimState.RETURN_OFFERED: Party.BUYER,
    ClaimState.AWAITING_RESHIP: Party.MERCHANT,
    ClaimState.RESHIPPED: Party.BUYER,
    ClaimState.REFUNDING: Party.PLATFORM,
    ClaimState.REFUSED: Party.BUYER,
    ClaimState.RETURN_REFUSED: Party.BUYER,
    ClaimState.AWAITING_GIVE_BACK: Party.MERCHANT,
    ClaimState.GIVEN_BACK: Party.BUYER,
    ClaimState.DISPUTED: Party.PLATFORM,
}

_REVIEW = (ClaimState.APPLIED, ClaimState.EVIDENCE_NEEDED, ClaimState.OFFERED)
_GRANTABLE = (*_REVIEW, ClaimState.REFUSED, ClaimState.RETURN_REFUSED, ClaimState.DISPUTED)  # agreeing late is welcome
_LEAVABLE = (*_GRANTABLE, ClaimState.AWAITING_RETURN)  # not while goods travel: they would belong to nobody
_HOLDING = (ClaimState.RETURN_REFUSED, ClaimState.DISPUTED)  # the shop may have what is the buyer's
_ESCALABLE = (ClaimState.REFUSED, ClaimState.RETURN_REFUSED, ClaimState.RESHIPPED, ClaimState.GIVEN_BACK)
_SEIZABLE = tuple(state for state in OWNERS if state not in {ClaimState.REFUNDING, ClaimState.DISPUTED})

LIFE: StateTable[ClaimState] = StateTable(
    aggregate="claim",
    initial=ClaimState.DRAFT,
    steps={
        (ClaimState.DRAFT, "apply"): ClaimState.APPLIED,
        **{(state, "modify"): ClaimState.APPLIED for state in (*_REVIEW, ClaimState.REFUSED)},
        (ClaimState.APPLIED, "ask_evidence"): ClaimState.EVIDENCE_NEEDED,
        (ClaimState.EVIDENCE_NEEDED, "go_on"): ClaimState.APPLIED,
        (ClaimState.APPLIED, "offer"): ClaimState.OFFERED,
        (ClaimState.OFFERED, "go_on"): ClaimState.APPLIED,
        (ClaimState.APPLIED, "refuse"): ClaimState.REFUSED,
        **{(state, "await_return"): ClaimState.AWAITING_RETURN for state in _GRANTABLE},
        **{(state, "await_reship"): ClaimState.AWAITING_RESHIP for state in _GRANTABLE},
        **{(state, "pay"): ClaimState.REFUNDING for state in _GRANTABLE},
        (ClaimState.AWAITING_RETURN, "send_back"): ClaimState.RETURN_SENT,
        (ClaimState.RETURN_SENT, "offer"): ClaimState.RETURN_OFFERED,
        (ClaimState.RETURN_OFFERED, "go_on"): ClaimState.RETURN_SENT,
        (ClaimState.RETURN_OFFERED, "pay"): ClaimState.REFUNDING,
        (ClaimState.RETURN_SENT, "refuse"): ClaimState.RETURN_REFUSED,
        (ClaimState.RETURN_SENT, "pay"): ClaimState.REFUNDING,
        (ClaimState.RETURN_SENT, "await_reship"): ClaimState.AWAITING_RESHIP,
        (ClaimState.AWAITING_RESHIP, "reship"): ClaimState.RESHIPPED,
        (ClaimState.AWAITING_RESHIP, "pay"): ClaimState.REFUNDING,
        (ClaimState.RESHIPPED, "pay"): ClaimState.REFUNDING,  # what a verdict grants on top of goods
        **{(state, "escalate"): ClaimState.DISPUTED for state in _ESCALABLE},
        **{(state, "seize"): ClaimState.DISPUTED for state in _SEIZABLE},
        (ClaimState.RESHIPPED, "finish"): ClaimState.DONE,
        (ClaimState.REFUNDING, "finish"): ClaimState.DONE,
        **{(state, "owe_goods"): ClaimState.AWAITING_GIVE_BACK for state in _HOLDING},
        (ClaimState.REFUNDING, "owe_rest"): ClaimState.AWAITING_GIVE_BACK,  # of a return that was accepted in part
        (ClaimState.AWAITING_GIVE_BACK, "give_back"): ClaimState.GIVEN_BACK,
        (ClaimState.AWAITING_GIVE_BACK, "pay"): ClaimState.REFUNDING,
        **{
            (state, "finish"): ClaimState.DONE
            for state in (ClaimState.GIVEN_BACK, ClaimState.DISPUTED, ClaimState.AWAITING_RETURN)
        },
        **{(state, "close"): ClaimState.CLOSED for state in (*_LEAVABLE, ClaimState.GIVEN_BACK)},
    },
)


@dataclass(frozen=True, slots=True)
class Debt:
    """Money that the buyer is to have. A `round` is one try to pay it; only a failure begins another."""

    minor: int = 0
    round: int = 1
    arrived: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it is still to arrive."""
        return self.minor > 0 and not self.arrived


@dataclass(frozen=True, slots=True)
class Claim:
    """One request about pieces of one order line, as far as its life depends on it.

    `remedy` is what it is heading for: the type asked for, until an offer or a verdict says otherwise. `left` is what
    remains of the merchant's time while the buyer is asked something. `goods_back`: the goods are with the merchant, or on
    their way to him. `accepted_pieces`: how many of them he accepted where he refused the others; none
    where a verdict leaves them the buyer's. `reship_signed`: what was sent instead was handed over.
    """

    terms: Terms
    remedy: ClaimType
    state: ClaimState = ClaimState.DRAFT
    attempt: int = 1
    clock: Clock | None = None
    due_at: Instant | None = None
    left: timedelta | None = None
    offer_minor: int = 0
    offers: int = 0
    evidence_asks: int = 0
    extended: bool = False
    goods_back: bool = False
    return_signed: bool = False
    reship_signed: bool = False
    accepted_pieces: int | None = None
    refund: Debt = Debt()
    compensation: Debt = Debt()
    closing: Closing | None = None

    @property
    def unaccepted_pieces(self) -> int:
        """How many of the returned pieces the merchant did not accept, where he accepted a part."""
        return 0 if self.accepted_pieces is None else self.terms.pieces - self.accepted_pieces

    @property
    def returnable_pieces(self) -> int:
        """How many of its pieces can come back, or be sent again: those that left."""
        return self.terms.pieces - self.terms.waiting_pieces

    def unsent_of(self, pieces: int) -> int:
        """Return how many of so many of its pieces were not sent; none are while it is open, whatever it is heading for.

        Of goods that are back, those that left are counted first.
        """
        if self.goods_back:
            return min(pieces, max(0, self.terms.waiting_pieces - self.unaccepted_pieces))
        return pieces if self.terms.type is ClaimType.REFUND_UNSHIPPED else min(pieces, self.terms.waiting_pieces)

    @property
    def owner(self) -> Party | None:
        """Who has to act now; nobody once it is over."""
        return OWNERS.get(self.state)

    @property
    def is_open(self) -> bool:
        """Whether it still stands in the way of the order."""
        return self.state in OWNERS

    def debt(self, purse: Purse) -> Debt:
        """Return what is owed out of one of the two purses."""
        return self.refund if purse is Purse.REFUND else self.compensation


@dataclass(frozen=True, slots=True)
class Turn:
    """The claim after an act, and what has to be done in the world, in this order."""

    claim: Claim
    effects: tuple[Effect, ...] = ()

    def then(self, *effects: Effect) -> "Turn":
        """Return the turn with more effects at its end."""
        return Turn(self.claim, (*self.effects, *effects))


def return_ended(state: ClaimState, closing: Closing | None) -> bool | None:
    """Say how a return ended, for whoever hears of it late: True for done, False for nothing; None while it goes on."""
    if state is ClaimState.DONE:
        return True
    return False if state is ClaimState.CLOSED or closing is not None else None


def dispute_hears(state: ClaimState | None) -> bool:
    """Whether the word that a claim was agreed to or ended is still true of it: not once it is quarrelled over anew."""
    return state is not ClaimState.DISPUTED


_CODES = {
    ClaimState.DRAFT: 6,
    ClaimState.APPLIED: 6,
    ClaimState.EVIDENCE_NEEDED: 6,
    ClaimState.OFFERED: 6,
    ClaimState.AWAITING_RETURN: 7,
    ClaimState.AWAITING_RESHIP: 8,
    ClaimState.RETURN_SENT: 11,
    ClaimState.RETURN_OFFERED: 11,
    ClaimState.REFUNDING: 12,
    ClaimState.DONE: 12,
    ClaimState.RESHIPPED: 13,
    ClaimState.REFUSED: 27,
    ClaimState.DISPUTED: 27,
    ClaimState.CLOSED: 28,
    ClaimState.RETURN_REFUSED: 29,
    ClaimState.AWAITING_GIVE_BACK: 29,
    ClaimState.GIVEN_BACK: 29,
}
_CODES_OF_EXCHANGES = {ClaimState.AWAITING_RESHIP: 11, ClaimState.DONE: 14}  # 6 → 7 → 11 → 13 → 14
_CODES_OF_SENDINGS = {ClaimState.DONE: 53}  # 6 → 8 → 13 → 53


def status_code(state: ClaimState, remedy: ClaimType, *, goods_back: bool = False) -> int:
    """Return the platform's number of the status (DOMAIN 1.6); a dispute keeps the one of the refusal."""
    if state is ClaimState.DISPUTED and goods_back:
        return 29
    if remedy is ClaimType.EXCHANGE:
        return _CODES_OF_EXCHANGES.get(state, _CODES[state])
    if remedy in {ClaimType.RESHIP, ClaimType.REPAIR}:
        return _CODES_OF_SENDINGS.get(state, _CODES[state])
    return _CODES[state]
