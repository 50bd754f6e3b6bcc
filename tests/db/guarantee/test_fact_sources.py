"""Where facts come from that promises ask for: fruit that ripens at home, and shops that were found to sell counterfeits."""

from datetime import timedelta

import pytest
from tests.builders.claims import DAY, HOUR, Bought
from tests.builders.disputes import CALLED_AT, an_arbitrator, disputed
from tests.builders.orders import NOW, Buyer, a_parcel, a_shop, a_sku
from tests.builders.people import a_person
from tests.support.work import work

from anxin.kernel.clock import shanghai_day
from anxin.market.guarantee.commands import arbitration
from anxin.market.guarantee.commands.certificates import issue_missing
from anxin.market.guarantee.queries.asking import answers_of_line
from anxin.market.guarantee.queries.disputes import Verdict, VerdictKind
from anxin.market.guarantee.queries.promises import Product, promises_of_products
from anxin.market.guarantee.store.lines import line_facts
from anxin.market.orders import commands as orders
from anxin.market.orders import queries
from anxin.market.orders.commands import receive
from anxin.market.shops.commands.score import NewScore, record_scores
from anxin.market.shops.domain.score import ScoreStage
from anxin.market.shops.models import Shop

pytestmark = pytest.mark.django_db

SIGNED = NOW + 2 * DAY
MUCH_LATER = CALLED_AT + 60 * DAY


def some_fruit(**attributes: str) -> Bought:
    """A delivered box of fruit."""
    shop, buyer = a_shop(), Buyer()
    sku = a_sku(shop, category="fresh-fruit", attributes={"origin": "海南", "net_content": "2.5", **attributes})
    placed = buyer.order(sku)
    buyer.pay(placed)
    order = placed.orders[0].id
    orders.ship(a_parcel(order), shop_id=shop, now=NOW + HOUR)
    receive.note_parcel(queries.order(order).parcels[0].id, "signed", happened_at=SIGNED)
    return Bought(shop, buyer, a_person(now=NOW), sku, order, queries.order(order).lines[0].id, NOW)


def test_fruit_is_ripe_so_many_days_after_signing_as_its_page_said() -> None:
    made = some_fruit(ripening_days="5")
    facts = line_facts([made.line])[made.line]
    assert facts.ripens_at == SIGNED + 5 * DAY
    answers = {one.promise: one for one in answers_of_line(made.line, profile=None, now=SIGNED).answers}
    until = {reason.code: reason.until for reason in answers["fresh"].claim_reasons}
    assert until["rotten"] == SIGNED + timedelta(hours=48)
    if "unripe" in until:  # rules of July 2026
        assert until["unripe"] == SIGNED + 5 * DAY + timedelta(hours=168)


def test_fruit_whose_page_said_nothing_is_ripe_at_once() -> None:
    made = some_fruit()
    assert line_facts([made.line])[made.line].ripens_at is None


def test_a_shop_that_was_found_to_sell_a_counterfeit_loses_the_badge_from_then_on() -> None:
    case = disputed()
    shop = case.made.shop
    Shop.objects.filter(pk=shop).update(shop_type="flagship")
    record_scores([NewScore(shop, shanghai_day(NOW), ScoreStage.RATED, 9_000, 9_000, 9_000, 9_000)], now=NOW)
    judge = an_arbitrator()
    case.show(case.buyer, "report")
    case.heard(judge)
    decided_at = CALLED_AT + HOUR
    verdict = Verdict(VerdictKind.RETURN_REFUND, "counterfeit", 10_000)
    arbitration.decide(case.id, verdict, by=judge, now=decided_at)
    assert _reason(shop, decided_at) != "gate_counterfeit"  # an appeal may still overturn it
    work(MUCH_LATER)
    if case.row.ended_at is None:  # the goods have to come back first
        work(MUCH_LATER + 60 * DAY)
    assert case.row.ended_at is not None
    assert _reason(shop, decided_at - HOUR) != "gate_counterfeit"
    assert _reason(shop, decided_at + HOUR) == "gate_counterfeit"
    assert issue_missing(now=MUCH_LATER) == 0


def _reason(shop: object, now: object) -> str:
    """Why goods of the shop carry no authenticity badge, asked as of a moment."""
    goods = Product(a_person(), shop, "beauty-skincare", frozenset({"cosmetic"}))  # type: ignore[arg-type]
    entries = promises_of_products([goods], now=now)[goods.product_id].entries  # type: ignore[arg-type]
    return next(one.reasons[0].code for one in entries if one.promise == "authenticity")
