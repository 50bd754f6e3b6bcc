"""What people, clocks and money do to a claim (acts), and what a claim asks the world to do (effects). Plain values.

`domain/claims.py` turns the one into the other.
"""

from dataclasses import dataclass
from enum import StrEnum

from anxin.kernel.clock import Instant
from anxin.market.guarantee.domain.facts import DEFAULT_TIMERS, ClaimType, Evidence, Timers


class Party(StrEnum):
    """Who has to move, or moved."""

    BUYER = "buyer"
    MERCHANT = "merchant"
    PLATFORM = "platform"


class Clock(StrEnum):
    """The clocks of a claim (DOMAIN 1.7); a value is the kind of its deadline. A claim runs one at a time."""

    MERCHANT_ANSWER = "guarantee.merchant_answer"
    EVIDENCE = "guarantee.evidence"
    OFFER = "guarantee.offer"
    RETURN_TRACKING = "guarantee.return_tracking"
    INSPECTION = "guarantee.inspection"
    RESHIP = "guarantee.reship"
    GIVE_BACK = "guarantee.give_back"
    RECEIPT = "guarantee.receipt"
    ESCALATION = "guarantee.escalation"
    EXECUTION = "guarantee.execution"
    MONEY_RETRY = "guarantee.money_retry"


class Purse(StrEnum):
    """The two separate flows of money (DOMAIN 1.8): what was paid comes back, and what is paid on top."""

    REFUND = "refund"
    COMPENSATION = "compensation"


class Refusal(StrEnum):
    """Why a merchant refuses. What was known when it was agreed cannot be a reason at the inspection (总则 52)."""

    OUT_OF_WINDOW = "out_of_window"
    NOT_COVERED = "not_covered"
    NO_DEFECT = "no_defect"
    EVIDENCE_DOUBTFUL = "evidence_doubtful"
    BUYER_DAMAGE = "buyer_damage"
    SENT_ALREADY = "sent_already"
    AGREED_OTHERWISE = "agreed_otherwise"
    EMPTY_PARCEL = "empty_parcel"
    WRONG_GOODS = "wrong_goods"
    PARTS_MISSING = "parts_missing"
    NOT_INTACT = "not_intact"
    USED = "used"


AT_INSPECTION = frozenset(
    {Refusal.EMPTY_PARCEL, Refusal.WRONG_GOODS, Refusal.PARTS_MISSING, Refusal.NOT_INTACT, Refusal.USED}
)
AT_REVIEW = frozenset(Refusal) - AT_INSPECTION


class Closing(StrEnum):
    """Why a claim came to nothing (4 系统取消, 5 用户取消)."""

    WITHDRAWN = "withdrawn"
    NO_EVIDENCE = "no_evidence"
    NOT_SENT_BACK = "not_sent_back"
    NOT_ESCALATED = "not_escalated"
    NOT_SUPPORTED = "not_supported"


@dataclass(frozen=True, slots=True)
class Terms:
    """What is asked for and what the rules made of it (`decide`), fixed when the claim is sent or modified.

    `refund_minor` is asked for, `refund_max_minor` what the order line still holds, `worth_minor` what the pieces cost.
    Not `refusable`: the merchant may say what he finds at the inspection, but not no.
    """

    type: ClaimType
    pieces: int
    pieces_max: int
    refund_minor: int
    refund_max_minor: int
    worth_minor: int
    compensation_minor: int = 0
    return_needed: bool = False
    refusable: bool = True
    waiting_pieces: int = 0  # of those a price is asked back for: so many had not left
    closes_without_evidence: bool = False  # fresh goods (DOMAIN 1.4); others are decided on what exists (1.7)
    timers: Timers = DEFAULT_TIMERS


# Acts of the buyer


