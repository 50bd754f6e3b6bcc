"""Pages and API of freight insurance and compensations: each side its own, every form refuses nonsense."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from anxin.infra import clock
from anxin.kernel.ids import new_id, public_id
from anxin.market.guarantee.commands import freight
from anxin.market.guarantee.commands.compensation import CompensationKind, compensate_found
from anxin.market.guarantee.commands.freight import SentBack
from anxin.market.guarantee.domain.insurance import Route
from anxin.market.guarantee.models import Compensation, ForceMajeure, FreightClaim, FreightPolicy, ShipTerm
from anxin.market.guarantee.queries import insurance
from anxin.market.orders import commands as orders
from anxin.market.people.queries import Role
from tests.builders.money import give, owes_base
from tests.builders.orders import Buyer, a_parcel, a_shop, a_sku
from tests.builders.people import a_person, with_role
from tests.support.browsers import the_browser_of
from tests.support.work import work

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def shop():
    made = a_shop(return_address={"name": "青禾", "phone": "13900139000", "region": "310101", "text": "南京路 1 号"})
    owes_base(made, 1_000, 1_000, now=clock.now())
    give(made, "available", 100_000, now=clock.now())
    return made


@pytest.fixture
def buyer():
    return Buyer()


@pytest.fixture
def order(shop, buyer):
    """An order on its way, given an insurance by the platform."""
    moment = clock.now()
    placed = buyer.order(a_sku(shop, price_minor=9_900), now=moment)
    buyer.pay(placed, now=moment)
    orders.ship(a_parcel(placed.orders[0].id), shop_id=shop, now=moment)
    work(moment + timedelta(seconds=10))
    return placed.orders[0].id


@pytest.fixture
def refused(order):
    """A claim for freight that was refused: its number is the one that brought the goods."""
    moment = clock.now()
    sent = SentBack(new_id(), order, Route.SELF_SHIP, "sf", a_parcel(order).tracking_no, moment)
    freight.open_freight(sent, now=moment)
    freight.submit_freight(sent.claim_id, done_at=moment, now=moment)
    return FreightClaim.objects.get()


def of(role, *org) -> Client:
    return the_browser_of(with_role(a_person(), role, *org))


def test_a_buyer_sees_what_is_insured_and_what_was_paid(buyer, order):
    compensate_found(order, CompensationKind.INVOICE_LATE, "未开票", now=clock.now())
    page = the_browser_of(buyer.id).get(reverse("insurance"), headers=ENGLISH).content.decode()
    assert "¥24.00" in page
    assert "Invoice late or refused" in page
    stranger = the_browser_of(a_person()).get(reverse("insurance"), headers=ENGLISH).content.decode()
    assert "No insured order yet" in stranger


def test_the_order_page_says_when_it_ships_and_that_it_is_insured(shop, buyer):
    placed = buyer.order(a_sku(shop, price_minor=9_900), now=clock.now())
    buyer.pay(placed, now=clock.now())
    address = reverse("order", args=[public_id("ord", placed.orders[0].id)])
    page = the_browser_of(buyer.id).get(address, headers=ENGLISH).content.decode()
    assert "If not, you are compensated without asking." in page
    assert "Insured" in page


def test_another_s_policy_is_not_found(order):
    address = reverse("insurance_policy", args=[public_id("pol", FreightPolicy.objects.get().pk)])
    assert the_browser_of(a_person()).get(address).status_code == 404


def test_a_refused_freight_is_appealed_on_its_page(buyer, refused):
    address = reverse("insurance_policy", args=[public_id("pol", refused.policy_id)])
    browser = the_browser_of(buyer.id)
    bad = browser.post(address, {"carrier": "sf", "tracking_no": "nonsense"}, headers=ENGLISH)
    assert bad.status_code == 422
    good = browser.post(address, {"carrier": "sf", "tracking_no": "SF9990000000001"})
    assert good.status_code == 302
    refused.refresh_from_db()
    assert refused.state == "processing"


def test_a_merchant_switches_the_insurance_and_promises_a_time(shop):
    owner = of(Role.OWNER, shop)
    assert owner.get(reverse("studio_insurance")).status_code == 200
    owner.post(reverse("studio_insurance_switch"), {"on": "1"})
    assert insurance.is_insuring(shop, now=clock.now())
    owner.post(reverse("studio_insurance_switch"), {"on": "0"})
    assert not insurance.is_insuring(shop, now=clock.now())
    assert owner.post(reverse("studio_ship_term"), {"hours": "0"}).status_code == 422
    assert owner.post(reverse("studio_ship_term"), {"hours": "9999"}).status_code == 422
    assert owner.post(reverse("studio_ship_term"), {"hours": "72"}).status_code == 302
    assert ShipTerm.objects.get().hours == 72
    assert owner.get(reverse("studio_compensations")).status_code == 200


def test_finance_sees_the_pool_and_an_arbitrator_pays_for_what_was_found(order):
    assert of(Role.FINANCE).get(reverse("desk_insurance")).status_code == 200
    assert of(Role.FINANCE).get(reverse("desk_insurance"), {"days": "nonsense"}).status_code == 200
    desk = of(Role.ARBITRATOR)
    finding = {"order": public_id("ord", order), "kind": "fraud_shipment", "cause": "空包裹"}
    assert desk.post(reverse("desk_compensations"), {**finding, "order": "ord_x"}).status_code == 422
    assert desk.post(reverse("desk_compensations"), finding).status_code == 302
    assert desk.post(reverse("desk_compensations"), finding).status_code == 422
    assert Compensation.objects.count() == 1
    assert desk.post(reverse("desk_storm"), {"region": "11", "hours": "", "reason": "暴雪"}).status_code == 302
    storm = ForceMajeure.objects.get()
    desk.post(reverse("desk_storm_over", args=[storm.pk]))
    storm.refresh_from_db()
    assert storm.until is not None
    assert "暴雪" in desk.get(reverse("desk_compensations")).content.decode()


def test_a_claim_that_is_not_one_s_own_has_no_courier(buyer):
    address = reverse("claim_pickup", args=[public_id("clm", new_id())])
    assert the_browser_of(buyer.id).get(address).status_code == 404
    assert the_browser_of(buyer.id).post(address, {"slot": "now/never"}).status_code in {302, 404}
