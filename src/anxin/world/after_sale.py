"""After-sale in the demo market: claims in every state, disputes, a fund that had to advance.

Everything goes through the commands that people use, at moments of the last weeks, so the books of the demo are those
that a real market would have.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from uuid import UUID

from rich.progress import Progress

from anxin.infra import clock
from anxin.kernel.clock import Instant
from anxin.kernel.page import MAX_LIMIT
from anxin.market.guarantee.commands import (
    arbitration,
    claim_answers,
    claim_escalation,
    claim_evidence,
    claims,
    disputes,
)
from anxin.market.guarantee.commands.claim_answers import Answer
from anxin.market.guarantee.commands.claims import Application, Wish
from anxin.market.guarantee.commands.disputes import Piece, Side
from anxin.market.guarantee.commands.fund import Contribution, FundSource, contribute
from anxin.market.guarantee.queries.claims import ClaimType, Evidence, Refusal
from anxin.market.guarantee.queries.disputes import Verdict, VerdictKind
from anxin.market.orders import queries as orders
from anxin.market.orders.queries import LineFacts, OrderFacts, ShopFilter
from anxin.market.people.queries import OrgKind, Role, members_of
from anxin.market.settlement.commands import request_payout
from anxin.market.settlement.queries import bank_account, payout_allowance
from anxin.market.shops.queries import shops_page
from anxin.market.shops.queries.staff import members
from anxin.world.pictures import product_picture, product_shots
from anxin.world.stories import Story, tell

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FUND_MINOR = 300_000_000  # three million yuan, on the scale of the demo
EVIDENCE_TIME = timedelta(hours=30)  # both sides have a day to show what they have


@dataclass(frozen=True)
class Case:
    """One line of one order, its two sides, and when its story may begin."""

    order: OrderFacts
    line: LineFacts
    staff: UUID
    begins_at: Instant

    def answer(self, words: str) -> Answer:
        """What the merchant answers with."""
        return Answer(self.order.shop_id, self.staff, words)

    def ask(self, wish: Wish, words: str, show: Sequence[Evidence] = (), *, now: Instant) -> UUID:
        """Let the buyer apply, showing a picture of each kind."""
        person_id = self.order.person_id
        files = tuple(claim_evidence.show(_picture(), kind, by=person_id, now=now) for kind in show)
        return claims.apply(Application(self.line.id, wish, words, files), person_id=person_id, now=now)


@dataclass
class Cast:
    """Lines by what may be asked for them, and who decides."""

    now: Instant
    arbitrators: tuple[UUID, ...]
    unsent: list[Case] = field(default_factory=list)
    fresh: list[Case] = field(default_factory=list)  # signed within the last two days
    signed: list[Case] = field(default_factory=list)  # signed, not received yet
    cosmetics: list[Case] = field(default_factory=list)  # settled, within sixty days


def play_after_sale(display: Progress) -> None:
    """Tell the after-sale stories of the last weeks."""
    now = clock.now()
    cast = _cast(now)
    _prepare(cast)
    stories = list(_stories(cast))
    bar = display.add_task("Telling what went wrong, and how it was put right", total=len(stories))
    tell(stories, now=now, heard=lambda: display.advance(bar))


def _prepare(cast: Cast) -> None:
    """Let the platform fill the fund."""
    finance = members_of(OrgKind.PLATFORM)
    by = next((one.person_id for one in finance if one.role is Role.FINANCE), None)
    for month in range(2):
        given = Contribution(FUND_MINOR // 2, FundSource.BANK, f"demo-{month}", "平台注资")
        contribute(given, by=by, now=cast.now - (60 - 30 * month) * DAY)


def _cast(now: Instant) -> Cast:
    """Look for orders about which a story can be told without contradicting what already happened to them."""
    staff = members_of(OrgKind.PLATFORM)
    judges = [one.person_id for one in staff if one.role is Role.ARBITRATOR]
    judges += [one.person_id for one in staff if one.role is Role.ADMINISTRATOR]
    cast = Cast(now, tuple(judges))
    for shop in shops_page(limit=MAX_LIMIT).items:
        answerer = members(shop.id)[0].person_id
        for tab in ("to_ship", "to_receive", "completed"):
            for order in orders.orders_of_shop(shop.id, ShopFilter(tab=tab), limit=MAX_LIMIT).items:
                _consider(cast, order, answerer)
    random.Random(2027).shuffle(cast.signed)
    return cast


def _consider(cast: Cast, order: OrderFacts, staff: UUID) -> None:
    line = order.lines[0]
    flags = line.frozen.get("flags", [])
    signed_at = max((p.signed_at for p in order.parcels if p.signed_at), default=None)
    if order.state in {orders.OrderState.PAID, orders.OrderState.PREPARING}:
        if order.paid_at and "virtual" not in flags:
            cast.unsent.append(Case(order, line, staff, max(order.paid_at, cast.now - 6 * HOUR)))
    elif order.state == orders.OrderState.SHIPPED and signed_at:
        age = cast.now - signed_at
        if "fresh" in flags and age < 20 * HOUR:
            cast.fresh.append(Case(order, line, staff, signed_at + HOUR / 2))
        elif "fresh" not in flags and 8 * HOUR < age < 6 * DAY:
            cast.signed.append(Case(order, line, staff, signed_at + HOUR))
    elif order.received_at and "cosmetic" in flags and signed_at:
        begins_at = order.received_at + 12 * DAY
        if begins_at < cast.now and cast.now - signed_at < 59 * DAY:
            cast.cosmetics.append(Case(order, line, staff, begins_at))


# The stories


def _stories(cast: Cast) -> Iterator[Story]:
    yield from map(_instant_refund, cast.unsent[:5])
    yield from map(_bad_fruit, cast.fresh[:4])
    tellers = (
        _waits_for_answer,
        _asked_to_show_more,
        _offered,
        _offer_taken,
        _return_on_its_way,
        _sent_back,
        _refused,
        partial(_disputed, judges=cast.arbitrators, until="waiting"),
        partial(_disputed, judges=cast.arbitrators, until="decided"),
        _exchange_due,
        _reshipped,
        _let_be,
    )
    for number, case in enumerate(cast.signed[: 2 * len(tellers)]):
        yield tellers[number % len(tellers)](case)
    endings = (_allergy, _allergy, partial(_allergy_disputed, judges=cast.arbitrators), _allergy_after_payout)
    for number, case in enumerate(cast.cosmetics[:8]):
        yield endings[number % len(endings)](case)


def _instant_refund(case: Case) -> Story:
    yield case.begins_at
    wish = Wish(ClaimType.REFUND_UNSHIPPED, "changed_mind", case.line.quantity)
    case.ask(wish, "拍错了，不想要了", now=case.begins_at)


def _bad_fruit(case: Case) -> Story:
    at = case.begins_at
    yield at
    wish = Wish(ClaimType.REFUND_SHIPPED, "rotten", case.line.quantity, bad_ratio_bps=4_000)
    claim_id = case.ask(wish, "一盒里快一半是坏的", (Evidence.PHOTO_WHOLE, Evidence.PHOTO_DEFECT), now=at)
    at += 2 * HOUR
    yield at
    if case.line.quantity == 1:
        claim_answers.agree(claim_id, case.answer("非常抱歉，马上为您退款"), now=at)


def _waits_for_answer(case: Case) -> Story:
    at = case.begins_at
    yield at
    _want_back(case, at)


def _want_back(case: Case, at: Instant, words: str = "做工有问题，线头很多，和页面不符") -> UUID:
    wish = Wish(ClaimType.RETURN_REFUND, "quality", case.line.quantity)
    return case.ask(wish, words, (Evidence.PHOTO_DEFECT,), now=at)


def _asked_to_show_more(case: Case) -> Story:
    at = case.begins_at
    yield at
    claim_id = _want_back(case, at)
    at += 2 * HOUR
    yield at
    claim_answers.ask_evidence(claim_id, [Evidence.PHOTO_WHOLE], case.answer("请再拍一张整体照片"), now=at)


def _offered(case: Case) -> Story:
    at = case.begins_at
    yield at
    claim_id = _want_back(case, at)
    at += 3 * HOUR
    yield at
    claim_answers.offer_partial(
        claim_id, case.line.amount_minor // 5, case.answer("补偿您两成，商品您留着好吗"), now=at
    )


def _offer_taken(case: Case) -> Story:
    at = case.begins_at
    yield at
    claim_id = _want_back(case, at)
    at += HOUR
    yield at
    claim_answers.offer_partial(claim_id, case.line.amount_minor // 4, case.answer("退您四分之一可以吗"), now=at)
    at += HOUR
    yield at
    claims.accept_offer(claim_id, person_id=case.order.person_id, now=at)


def _return_on_its_way(case: Case) -> Story:
    at = case.begins_at
    yield at
    claim_id = _want_back(case, at, "收到就是坏的")
    at += HOUR
    yield at
    claim_answers.agree(claim_id, case.answer("同意退货，请保持吊牌完好"), now=at)


def _sent_back(case: Case) -> Story:
    at = case.begins_at
    yield at
    claim_id = _want_back(case, at, "收到就是坏的")
    at += HOUR
    yield at
    claim_answers.agree(claim_id, case.answer("同意退货"), now=at)
    at += 2 * HOUR
    yield at
    claims.send_back(claim_id, carrier="sf", tracking_no=_number(case), person_id=case.order.person_id, now=at)


def _refused(case: Case) -> Story:
    at = case.begins_at
    yield at
    claim_id = _want_back(case, at)
    at += 2 * HOUR
    yield at
    claim_answers.refuse(claim_id, Refusal.NO_DEFECT, case.answer("出厂检验合格，照片看不出问题"), now=at)


def _disputed(case: Case, *, judges: Sequence[UUID], until: str) -> Story:
    at = case.begins_at
    yield at
    claim_id = _want_back(case, at)
    at += HOUR
    yield at
    claim_answers.refuse(claim_id, Refusal.EVIDENCE_DOUBTFUL, case.answer("照片不是我们的商品"), now=at)
    at += HOUR
    yield at
    buyer = Side(case.order.person_id)
    dispute_id = claim_escalation.escalate(claim_id, words="商家不讲理，请平台判断", person_id=buyer.person_id, now=at)
    if until == "waiting":
        return
    disputes.stop_talking(dispute_id, side=buyer, now=at)
    at += EVIDENCE_TIME
    yield at
    arbitration.take(dispute_id, by=judges[0], now=at)
    at += HOUR
    yield at
    amount = case.line.amount_minor // 4
    verdict = Verdict(VerdictKind.PARTIAL_REFUND, "minor_defect", amount, note="轻微瑕疵，支持部分退款")
    arbitration.decide(dispute_id, verdict, by=judges[0], now=at)


def _exchange_due(case: Case) -> Story:
    at = case.begins_at
    yield at
    wish = Wish(ClaimType.RESHIP, "missing_piece", case.line.quantity)
    claim_id = case.ask(wish, "少发了配件", (Evidence.PHOTO_DEFECT,), now=at)
    at += 2 * HOUR
    yield at
    claim_answers.agree(claim_id, case.answer("马上补发"), now=at)


def _reshipped(case: Case) -> Story:
    at = case.begins_at
    yield at
    wish = Wish(ClaimType.RESHIP, "missing_piece", case.line.quantity)
    claim_id = case.ask(wish, "少发了一个", (Evidence.PHOTO_DEFECT,), now=at)
    at += HOUR
    yield at
    claim_answers.agree(claim_id, case.answer("抱歉漏发了，今天补上"), now=at)
    at += 2 * HOUR
    yield at
    claim_answers.reship(claim_id, carrier="sf", tracking_no=_number(case), answer=case.answer("已补发"), now=at)


def _let_be(case: Case) -> Story:
    at = case.begins_at
    yield at
    claim_id = _want_back(case, at)
    at += HOUR
    yield at
    claims.withdraw(claim_id, person_id=case.order.person_id, now=at)


def _allergy(case: Case) -> Story:
    """Weeks after settlement: everything goes back the way it came."""
    at = case.begins_at
    yield at
    claim_id = _reacts(case, at)
    at += HOUR / 20  # three minutes, as in the founding article
    yield at
    claim_answers.agree(claim_id, case.answer("身体要紧，同意退货退款"), now=at)
    at += DAY
    yield at
    claims.send_back(claim_id, carrier="sf", tracking_no=_number(case), person_id=case.order.person_id, now=at)
    at += 2 * DAY
    yield at
    claim_answers.inspect(claim_id, 0, case.answer("已收到，安排退款"), now=at)


def _reacts(case: Case, at: Instant, *, left_bps: int = 9_000) -> UUID:
    show = (Evidence.PHOTO_SKIN, Evidence.PHOTO_PRODUCT, Evidence.PHOTO_REMAINING, Evidence.DIAGNOSIS)
    wish = Wish(ClaimType.RETURN_REFUND, "allergy", case.line.quantity, remaining_bps=left_bps)
    return case.ask(wish, "用了以后脸上起红疹", show, now=at)


def _allergy_disputed(case: Case, *, judges: Sequence[UUID]) -> Story:
    """Refused, called, decided for the buyer, appealed by nobody, executed."""
    at = case.begins_at
    yield at
    claim_id = _reacts(case, at, left_bps=5_000)  # with less than 80 % left it may be refused
    at += 5 * HOUR
    yield at
    claim_answers.refuse(claim_id, Refusal.EVIDENCE_DOUBTFUL, case.answer("不能证明是我们的产品引起的"), now=at)
    at += 3 * HOUR
    yield at
    buyer = Side(case.order.person_id)
    dispute_id = claim_escalation.escalate(claim_id, words="有医院诊断", person_id=buyer.person_id, now=at)
    pieces = [Piece("diagnosis", words="三甲医院皮肤科诊断：接触性皮炎")]
    disputes.give_evidence(dispute_id, pieces, side=buyer, now=at)
    disputes.stop_talking(dispute_id, side=buyer, now=at)
    at += EVIDENCE_TIME
    yield at
    arbitration.take(dispute_id, by=judges[0], now=at)
    verdict = Verdict(VerdictKind.PARTIAL_REFUND, "minor_defect", case.line.amount_minor // 4, note="支持部分退款")
    arbitration.decide(dispute_id, verdict, by=judges[0], now=at)
    at += HOUR
    yield at
    disputes.accept_verdict(dispute_id, side=buyer, now=at)


def _allergy_after_payout(case: Case) -> Story:
    """The merchant has drawn everything: the fund pays the buyer first and recovers it later."""
    at = case.begins_at
    yield at
    allowance = payout_allowance(case.order.shop_id, now=at)
    if allowance.limit_minor > 0 and not allowance.is_stopped and bank_account(case.order.shop_id):
        key = f"demo-all-{case.order.id}"
        request_payout(case.order.shop_id, allowance.limit_minor, key=key, by=case.staff, now=at)
    yield from _allergy(Case(case.order, case.line, case.staff, at + HOUR))


def _number(case: Case) -> str:
    return f"SF{int(case.line.id.hex[-12:], 16) % 10**13:013d}"


_seeds = iter(range(1_000_000))


def _picture() -> bytes:
    """A picture that nobody has shown before."""
    seed = next(_seeds)
    return product_picture(product_shots("📦", "stone", count=1, seed=seed)[0])
