"""What people and clocks do to a dispute, and what follows from it for the world."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from anxin.kernel.clock import Instant
from anxin.market.guarantee.domain.claim_acts import Party
from anxin.market.guarantee.domain.verdicts import CaseFacts, Verdict


class Clock(StrEnum):
    """The one clock that runs in a state; its handler is `guarantee.dispute`."""

    NEGOTIATION = "negotiation"
    EVIDENCE = "evidence"
    DECIDING = "deciding"  # the platform's own: an arbitrator who is too slow loses the case to the queue
    EXECUTION = "execution"  # the losing side may appeal or comply this long, then it is forced


@dataclass(frozen=True)
class Offer:
    """`party` proposes a settlement; the verdict's reason is `settled`."""

    party: Party
    settlement: Verdict
    facts: CaseFacts


@dataclass(frozen=True)
class AcceptOffer:
    """`party` takes what the other side proposed."""

    party: Party


@dataclass(frozen=True)
class DeclineOffer:
    """`party` turns the other side's proposal down."""

    party: Party


@dataclass(frozen=True)
class StopTalking:
    """`party` sees no settlement: the platform shall decide now."""

    party: Party


@dataclass(frozen=True)
class GiveEvidence:
    """`party` hands in `pieces` pieces of evidence."""

    party: Party
    pieces: int


@dataclass(frozen=True)
class Take:
    """An arbitrator takes the case out of the queue."""

    arbitrator: UUID


@dataclass(frozen=True)
class HandBack:
    """An arbitrator puts the case back."""

    arbitrator: UUID


@dataclass(frozen=True)
class AskEvidence:
    """The arbitrator wants something shown; `parties` have the evidence hours for it."""

    arbitrator: UUID
    parties: frozenset[Party]
    question: str = ""


@dataclass(frozen=True)
class Decide:
    """The arbitrator decides, the first time or the appeal."""

    arbitrator: UUID
    verdict: Verdict
    facts: CaseFacts


@dataclass(frozen=True)
class Sign:
    """A second arbitrator signs a verdict over a large sum."""

    arbitrator: UUID


@dataclass(frozen=True)
class SendBack:
    """The second arbitrator does not sign, and says why."""

    arbitrator: UUID
    why: str


@dataclass(frozen=True)
class AcceptVerdict:
    """`party` accepts the verdict and gives up the appeal."""

    party: Party


@dataclass(frozen=True)
class Appeal:
    """`party` appeals with `pieces` pieces of new evidence."""

    party: Party
    pieces: int
    why: str


@dataclass(frozen=True)
class Cancel:
    """The buyer takes the complaint back."""


@dataclass(frozen=True)
class EndForLaw:
    """A court or the police has it now (article 63)."""

    why: str


@dataclass(frozen=True)
class Expire:
    """A clock has run out."""

    clock: Clock


@dataclass(frozen=True)
class ClaimAgreed:
    """The merchant agreed to the claim while the platform was looking at it: nothing is left to decide."""


@dataclass(frozen=True)
class ClaimEnded:
    """The after-sale claim has come to its end; `closed` when it came to nothing."""

    closed: bool = False


@dataclass(frozen=True)
class ClaimDisputedAgain:
    """What was decided or agreed is quarrelled over anew, such as goods that came back used: another dispute begins."""


Act = (
    Offer
    | AcceptOffer
    | DeclineOffer
    | StopTalking
    | GiveEvidence
    | Take
    | HandBack
    | AskEvidence
    | Decide
    | Sign
    | SendBack
    | AcceptVerdict
    | Appeal
    | Cancel
    | EndForLaw
    | Expire
    | ClaimAgreed
    | ClaimEnded
    | ClaimDisputedAgain
)


@dataclass(frozen=True)
class SetClock:
    """A clock starts, or starts anew."""

    clock: Clock
    due_at: Instant


@dataclass(frozen=True)
class StopClock:
    """No clock runs any more."""


@dataclass(frozen=True)
class ExecuteVerdict:
    """The claim goes the way of the verdict, refund and compensation with it; `forced` when the losing side let the time pass."""

    verdict: Verdict
    forced: bool


@dataclass(frozen=True)
class CloseClaim:
    """The claim ends without a verdict: taken back, or gone to court."""

    why: str


@dataclass(frozen=True)
class Note:
    """An entry of the dispute's timeline."""

    kind: str
    party: Party
    facts: dict[str, Any] = field(default_factory=dict)


class News(StrEnum):
    """What others are told."""

    OPENED = "opened"
    DECIDED = "decided"
    APPEALED = "appealed"
    EXECUTED = "executed"
    ENDED = "ended"


@dataclass(frozen=True)
class Tell:
    """An event is published."""

    news: News


Effect = SetClock | StopClock | ExecuteVerdict | CloseClaim | Note | Tell