@dataclass(frozen=True, slots=True)
class Apply:
    """The buyer asks; it is the `attempt`th time for this line."""

    terms: Terms
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Modify:
    """The buyer asks for something else, or again after a refusal; it counts as another attempt."""

    terms: Terms


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The buyer lets it be."""


@dataclass(frozen=True, slots=True)
class AcceptOffer:
    """The buyer takes what the merchant offered."""


@dataclass(frozen=True, slots=True)
class DeclineOffer:
    """The buyer does not take it."""


@dataclass(frozen=True, slots=True)
class AddEvidence:
    """Either side shows something; a buyer who was asked for it has answered."""

    by: Party = Party.BUYER


@dataclass(frozen=True, slots=True)
class SendBack:
    """The goods are on their way back under this tracking number."""

    carrier: str
    tracking_no: str


@dataclass(frozen=True, slots=True)
class Extend:
    """The buyer needs more time to send the goods back, once."""


@dataclass(frozen=True, slots=True)
class ConfirmReship:
    """The buyer has what was sent instead."""


@dataclass(frozen=True, slots=True)
class Escalate:
    """The platform is called (申请平台介入), or steps in by itself."""

    by: Party = Party.BUYER


# Acts of the merchant


@dataclass(frozen=True, slots=True)
class Agree:
    """The merchant agrees; `automatic` where a rule did."""

    automatic: bool = False


@dataclass(frozen=True, slots=True)
class Refuse:
    """The merchant refuses, before the goods come back or after looking at them."""

    reason: Refusal


@dataclass(frozen=True, slots=True)
class OfferPartial:
    """The merchant offers this refund for an end of it; the buyer keeps the goods, or takes it for what he returned."""

    refund_minor: int


@dataclass(frozen=True, slots=True)
class AskEvidence:
    """The merchant wants to see more; his clock stands meanwhile."""

    kinds: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Inspect:
    """The merchant has looked at the return and accepts it: these pieces go back to stock, the others are written off."""

    sound_pieces: int


@dataclass(frozen=True, slots=True)
class InspectPart:
    """The merchant accepts some of the returned pieces and refuses the others; of the accepted ones so many are sound."""

    accepted_pieces: int
    sound_pieces: int
    reason: Refusal


@dataclass(frozen=True, slots=True)
class GiveBack:
    """What was not accepted is on its way back to the buyer."""

    carrier: str
    tracking_no: str


@dataclass(frozen=True, slots=True)
class Reship:
    """Missing, exchanged or repaired goods are sent to the buyer."""

    carrier: str
    tracking_no: str


# Acts of the platform, of money, carriers and time


@dataclass(frozen=True, slots=True)
class Verdict:
    """The platform has decided. `remedy` None: the buyer is not supported.

    `goods_go_back`: what the shop has of the buyer's stays the buyer's; the money is for the rest of the harm.
    """

    remedy: ClaimType | None
    refund_minor: int = 0
    compensation_minor: int = 0
    return_needed: bool = False
    goods_go_back: bool = False


@dataclass(frozen=True, slots=True)
class ForceMajeure:
    """Nobody in this region can be expected to act before `until`."""

    until: Instant


@dataclass(frozen=True, slots=True)
class ReturnSigned:
    """The carrier handed the return over to the merchant."""


@dataclass(frozen=True, slots=True)
class GivenBackSigned:
    """The carrier handed over to the buyer what was not accepted, or what was sent instead."""


@dataclass(frozen=True, slots=True)
class MoneyArrived:
    """The buyer has the money of this purse."""

    purse: Purse


@dataclass(frozen=True, slots=True)
class MoneyFailed:
    """The provider could not pay this purse the `round`th time; it was booked back."""

    purse: Purse
    round: int


@dataclass(frozen=True, slots=True)
class Expire:
    """A clock ran out."""

    clock: Clock


Act = (
    Apply
    | Modify
    | Withdraw
    | AcceptOffer
    | DeclineOffer
    | AddEvidence
    | SendBack
    | Extend
    | ConfirmReship
    | Escalate
    | Agree
    | Refuse
    | OfferPartial
    | AskEvidence
    | Inspect
    | InspectPart
    | GiveBack
    | Reship
    | Verdict
    | ForceMajeure
    | ReturnSigned
    | GivenBackSigned
    | MoneyArrived
    | MoneyFailed
    | Expire
)


# Effects


class News(StrEnum):
    """What other modules are told of; each is an event."""

    OPENED = "opened"
    AGREED = "agreed"
    REFUSED = "refused"
    RETURNED = "returned"
    GOODS_OWED = "goods_owed"
    GIVEN_BACK = "given_back"
    ESCALATED = "escalated"
    DONE = "done"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class SetClock:
    """From now on this clock runs."""

    clock: Clock
    due_at: Instant


@dataclass(frozen=True, slots=True)
class StopClock:
    """This clock does not run any more."""

    clock: Clock


@dataclass(frozen=True, slots=True)
class HoldOrder:
    """No receipt by time, no settlement, and nothing more is shipped on the line."""


@dataclass(frozen=True, slots=True)
class FreeOrder:
    """The order goes its way again."""


@dataclass(frozen=True, slots=True)
class Deduct:
    """The line loses so much money, and so many pieces that will not be refunded or shipped again; once a claim."""

    refund_minor: int
    pieces: int


@dataclass(frozen=True, slots=True)
class Refund:
    """Give back what was paid. The same `round` twice is one refund; a new round follows a failure."""

    minor: int
    round: int = 1


@dataclass(frozen=True, slots=True)
class Compensate:
    """Pay on top of what was paid. Rounds as in Refund."""

    minor: int
    round: int = 1


@dataclass(frozen=True, slots=True)
class FollowReturn:
    """Have the carrier tell where the return is."""

    carrier: str
    tracking_no: str


@dataclass(frozen=True, slots=True)
class SendGoods:
    """Take these pieces from stock (a repair brings its own) and have the carrier tell where they are."""

    pieces: int
    carrier: str
    tracking_no: str


@dataclass(frozen=True, slots=True)
class Restock:
    """So many pieces can be sold again."""

    pieces: int


@dataclass(frozen=True, slots=True)
class WriteOff:
    """So many pieces are of no use any more."""

    pieces: int


@dataclass(frozen=True, slots=True)
class Note:
    """An entry for the claim's timeline."""

    kind: str
    minor: int = 0


@dataclass(frozen=True, slots=True)
class Tell:
    """Something that other modules listen to."""

    news: News


Effect = (
    SetClock
    | StopClock
    | HoldOrder
    | FreeOrder
    | Deduct
    | Refund
    | Compensate
    | FollowReturn
    | SendGoods
    | Restock
    | WriteOff
    | Note
    | Tell
)
