"""Disputes with honest defaults: a refused claim about a signed order, and what both sides and arbitrators do about it."""

from dataclasses import dataclass
from uuid import UUID

from anxin.infra.models import OutboxEvent
from anxin.kernel.clock import Instant
from anxin.market.guarantee.commands import arbitration, claim_answers, claim_escalation, claims, disputes
from anxin.market.guarantee.commands.claim_evidence import keep_file
from anxin.market.guarantee.commands.disputes import Piece, Side
from anxin.market.guarantee.domain.claim_acts import Refusal
from anxin.market.guarantee.domain.facts import Evidence
from anxin.market.guarantee.models import Dispute
from anxin.market.guarantee.queries.disputes import Verdict, VerdictKind
from anxin.market.people.queries import Role
from tests.builders.claims import BROKEN, DAY, HOUR, SIGNED_AT, Bought, signed, some_pixels
from tests.builders.people import a_person, with_role
from tests.support.work import work

DEFECT = (Evidence.PHOTO_DEFECT,)
ASKED_AT = SIGNED_AT + DAY
CALLED_AT = ASKED_AT + 2 * HOUR


@dataclass
class Disputed:
    """A dispute, its two sides and the claim it is about."""

    id: UUID
    claim: UUID
    made: Bought

    @property
    def row(self) -> Dispute:
        """The dispute as it stands."""
        return Dispute.objects.get(id=self.id)

    @property
    def buyer(self) -> Side:
        """The buyer's side."""
        return Side(self.made.buyer.id)

    @property
    def merchant(self) -> Side:
        """The merchant's side."""
        return Side(self.made.staff, self.made.shop)

    def show(self, side: Side, kind: str = "photo", *, now: Instant = CALLED_AT) -> int:
        """Hand in one picture, each time another."""
        return disputes.give_evidence(self.id, [a_piece(kind)], side=side, now=now)

    def heard(self, by: UUID, *, now: Instant = CALLED_AT) -> "Disputed":
        """Both sides have shown something, the talks are over, and an arbitrator has taken the case."""
        self.show(self.merchant, "logistics", now=now)
        disputes.stop_talking(self.id, side=self.buyer, now=now)
        arbitration.take(self.id, by=by, now=now)
        return self


def a_piece(kind: str = "photo", *, private: bool = False) -> Piece:
    """A picture of its own."""
    return Piece(kind, file=keep_file(some_pixels()), private=private)


def an_arbitrator() -> UUID:
    """Somebody who may judge."""
    return with_role(a_person(), Role.ARBITRATOR)


def disputed(*, now: Instant = CALLED_AT, price_minor: int = 10_000) -> Disputed:
    """The buyer showed a defect and asked for return and refund, the merchant refused, the platform was called."""
    made = signed(price_minor=price_minor)
    asked = made.ask(BROKEN, now=now - 2 * HOUR, show=DEFECT)
    claim_answers.refuse(asked, Refusal.NO_DEFECT, made.answer("没有问题"), now=now - HOUR)
    return Disputed(claim_escalation.escalate(asked, person_id=made.buyer.id, now=now), asked, made)


def all_back(minor: int = 10_000) -> Verdict:
    """Return and refund for a visible defect."""
    return Verdict(VerdictKind.RETURN_REFUND, "visible_defect", minor)


def some_back(minor: int = 3_000) -> Verdict:
    """A partial refund for a minor defect."""
    return Verdict(VerdictKind.PARTIAL_REFUND, "minor_defect", minor)


NOTHING_BACK = Verdict(VerdictKind.NO_SUPPORT, "merchant_rebutted", note="物流凭证显示完好签收")


def told(kind: str) -> int:
    """Return how many events of disputes were published of a kind."""
    return OutboxEvent.objects.filter(kind=f"guarantee.dispute_{kind}").count()


def decided(verdict: Verdict, *, by: UUID | None = None, price_minor: int = 10_000) -> Disputed:
    """A dispute with both sides heard and this verdict given, an hour after the platform was called."""
    judge = by or an_arbitrator()
    case = disputed(price_minor=price_minor).heard(judge)
    arbitration.decide(case.id, verdict, by=judge, now=CALLED_AT + HOUR)
    return case


def sent_back_and_inspected(case: Disputed, now: Instant) -> None:
    """The buyer sends the goods back and the merchant accepts them."""
    claims.send_back(case.claim, carrier="sf", tracking_no="SF1234567890123", person_id=case.made.buyer.id, now=now)
    claim_answers.inspect(case.claim, 1, case.made.answer(), now=now)
    work(now)
