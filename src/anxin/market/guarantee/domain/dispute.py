"""Where a dispute (平台介入) can stand, and what is known of it. `domain/disputes.py` moves it."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from anxin.kernel.clock import Instant
from anxin.kernel.states import StateTable
from anxin.market.guarantee.domain.arbitration import VerdictKind
from anxin.market.guarantee.domain.claim_acts import Party
from anxin.market.guarantee.domain.dispute_acts import Clock, Effect
from anxin.market.guarantee.domain.verdicts import Verdict

SIDES = frozenset({Party.BUYER, Party.MERCHANT})


class DisputeState(StrEnum):
    """Where a dispute stands; the numbers are the arbitration codes of DOMAIN 1.6."""

    NEGOTIATION = "negotiation"  # 5 协商期
    EVIDENCE_WANTED = "evidence_wanted"  # 4 待举证
    DECIDING = "deciding"  # 1 处理中
    SECOND_SIGNATURE = "second_signature"  # 1
    DECIDED = "decided"  # 2 支持买家, 3 支持商家
    APPEALED = "appealed"  # 1
    EXECUTING = "executing"  # 2, 3
    ENDED = "ended"  # 6 仲裁结束
    CANCELLED = "cancelled"  # 255 取消


S = DisputeState
LIFE: StateTable[DisputeState] = StateTable(
    aggregate="dispute",
    initial=S.NEGOTIATION,
    steps={
        (S.NEGOTIATION, "want_evidence"): S.EVIDENCE_WANTED,
        (S.NEGOTIATION, "consider"): S.DECIDING,
        (S.NEGOTIATION, "settle"): S.EXECUTING,
        (S.NEGOTIATION, "cancel"): S.CANCELLED,
        (S.NEGOTIATION, "end"): S.ENDED,
        (S.EVIDENCE_WANTED, "consider"): S.DECIDING,
        (S.EVIDENCE_WANTED, "consider_appeal"): S.APPEALED,
        (S.EVIDENCE_WANTED, "settle"): S.EXECUTING,
        (S.EVIDENCE_WANTED, "cancel"): S.CANCELLED,
        (S.EVIDENCE_WANTED, "end"): S.ENDED,
        (S.DECIDING, "want_evidence"): S.EVIDENCE_WANTED,
        (S.DECIDING, "propose"): S.SECOND_SIGNATURE,
        (S.DECIDING, "decide"): S.DECIDED,
        (S.DECIDING, "settle"): S.EXECUTING,
        (S.DECIDING, "cancel"): S.CANCELLED,
        (S.DECIDING, "end"): S.ENDED,
        (S.SECOND_SIGNATURE, "consider"): S.DECIDING,
        (S.SECOND_SIGNATURE, "consider_appeal"): S.APPEALED,
        (S.SECOND_SIGNATURE, "decide"): S.DECIDED,
        (S.SECOND_SIGNATURE, "cancel"): S.CANCELLED,
        (S.SECOND_SIGNATURE, "end"): S.ENDED,
        (S.DECIDED, "appeal"): S.APPEALED,
        (S.DECIDED, "execute"): S.EXECUTING,
        (S.DECIDED, "cancel"): S.CANCELLED,
        (S.DECIDED, "end"): S.ENDED,
        (S.APPEALED, "want_evidence"): S.EVIDENCE_WANTED,
        (S.APPEALED, "propose"): S.SECOND_SIGNATURE,
        (S.APPEALED, "decide"): S.DECIDED,
        (S.APPEALED, "settle"): S.EXECUTING,
        (S.APPEALED, "cancel"): S.CANCELLED,
        (S.APPEALED, "end"): S.ENDED,
        (S.SECOND_SIGNATURE, "settle"): S.EXECUTING,
        (S.DECIDED, "settle"): S.EXECUTING,
        (S.EXECUTING, "finish"): S.ENDED,
    },
)
OPEN = tuple(state for state in S if state not in LIFE.ends())
JUDGED = (S.DECIDING, S.APPEALED)
TALKING = (S.NEGOTIATION, S.EVIDENCE_WANTED, S.DECIDING, S.APPEALED)


class Outcome(StrEnum):
    """How a dispute came out, for the parties and the public statistics."""

    BUYER = "buyer"
    PARTIAL = "partial"
    MERCHANT = "merchant"
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"
    LITIGATION = "litigation"


@dataclass(frozen=True)
class Dispute:
    """One case. `verdict` is the latest decided or proposed, `first_verdict` the one that was appealed against."""

    id: UUID
    claim_id: UUID
    shop_id: UUID
    buyer_id: UUID
    asked_minor: int
    rules: str
    fresh: bool
    opened_by: Party
    opened_at: Instant
    state: DisputeState = S.NEGOTIATION
    clock: Clock | None = None
    due_at: Instant | None = None
    arbitrator: UUID | None = None
    overdue: int = 0
    wanted: frozenset[Party] = frozenset()
    buyer_pieces: int = 0
    merchant_pieces: int = 0
    offered_by: Party | None = None
    offer: Verdict | None = None
    verdict: Verdict | None = None
    decided_by: UUID | None = None
    signed_by: UUID | None = None
    decided_at: Instant | None = None
    accepted: frozenset[Party] = frozenset()
    appealed_by: Party | None = None
    appealed_at: Instant | None = None
    first_verdict: Verdict | None = None
    judges: frozenset[UUID] = frozenset()  # who has decided or signed before: none of them judges the appeal
    forced: bool = False
    outcome: Outcome | None = None
    ended_at: Instant | None = None

    @property
    def final(self) -> bool:
        """Whether the appeal has been used."""
        return self.appealed_by is not None

    def pieces(self, party: Party) -> int:
        """Return how many pieces of evidence one side has handed in."""
        return self.buyer_pieces if party is Party.BUYER else self.merchant_pieces

    @property
    def overturned(self) -> bool:
        """Whether the appeal changed what was decided first."""
        first, last = self.first_verdict, self.verdict
        return bool(first and last and self.outcome and not first.same_as(last))


@dataclass(frozen=True)
class Turn:
    """What an act leads to: the dispute afterwards, and what the world must do."""

    dispute: Dispute
    effects: tuple[Effect, ...] = ()


def whose_turn(dispute: Dispute) -> frozenset[Party]:
    """Return who has to act now; nobody once it is over."""
    if dispute.state is S.EVIDENCE_WANTED:
        return dispute.wanted
    if dispute.state is S.DECIDED:
        return SIDES - dispute.accepted if not dispute.final else frozenset({loser(dispute)})
    waiting = {S.NEGOTIATION: SIDES, S.EXECUTING: frozenset({Party.PLATFORM})}
    platform = frozenset({Party.PLATFORM}) if dispute.state in OPEN else frozenset[Party]()
    return waiting.get(dispute.state, platform)


def arbitration_code(dispute: Dispute) -> int:
    """Return the platform code of DOMAIN 1.6."""
    codes = {S.NEGOTIATION: 5, S.EVIDENCE_WANTED: 4, S.ENDED: 6, S.CANCELLED: 255}
    if dispute.state in (S.DECIDED, S.EXECUTING) and dispute.verdict:
        return 3 if dispute.verdict.kind is VerdictKind.NO_SUPPORT else 2
    return codes.get(dispute.state, 1)


def outcome_of(verdict: Verdict) -> Outcome:
    """Return whose side a verdict takes; a part of the money is neither's."""
    if verdict.kind is VerdictKind.NO_SUPPORT:
        return Outcome.MERCHANT
    part = verdict.kind in (VerdictKind.PARTIAL_REFUND, VerdictKind.COMPENSATION)
    return Outcome.PARTIAL if part else Outcome.BUYER


def gives_all(dispute: Dispute) -> bool:
    """Say whether the verdict gives the buyer all that was asked for."""
    verdict = dispute.verdict
    return (
        verdict is not None
        and outcome_of(verdict) is Outcome.BUYER
        and (verdict.refund_minor == 0 or verdict.refund_minor >= dispute.asked_minor)
    )


def loser(dispute: Dispute) -> Party:
    """Return whom the verdict goes against."""
    refused = dispute.verdict is not None and dispute.verdict.kind is VerdictKind.NO_SUPPORT
    return Party.BUYER if refused else Party.MERCHANT
