"""Claims of the demo market, one in every state and one of every kind."""

from anxin.market.guarantee.commands import claim_answers, claims
from anxin.market.guarantee.commands.claims import Wish
from anxin.market.guarantee.queries.claims import ClaimType, Evidence, Refusal
from anxin.world.cast import DAY, DEFECT, HOUR, Case, Claiming, Tale, agreed, defective, sent_back
from anxin.world.stories import Story


def _applied(case: Case) -> Story:
    yield from defective(case)


def _asked_to_show(case: Case) -> Story:
    claim_id = yield from defective(case)
    at = case.begins_at + 2 * HOUR
    yield at
    claim_answers.ask_evidence(claim_id, [Evidence.PHOTO_WHOLE], case.answer("请再拍一张整体照片"), now=at)


def _offered(case: Case) -> Story:
    claim_id = yield from defective(case)
    at = case.begins_at + 3 * HOUR
    yield at
    words = case.answer("补偿您两成，商品您留着好吗")
    claim_answers.offer_partial(claim_id, case.line.amount_minor // 5, words, now=at)


def _offer_taken(case: Case) -> Story:
    claim_id = yield from defective(case)
    at = case.begins_at + HOUR
    yield at
    claim_answers.offer_partial(claim_id, case.line.amount_minor // 4, case.answer("退您四分之一可以吗"), now=at)
    at += HOUR
    yield at
    claims.accept_offer(claim_id, person_id=case.buyer, now=at)


def _return_awaited(case: Case) -> Story:
    yield from agreed(case)


def _sent_back(case: Case) -> Story:
    yield from sent_back(case, 20 * HOUR)


def _return_offered(case: Case) -> Story:
    claim_id = yield from sent_back(case)
    at = case.begins_at + 43 * HOUR
    yield at
    words = case.answer("外包装有磨损，退您八成可以吗")
    claim_answers.offer_partial(claim_id, case.line.amount_minor * 4 // 5, words, now=at)


def _missing(case: Case) -> Claiming:
    """A piece is missing, and the merchant will send it."""
    yield case.begins_at
    wish = Wish(ClaimType.RESHIP, "missing_piece", case.line.quantity)
    claim_id = case.ask(wish, "少发了配件", DEFECT, now=case.begins_at)
    at = case.begins_at + HOUR
    yield at
    claim_answers.agree(claim_id, case.answer("抱歉漏发了，马上补发"), now=at)
    return claim_id


def _reship_awaited(case: Case) -> Story:
    yield from _missing(case)


def _reshipped(case: Case) -> Story:
    claim_id = yield from _missing(case)
    at = case.begins_at + 20 * HOUR
    yield at
    claim_answers.reship(claim_id, carrier="sf", tracking_no=case.number(), answer=case.answer("已补发"), now=at)


def _refused(case: Case) -> Story:
    claim_id = yield from defective(case)
    at = case.begins_at + 2 * HOUR
    yield at
    claim_answers.refuse(claim_id, Refusal.NO_DEFECT, case.answer("出厂检验合格，照片看不出问题"), now=at)


def _return_refused(case: Case) -> Story:
    claim_id = yield from sent_back(case)
    at = case.begins_at + 60 * HOUR
    yield at
    claim_answers.refuse(claim_id, Refusal.NOT_INTACT, case.answer("退回的商品有使用痕迹"), now=at)


def _accepted_in_part(case: Case) -> Claiming:
    """Of two pieces that came back one is accepted; the buyer takes the money and will have the other."""
    claim_id = yield from sent_back(case)
    at = case.begins_at + 60 * HOUR
    yield at
    words = case.answer("其中一件吊牌缺失，不能再销售")
    claim_answers.inspect_part(claim_id, 1, 1, Refusal.PARTS_MISSING, words, now=at)
    at += 8 * HOUR
    yield at
    claims.accept_offer(claim_id, person_id=case.buyer, now=at)
    return claim_id


def _give_back_awaited(case: Case) -> Story:
    yield from _accepted_in_part(case)


def _given_back(case: Case) -> Story:
    claim_id = yield from _accepted_in_part(case)
    at = case.begins_at + 118 * HOUR
    yield at
    words = case.answer("未接受的一件已寄回")
    claim_answers.give_back(claim_id, carrier="sf", tracking_no=case.number(1), answer=words, now=at)


def _withdrawn(case: Case) -> Story:
    claim_id = yield from defective(case)
    at = case.begins_at + HOUR
    yield at
    claims.withdraw(claim_id, person_id=case.buyer, now=at)


def _bad(case: Case, reason: str, words: str) -> Claiming:
    """Fresh goods came bad."""
    yield case.begins_at
    wish = Wish(ClaimType.REFUND_SHIPPED, reason, case.line.quantity, bad_ratio_bps=4_000)
    return case.ask(wish, words, (Evidence.PHOTO_WHOLE, Evidence.PHOTO_DEFECT), now=case.begins_at)


def _nothing_shown(case: Case) -> Story:
    """Asked for one more picture the buyer says nothing: with fresh goods that is the end of it."""
    claim_id = yield from _bad(case, "rotten", "一盒里快一半是坏的")
    at = case.begins_at + 2 * HOUR
    yield at
    claim_answers.ask_evidence(claim_id, [Evidence.PHOTO_WHOLE], case.answer("请补一张带面单的照片"), now=at)


def _bad_fruit(case: Case) -> Story:
    yield from _bad(case, "rotten", "一盒里快一半是坏的")


def _thawed(case: Case) -> Story:
    claim_id = yield from _bad(case, "thawed", "到的时候冰袋全化了")
    at = case.begins_at + 2 * HOUR
    yield at
    claim_answers.agree(claim_id, case.answer("非常抱歉，马上为您退款"), now=at)


def _not_escalated(case: Case) -> Story:
    """A refusal that nobody brings before the platform stands after seven days."""
    yield from _refused(case)


def _exchange(case: Case, kind: ClaimType, words: str) -> Claiming:
    """Goods go back to be exchanged or repaired, and the merchant has looked at them."""
    yield case.begins_at
    claim_id = case.ask(Wish(kind, "quality", case.line.quantity), words, DEFECT, now=case.begins_at)
    at = case.begins_at + 3 * HOUR
    yield at
    claim_answers.agree(claim_id, case.answer("可以，请寄回"), now=at)
    at += 20 * HOUR
    yield at
    claims.send_back(claim_id, carrier="sf", tracking_no=case.number(), person_id=case.buyer, now=at)
    at += 2 * DAY
    yield at
    claim_answers.inspect(claim_id, 0, case.answer("已收到，尽快寄出"), now=at)
    return claim_id


def _exchanged(case: Case) -> Story:
    claim_id = yield from _exchange(case, ClaimType.EXCHANGE, "拉链坏了，想换一件")
    at = case.begins_at + 90 * HOUR
    yield at
    words = case.answer("新的一件已寄出")
    claim_answers.reship(claim_id, carrier="sf", tracking_no=case.number(1), answer=words, now=at)


def _repaired(case: Case) -> Story:
    claim_id = yield from _exchange(case, ClaimType.REPAIR, "能修一下吗")
    at = case.begins_at + 100 * HOUR
    yield at
    words = case.answer("已修好寄回")
    claim_answers.reship(claim_id, carrier="sf", tracking_no=case.number(1), answer=words, now=at)
    at += 40 * HOUR
    yield at
    claims.confirm_reship(claim_id, person_id=case.buyer, now=at)


def _instant_refund(case: Case) -> Story:
    at = case.begins_at + HOUR
    yield at
    case.ask(Wish(ClaimType.REFUND_UNSHIPPED, "changed_mind", case.line.quantity), "拍错了，不想要了", now=at)


def reaction(case: Case, *, left_bps: int = 9_000) -> Claiming:
    """Weeks after receipt a cosmetic makes the skin red."""
    at = case.begins_at + 10 * DAY
    yield at
    show = (Evidence.PHOTO_SKIN, Evidence.PHOTO_PRODUCT, Evidence.PHOTO_REMAINING, Evidence.DIAGNOSIS)
    wish = Wish(ClaimType.RETURN_REFUND, "allergy", case.line.quantity, remaining_bps=left_bps)
    return case.ask(wish, "用了以后脸上起红疹", show, now=at)


def _allergy(case: Case) -> Story:
    """Weeks after settlement: everything goes back the way it came."""
    claim_id = yield from reaction(case)
    at = case.begins_at + 10 * DAY + HOUR / 20  # three minutes, as in the founding article
    yield at
    claim_answers.agree(claim_id, case.answer("身体要紧，同意退货退款"), now=at)
    at += DAY
    yield at
    claims.send_back(claim_id, carrier="sf", tracking_no=case.number(), person_id=case.buyer, now=at)
    at += 2 * DAY
    yield at
    claim_answers.inspect(claim_id, 0, case.answer("已收到，安排退款"), now=at)


TALES: dict[str, Tale] = {
    "applied": _applied,
    "asked_to_show": _asked_to_show,
    "offered": _offered,
    "offer_taken": _offer_taken,
    "return_awaited": _return_awaited,
    "sent_back": _sent_back,
    "return_offered": _return_offered,
    "reship_awaited": _reship_awaited,
    "reshipped": _reshipped,
    "refused": _refused,
    "return_refused": _return_refused,
    "give_back_awaited": _give_back_awaited,
    "given_back": _given_back,
    "withdrawn": _withdrawn,
    "nothing_shown": _nothing_shown,
    "not_sent_back": _return_awaited,
    "not_escalated": _not_escalated,
    "exchanged": _exchanged,
    "repaired": _repaired,
    "bad_fruit": _bad_fruit,
    "thawed": _thawed,
    "instant_refund": _instant_refund,
    "instant_refund_again": _instant_refund,
    "allergy": _allergy,
}
