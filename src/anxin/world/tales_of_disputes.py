"""Disputes of the demo market: one in every state, one of every outcome."""

from anxin.market.guarantee.commands import (
    arbitration,
    claim_answers,
    claim_escalation,
    claim_evidence,
    compensation,
    disputes,
)
from anxin.market.guarantee.commands.claims import Wish
from anxin.market.guarantee.commands.disputes import Piece
from anxin.market.guarantee.queries.claims import ClaimType, Evidence, Refusal
from anxin.market.guarantee.queries.disputes import Verdict, VerdictKind
from anxin.market.people.queries import Role
from anxin.world.cast import HOUR, Case, Claiming, Tale, defective, snapshots
from anxin.world.stories import Story
from anxin.world.tales_of_claims import reaction

COUNTERFEIT_MINOR_MIN = 50_000  # 消保法 55: three times the price, five hundred yuan at least
EVIDENCE_TIME = 25 * HOUR  # a side that shows nothing within the day is judged on what there is


def _called(case: Case) -> Claiming:
    """A defect, a refusal, and the buyer calls the platform: three hours after the story began."""
    claim_id = yield from defective(case)
    at = case.begins_at + HOUR
    yield at
    claim_answers.refuse(claim_id, Refusal.EVIDENCE_DOUBTFUL, case.answer("照片不是我们的商品"), now=at)
    at += 2 * HOUR
    yield at
    return claim_escalation.escalate(claim_id, words="商家不讲理，请平台判断", person_id=case.buyer, now=at)


def heard(case: Case) -> Claiming:
    """Both sides have shown something and the talks are over: four hours after the story began."""
    dispute_id = yield from _called(case)
    at = case.begins_at + 4 * HOUR
    yield at
    proof = Piece("logistics", "签收底单显示外包装完好", claim_evidence.keep_file(snapshots()[4]))
    disputes.give_evidence(dispute_id, [proof], side=case.shops_side, now=at)
    disputes.stop_talking(dispute_id, side=case.buyers_side, now=at)
    return dispute_id


def judged(case: Case, verdict: Verdict, *, after: float = 30) -> Claiming:
    """… and the arbitrator decides, so many hours after the story began."""
    dispute_id = yield from heard(case)
    at = case.begins_at + after * HOUR
    yield at
    judge = case.platform[Role.ARBITRATOR]
    arbitration.take(dispute_id, by=judge, now=at)
    arbitration.decide(dispute_id, verdict, by=judge, now=at)
    return dispute_id


def _partial(case: Case) -> Verdict:
    return Verdict(
        VerdictKind.PARTIAL_REFUND, "minor_defect", case.line.amount_minor // 4, note="轻微瑕疵，支持部分退款"
    )


def _talking(case: Case) -> Story:
    dispute_id = yield from _called(case)
    at = case.begins_at + 5 * HOUR
    yield at
    share_minor = case.line.amount_minor // 10
    words = "愿意补偿一成"
    kind = VerdictKind.PARTIAL_REFUND
    disputes.offer_settlement(dispute_id, kind, share_minor, side=case.shops_side, note=words, now=at)


def _evidence_wanted(case: Case) -> Story:
    dispute_id = yield from _called(case)
    at = case.begins_at + 4 * HOUR
    yield at
    disputes.stop_talking(dispute_id, side=case.buyers_side, now=at)


def _judging(case: Case) -> Story:
    yield from heard(case)


def _taken(case: Case) -> Story:
    dispute_id = yield from heard(case)
    at = case.begins_at + 20 * HOUR
    yield at
    arbitration.take(dispute_id, by=case.platform[Role.ARBITRATOR], now=at)


def _large(case: Case) -> Story:
    """Counterfeit: three times the price is more than one arbitrator may decide."""
    at = case.begins_at
    yield at
    wish = Wish(ClaimType.RETURN_REFUND, "counterfeit", case.line.quantity)
    claim_id = case.ask(wish, "检测机构说不是正品", (Evidence.PHOTO_PRODUCT, Evidence.TEST_REPORT), now=at)
    at += 2 * HOUR
    yield at
    claim_answers.refuse(claim_id, Refusal.NO_DEFECT, case.answer("我们有授权书"), now=at)
    at += 2 * HOUR
    yield at
    dispute_id = claim_escalation.escalate(claim_id, words="有检测报告", person_id=case.buyer, now=at)
    paper = Piece("licence", "品牌授权书", claim_evidence.keep_file(snapshots()[3]))
    disputes.give_evidence(dispute_id, [paper], side=case.shops_side, now=at)
    disputes.stop_talking(dispute_id, side=case.buyers_side, now=at)
    at += 30 * HOUR
    yield at
    judge = case.platform[Role.ARBITRATOR]
    arbitration.take(dispute_id, by=judge, now=at)
    price_minor = case.line.amount_minor
    triple_minor = max(3 * price_minor, COUNTERFEIT_MINOR_MIN)
    note = "检测报告可信，支持退一赔三"
    verdict = Verdict(VerdictKind.RETURN_REFUND, "counterfeit", price_minor, triple_minor, note=note)
    arbitration.decide(dispute_id, verdict, by=judge, now=at)


def _decided(case: Case) -> Story:
    yield from judged(case, _partial(case), after=38)


