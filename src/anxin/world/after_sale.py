"""After-sale in the demo market: claims, disputes, cover, the fund and what people say, in every state there is.

Everything goes through the commands that people use, at moments of the last weeks, so the books of the demo are those
that a real market would have.
"""

import logging
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from rich.progress import Progress

from anxin.infra import clock
from anxin.infra.worker import drain
from anxin.kernel.clock import Instant, shanghai_day, shanghai_midnight
from anxin.market.catalog.commands.prices import NewPrice, change_prices
from anxin.market.guarantee.commands import claim_answers, compensation, policies
from anxin.market.guarantee.commands.claims import Wish
from anxin.market.guarantee.commands.compensation import CompensationKind
from anxin.market.guarantee.commands.fund import Contribution, FundSource, contribute
from anxin.market.guarantee.commands.ship_terms import declare_force_majeure
from anxin.market.guarantee.queries.claims import ClaimType
from anxin.market.payments.commands.sandbox import Fault, Operation
from anxin.market.payments.commands.sandbox import tell as tell_gateway
from anxin.market.people.queries import Role
from anxin.market.service.commands.scores import reckon_day
from anxin.market.shipping.commands import PickUpMishap
from anxin.world import (
    tales_of_claims,
    tales_of_cover,
    tales_of_disputes,
    tales_of_money,
    tales_of_rulings,
    tales_of_voices,
)
from anxin.world.cast import DAY, DEFECT, HOUR, Case, Cast, Claiming, Platform, Tale, agreed, assemble
from anxin.world.stage import LAST, STAGE
from anxin.world.stories import Story, tell

log = logging.getLogger(__name__)

FUND_MINOR = 300_000_000  # three million yuan, on the scale of the demo
FEES_MINOR = 50_000
SCORED_DAYS = 60
RECKONED_AT = timedelta(hours=3, minutes=30)  # in Shanghai

TALES: dict[str, Tale] = {
    **tales_of_claims.TALES,
    **tales_of_disputes.TALES,
    **tales_of_rulings.TALES,
    **tales_of_cover.TALES,
    **tales_of_money.TALES,
    **tales_of_voices.TALES,
}


def play_after_sale(display: Progress) -> None:
    """Tell the after-sale stories of the last weeks, reckon the scores they led to, and leave something under way."""
    now = clock.now()
    cast = assemble()
    _prepare(cast.platform, now)
    curtain = Curtain(cast, now)
    stories = [*_stories(cast, now), *curtain.stories()]
    bar = display.add_task("Telling what went wrong, and how it was put right", total=len(stories))
    tell(stories, now=now, heard=lambda: display.advance(bar))
    _reckon_scores(now)
    curtain.fall(now)


def _prepare(platform: Platform, now: Instant) -> None:
    """Let the platform fill the fund, and say where storms keep carriers from coming."""
    finance, operator = platform[Role.FINANCE], platform[Role.ADMINISTRATOR]
    for month in range(2):
        given = Contribution(FUND_MINOR // 2, FundSource.BANK, f"demo-{month}", "平台注资")
        contribute(given, by=finance, now=now - (60 - 30 * month) * DAY)
    fees = Contribution(FEES_MINOR, FundSource.SERVICE_FEE, "demo-fees", "从服务费中提取")
    contribute(fees, by=finance, now=now - 3 * DAY)
    storms = (("65", "暴雪封路", now - 12 * DAY, now - 10 * DAY), ("46", "台风登陆，全岛停航", now - HOUR, now + DAY))
    for region, reason, since, until in storms:
        declare_force_majeure(region, reason, since=since, until=until, declared_by=operator, now=since)


def _stories(cast: Cast, now: Instant) -> Iterator[Story]:
    """Yield the tales for which the market has the order; one that was filled by an older version has few."""
    for name, tale in TALES.items():
        case = cast.take(STAGE[name], now=now)
        if case is None:
            log.warning("a story of the demo has no order: %s", name)
        else:
            yield tale(case)
    yield tales_of_rulings.ships_too_late(cast.sold_too_much)


def _reckon_scores(now: Instant) -> None:
    """Reckon the experience scores of sixty days, each as of its own night."""
    today = shanghai_day(now)
    for ago in range(SCORED_DAYS, -1, -1):
        day = today - timedelta(days=ago)
        night = shanghai_midnight(day) + RECKONED_AT
        if night <= now:
            reckon_day(day, now=night)


class Curtain:
    """What is under way when the market opens: begun like the other stories, and left unfinished after the last of them."""

    def __init__(self, cast: Cast, now: Instant) -> None:
        taken = {name: cast.take(STAGE[name], now=now) for name in LAST}
        self._cases = {name: case for name, case in taken.items() if case is not None}
        self._claims: dict[str, UUID] = {}

    def stories(self) -> Iterator[Story]:
        """Yield the beginnings."""
        beginnings = {"refund_failing": _unwanted, "refund_sent": _unwanted, "courier_asked": agreed}
        for name, begin in beginnings.items():
            if name in self._cases:
                yield self._begin(name, begin(self._cases[name]))

    def fall(self, now: Instant) -> None:
        """Do the last things: what the worker has to do about them is still to be done."""
        if claim_id := self._claims.get("refund_failing"):
            tell_gateway(Operation.REFUND, Fault.FAIL_LATER, now=now)  # and is tried again within minutes
            claim_answers.agree(claim_id, self._cases["refund_failing"].answer("同意退款"), now=now)
        if case := self._cases.get("price_dropped"):
            _drop_price(case, now)
        drain(now)
        if claim_id := self._claims.get("refund_sent"):
            claim_answers.agree(claim_id, self._cases["refund_sent"].answer("同意退款"), now=now)
        if claim_id := self._claims.get("courier_asked"):
            case = self._cases["courier_asked"]
            tales_of_cover.book(claim_id, case, now - case.begins_at, PickUpMishap.OUTAGE, slot=-1)
        if case := self._cases.get("policy_new"):
            policies.open_policy(case.order.id, now=now)
        if case := self._cases.get("compensation_sent"):
            compensation.promise_shipping(case.order.id, now=case.paid_at)
            kind, cause = CompensationKind.INVOICE_LATE, "催开发票三次未果"
            compensation.compensate_found(case.order.id, kind, cause, found_by=case.platform[Role.INSPECTOR], now=now)

    def _begin(self, name: str, part: Claiming) -> Story:
        self._claims[name] = yield from part


def _drop_price(case: Case, now: Instant) -> None:
    """The price falls while the buyer is protected: the difference comes back at once."""
    lower = NewPrice(case.line.sku_id, case.line.price_minor * 9 // 10 // 100 * 100)
    change_prices(case.order.shop_id, [lower], by=case.staff, now=now)
    case.ask(Wish(ClaimType.PRICE_PROTECTION, "price_dropped", case.line.quantity), "刚买就降价了", now=now)


def _unwanted(case: Case) -> Claiming:
    """A defect, and the money is wanted without sending anything back."""
    yield case.begins_at
    wish = Wish(ClaimType.REFUND_SHIPPED, "quality", case.line.quantity)
    return case.ask(wish, "有瑕疵，不想折腾了，直接退款吧", DEFECT, now=case.begins_at)
