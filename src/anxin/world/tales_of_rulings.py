"""What verdicts of the demo market do with goods, where the platform steps in by itself, and a shop that ships too late."""

from collections.abc import Sequence
from uuid import UUID

from anxin.market.guarantee.commands import arbitration, claim_answers, claim_escalation, claims, compensation, disputes
from anxin.market.guarantee.commands.claim_escalation import NewCase
from anxin.market.guarantee.commands.ship_loading import load_kept_promises
from anxin.market.guarantee.queries.claims import Refusal
from anxin.market.guarantee.queries.disputes import Verdict, VerdictKind, dispute
from anxin.market.orders.queries import OrderFacts
from anxin.market.people.queries import Role
from anxin.world.cast import HOUR, Case, Claiming, Tale, sent_back
from anxin.world.stories import Story
from anxin.world.tales_of_disputes import judged


def _looked_into(case: Case) -> Story:
    """Nobody has asked for anything; the platform has its reasons, and asks both sides."""
    at = case.begins_at
    yield at
    new = NewCase(case.line.id, case.line.quantity, "同批次商品收到多起质量投诉")
    claim_escalation.open_case(new, actor_id=case.platform[Role.ARBITRATOR], now=at)


def _ruled(case: Case, kind: VerdictKind, note: str) -> Claiming:
    """Goods are decided on, and the shop complies; return the claim."""
    dispute_id = yield from judged(case, Verdict(kind, "visible_defect", note=note))
    at = case.begins_at + 32 * HOUR
    yield at
    disputes.accept_verdict(dispute_id, side=case.shops_side, now=at)
    return dispute(dispute_id).case.claim_id


def _come_back(case: Case, claim_id: UUID) -> Story:
    """The goods come back and are looked at."""
    at = case.begins_at + 40 * HOUR
    yield at
    claims.send_back(claim_id, carrier="sf", tracking_no=case.number(), person_id=case.buyer, now=at)
    at += 30 * HOUR
    yield at
    claim_answers.inspect(claim_id, 0, case.answer("已收到"), now=at)


def _sent(case: Case, claim_id: UUID, hours: int, words: str) -> Story:
    """Others are sent, so many hours after the story began."""
    at = case.begins_at + hours * HOUR
    yield at
    number = case.number(1)
    claim_answers.reship(claim_id, carrier="sf", tracking_no=number, answer=case.answer(words), now=at)


def _ruled_exchange(case: Case) -> Story:
    claim_id = yield from _ruled(case, VerdictKind.EXCHANGE, "缺陷明显，支持换货")
    yield from _come_back(case, claim_id)
    yield from _sent(case, claim_id, 72, "已换新发出")


def _ruled_repair(case: Case) -> Story:
    claim_id = yield from _ruled(case, VerdictKind.REPAIR, "可修复，支持维修")
    yield from _come_back(case, claim_id)
    yield from _sent(case, claim_id, 90, "已修好寄回")
    at = case.begins_at + 130 * HOUR
    yield at
    claims.confirm_reship(claim_id, person_id=case.buyer, now=at)


def _ruled_reship(case: Case) -> Story:
    claim_id = yield from _ruled(case, VerdictKind.RESHIP, "支持补发")
    yield from _sent(case, claim_id, 50, "已补发")


def _owed_by_verdict(case: Case) -> Story:
    """The shop has the goods and refused them; the buyer is consoled, and gets the goods back as well."""
    claim_id = yield from sent_back(case)
    at = case.begins_at + 30 * HOUR
    yield at
    claim_answers.refuse(claim_id, Refusal.USED, case.answer("有使用痕迹"), now=at)
    at += 2 * HOUR
    yield at
    dispute_id = claim_escalation.escalate(claim_id, words="只试穿过一次", person_id=case.buyer, now=at)
    disputes.stop_talking(dispute_id, side=case.buyers_side, now=at)
    at += 30 * HOUR
    yield at
    judge = case.platform[Role.ARBITRATOR]
    arbitration.take(dispute_id, by=judge, now=at)
    sorry_minor = min(case.line.amount_minor // 10, 3_000)
    verdict = Verdict(VerdictKind.COMPENSATION, "poor_experience", 0, sorry_minor, note="沟通失当，商品退还买家")
    arbitration.decide(dispute_id, verdict, by=judge, now=at)


def ships_too_late(orders: Sequence[OrderFacts]) -> Story:
    """A shop sells more than it can ship in time: every late order is paid for, and at last the shop may not sell."""
    shipped = {one.id: one.shipped_at for one in orders if one.shipped_at is not None}
    if not shipped:
        return
    late = load_kept_promises(list(shipped), now=max(shipped.values()))
    for order_id in sorted(late, key=shipped.__getitem__):
        yield shipped[order_id]
        compensation.promise_shipping(order_id, now=shipped[order_id])


TALES: dict[str, Tale] = {
    "looked_into": _looked_into,
    "ruled_exchange": _ruled_exchange,
    "ruled_repair": _ruled_repair,
    "ruled_reship": _ruled_reship,
    "owed_by_verdict": _owed_by_verdict,
}