def _appealed(case: Case) -> Story:
    dispute_id = yield from judged(case, _partial(case), after=38)
    at = case.begins_at + 50 * HOUR
    yield at
    fresh = [Piece("photo", "换了角度重新拍的细节", claim_evidence.keep_file(snapshots()[5]))]
    disputes.appeal(dispute_id, "退四分之一太少，洗一次就不能穿了", fresh, side=case.buyers_side, now=at)


def _executing(case: Case) -> Story:
    """All of it goes back: the verdict is carried out once the goods are there."""
    verdict = Verdict(
        VerdictKind.RETURN_REFUND, "visible_defect", case.line.amount_minor, note="缺陷明显，支持退货退款"
    )
    dispute_id = yield from judged(case, verdict)
    at = case.begins_at + 40 * HOUR
    yield at
    disputes.accept_verdict(dispute_id, side=case.shops_side, now=at)


def _won(case: Case) -> Story:
    """The merchant shows nothing: all of the money, and something on top for having been refused without cause."""
    dispute_id = yield from _called(case)
    compensation.promise_shipping(case.order.id, now=case.paid_at)
    at = case.begins_at + 4 * HOUR
    yield at
    disputes.stop_talking(dispute_id, side=case.buyers_side, now=at)
    at += EVIDENCE_TIME + 12 * HOUR
    yield at
    judge = case.platform[Role.ARBITRATOR]
    arbitration.take(dispute_id, by=judge, now=at)
    verdict = Verdict(VerdictKind.FULL_REFUND, "merchant_silent", case.order.total_minor, note="商家未举证")
    arbitration.decide(dispute_id, verdict, by=judge, now=at)
    at += HOUR
    yield at
    disputes.accept_verdict(dispute_id, side=case.shops_side, now=at)


def _lost(case: Case) -> Story:
    verdict = Verdict(VerdictKind.NO_SUPPORT, "delivered_proved", note="签收凭证显示完好送达")
    dispute_id = yield from judged(case, verdict)
    at = case.begins_at + 40 * HOUR
    yield at
    disputes.accept_verdict(dispute_id, side=case.buyers_side, now=at)


def _in_part(case: Case) -> Story:
    dispute_id = yield from judged(case, _partial(case))
    at = case.begins_at + 36 * HOUR
    yield at
    for side in (case.shops_side, case.buyers_side):
        disputes.accept_verdict(dispute_id, side=side, now=at)


def _settled(case: Case) -> Story:
    dispute_id = yield from _called(case)
    at = case.begins_at + 5 * HOUR
    yield at
    half_minor = case.line.amount_minor // 2
    kind = VerdictKind.PARTIAL_REFUND
    disputes.offer_settlement(dispute_id, kind, half_minor, side=case.shops_side, note="各退一步", now=at)
    at += 2 * HOUR
    yield at
    disputes.accept_offer(dispute_id, side=case.buyers_side, now=at)


def _called_off(case: Case) -> Story:
    dispute_id = yield from _called(case)
    at = case.begins_at + 9 * HOUR
    yield at
    disputes.cancel_dispute(dispute_id, person_id=case.buyer, now=at)


def _sued(case: Case) -> Story:
    dispute_id = yield from heard(case)
    at = case.begins_at + 30 * HOUR
    yield at
    arbitration.end_for_law(dispute_id, "买家已向法院起诉", by=case.platform[Role.ARBITRATOR], now=at)


def _consoled(case: Case) -> Story:
    """A little for a poor experience; nobody says anything, so it is forced after a day."""
    console_minor = min(case.line.amount_minor * 3 // 10, 3_000)
    verdict = Verdict(
        VerdictKind.COMPENSATION, "poor_experience", compensation_minor=console_minor, note="服务体验不佳"
    )
    yield from judged(case, verdict)


def _allergy_disputed(case: Case) -> Story:
    """Refused, called, decided in part, executed: long after settlement."""
    claim_id = yield from reaction(case, left_bps=5_000)  # with less than 80 % left it may be refused
    at = case.begins_at + 10 * 24 * HOUR + 5 * HOUR
    yield at
    claim_answers.refuse(claim_id, Refusal.EVIDENCE_DOUBTFUL, case.answer("不能证明是我们的产品引起的"), now=at)
    at += 3 * HOUR
    yield at
    dispute_id = claim_escalation.escalate(claim_id, words="有医院诊断", person_id=case.buyer, now=at)
    pieces = [Piece("diagnosis", words="三甲医院皮肤科诊断：接触性皮炎")]
    disputes.give_evidence(dispute_id, pieces, side=case.buyers_side, now=at)
    disputes.stop_talking(dispute_id, side=case.buyers_side, now=at)
    at += EVIDENCE_TIME + 12 * HOUR
    yield at
    judge = case.platform[Role.ARBITRATOR]
    arbitration.take(dispute_id, by=judge, now=at)
    arbitration.decide(dispute_id, _partial(case), by=judge, now=at)
    at += HOUR
    yield at
    for side in (case.shops_side, case.buyers_side):
        disputes.accept_verdict(dispute_id, side=side, now=at)


TALES: dict[str, Tale] = {
    "talking": _talking,
    "evidence_wanted": _evidence_wanted,
    "judging": _judging,
    "taken": _taken,
    "large": _large,
    "decided": _decided,
    "appealed": _appealed,
    "executing": _executing,
    "won": _won,
    "lost": _lost,
    "in_part": _in_part,
    "settled": _settled,
    "called_off": _called_off,
    "sued": _sued,
    "consoled": _consoled,
    "allergy_disputed": _allergy_disputed,
}
