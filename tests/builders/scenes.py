"""How far things have come with a claim, a dispute or an insurance when a command runs: a scene, to be gone on from."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from anxin.market.guarantee import insurers
from anxin.market.guarantee.commands import (
    arbitration,
    claim_answers,
    claim_escalation,
    claims,
    disputes,
    freight,
    return_pickups,
)
from anxin.market.guarantee.commands.claims import Wish
from anxin.market.guarantee.commands.dispute_opening import DisputedClaim
from anxin.market.guarantee.commands.freight import SentBack
from anxin.market.guarantee.domain.claim_acts import Refusal
from anxin.market.guarantee.domain.facts import ClaimType, Evidence
from anxin.market.guarantee.domain.insurance import Route
from anxin.market.guarantee.models import FreightClaim, FreightPolicy, ReturnPickUp
from anxin.market.guarantee.queries.disputes import Verdict, VerdictKind
from anxin.market.guarantee.sandbox.insurer import InsurerFault
from anxin.market.orders.models import Order
from anxin.market.shipping.events import PickUpCollected
from tests.builders.claims import BROKEN, DAY, HOUR, NOW, REGRET, SIGNED_AT, a_picture, bought, claim, signed
from tests.builders.disputes import DEFECT, Disputed, a_piece, all_back, an_arbitrator, disputed, some_back
from tests.support.work import work

Scene = SimpleNamespace
T = SIGNED_AT + DAY
LATER = (HOUR, 3 * DAY, 12 * DAY, 24 * DAY, 30 * DAY)
NUMBER = "SF7770000000001"
BACK_AGAIN = "SF7770000000002"


def paid() -> Scene:
    made = bought()
    work(NOW)
    return Scene(made=made, policy=FreightPolicy.objects.filter(order_id=made.order).first(), now=NOW + HOUR)


def delivered(quantity: int = 1) -> Scene:
    made = signed(quantity=quantity)
    work(T)
    file = a_picture(Evidence.PHOTO_DEFECT, made.buyer.id, now=T)
    policy = FreightPolicy.objects.filter(order_id=made.order).first()
    return Scene(made=made, policy=policy, file=file, now=T)


def applied(wish: Wish = BROKEN) -> Scene:
    scene = delivered(wish.pieces)
    shown = () if wish.reason == REGRET.reason else DEFECT
    scene.asked = scene.made.ask(wish, now=T, show=shown)
    work(T)
    return scene


def after(scene: Scene, *steps: Callable[[Scene], object]) -> Scene:
    for step in steps:
        step(scene)
        work(scene.now)
    return scene


def offer(s: Scene) -> None:
    claim_answers.offer_partial(s.asked, 3_000, s.made.answer(), now=s.now)


def want_evidence(s: Scene) -> None:
    claim_answers.ask_evidence(s.asked, [Evidence.PHOTO_WHOLE], s.made.answer(), now=s.now)


def agree(s: Scene) -> None:
    claim_answers.agree(s.asked, s.made.answer(), now=s.now)


def refuse(s: Scene) -> None:
    claim_answers.refuse(s.asked, Refusal.NO_DEFECT, s.made.answer(), now=s.now)


def send_back(s: Scene) -> None:
    claims.send_back(s.asked, carrier="sf", tracking_no=NUMBER, person_id=s.made.buyer.id, now=s.now)


def inspect_(s: Scene) -> None:
    claim_answers.inspect(s.asked, 1, s.made.answer(), now=s.now)


def reship(s: Scene) -> None:
    claim_answers.reship(s.asked, carrier="sf", tracking_no=NUMBER, answer=s.made.answer(), now=s.now)


def let_be(s: Scene) -> None:
    claims.withdraw(s.asked, **as_buyer(s))


def seize(s: Scene) -> None:
    claim_escalation.seize(s.asked, reason="巡查", actor_id=an_arbitrator(), now=s.now)


def refuse_return(s: Scene) -> None:
    claim_answers.refuse(s.asked, Refusal.NOT_INTACT, s.made.answer(), now=s.now)
    claims.withdraw(s.asked, person_id=s.made.buyer.id, now=s.now)


def give_back(s: Scene) -> None:
    claim_answers.give_back(s.asked, carrier="sf", tracking_no=BACK_AGAIN, answer=s.made.answer(), now=s.now)


MISSING = Wish(ClaimType.RESHIP, "quality")
REGRET_OF_THREE = Wish(ClaimType.RETURN_REFUND, "no_longer_wanted", pieces=3)


def refunding() -> Scene:
    scene = applied(Wish(ClaimType.REFUND_SHIPPED, "quality"))
    agree(scene)  # nobody has told the provider yet
    scene.ref = claim(scene.asked).money_ref
    return scene


def in_dispute(price_minor: int = 10_000) -> Scene:
    case = disputed(price_minor=price_minor)
    work(T + 2 * HOUR)
    scene = Scene(case=case, made=case.made, asked=case.claim, now=T + 2 * HOUR, first=an_arbitrator())
    scene.other, scene.piece = an_arbitrator(), a_piece()
    return scene


def proposed() -> Scene:
    scene = in_dispute()
    case: Disputed = scene.case
    disputes.offer_settlement(
        case.id, VerdictKind.PARTIAL_REFUND, 2_000, side=case.merchant, now=scene.now, note="各让一步"
    )
    return scene


def heard(price_minor: int = 10_000) -> Scene:
    scene = in_dispute(price_minor)
    scene.case.heard(scene.first, now=scene.now)
    return scene


def decided(verdict: Verdict | None = None) -> Scene:
    scene = heard()
    arbitration.decide(scene.case.id, verdict or some_back(), by=scene.first, now=scene.now)
    work(scene.now)
    return scene


def to_be_signed() -> Scene:
    scene = heard(price_minor=300_000)
    arbitration.decide(scene.case.id, all_back(300_000), by=scene.first, now=scene.now)
    return scene


def freight_opened() -> Scene:
    scene = after(applied(REGRET), agree, send_back)
    scene.freight = FreightClaim.objects.filter(claim_id=scene.asked).first()
    return scene


def freight_submitted() -> Scene:
    scene = freight_opened()
    freight.submit_freight(scene.asked, done_at=scene.now, now=scene.now)
    return scene


def freight_refused() -> Scene:
    scene = freight_opened()
    insurers.sandbox().plan(scene.freight.policy_id, InsurerFault.REFUSE)
    freight.submit_freight(scene.asked, done_at=scene.now, now=scene.now)
    freight.ask_insurer(scene.freight.pk, now=scene.now)
    insurers.sandbox().plan(scene.freight.policy_id)
    return scene


def returning() -> Scene:
    scene = after(applied(BROKEN), agree)
    scene.slot = return_pickups.return_slots(scene.asked, person_id=scene.made.buyer.id, now=scene.now)[0]
    return scene


def booked() -> Scene:
    scene = returning()
    scene.pickup = return_pickups.book_return_pickup(
        scene.asked, scene.slot, person_id=scene.made.buyer.id, now=scene.now
    )
    work(scene.now)
    return scene


def collected() -> Scene:
    scene = booked()
    scene.now = scene.slot.starts_at + HOUR
    work(scene.now)
    return scene


def sent_back(s: Scene) -> SentBack:
    return SentBack(s.asked, s.made.order, Route.SELF_SHIP, "sf", NUMBER, s.now)


def collected_event(s: Scene) -> PickUpCollected:
    visit = ReturnPickUp.objects.get(pk=s.pickup)
    return PickUpCollected(visit.pk, s.made.order, s.made.shop, "sf", NUMBER, 900, 1_620, s.now)


def disputed_claim(s: Scene) -> DisputedClaim:
    row, order = claim(s.asked), Order.objects.get(id=s.made.order)
    subject = (row.id, order.id, row.line_id, row.shop_id, row.person_id)
    return DisputedClaim(*subject, row.category, row.type, row.reason, 10_000, 10_000, 10_000, shipped=True)


def as_buyer(s: Scene) -> dict[str, Any]:
    return {"person_id": s.made.buyer.id, "now": s.now}
