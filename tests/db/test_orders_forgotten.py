"""A buyer who is forgotten while something is on its way: the parcel still finds its door, and then the address goes."""

from datetime import timedelta
from uuid import UUID

import pytest
from tests.builders.claims import BROKEN, signed
from tests.builders.disputes import ASKED_AT, DEFECT
from tests.builders.orders import NOW, Buyer, a_parcel, a_shop, a_sku
from tests.builders.payments import token_of
from tests.support.work import work

from anxin.infra.doctor import CHECKS, Broken
from anxin.infra.rows import step_row
from anxin.kernel.clock import Instant
from anxin.kernel.states import LostRace
from anxin.market.guarantee.commands import claims
from anxin.market.orders import commands, queries, store
from anxin.market.orders.commands import NewCheckout, Packed, Shipment, WantedLine, privacy, receive
from anxin.market.orders.domain.life import LIFE
from anxin.market.orders.models import Order, Parcel
from anxin.market.orders.queries import OrderState
from anxin.market.payments.commands.sandbox import Choice, choose
from anxin.market.people.commands import erase

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NOTE = "放门口，打 13800138000"


@pytest.fixture
def buyer() -> Buyer:
    return Buyer()


def placed(buyer: Buyer, shop: UUID) -> UUID:
    """An order with a note, of one line with two pieces."""
    wish = NewCheckout(buyer.id, (WantedLine(a_sku(shop), 2),), buyer.address_id, {shop: NOTE})
    checkout = commands.place_checkout(wish, now=NOW)
    return checkout.orders[0].id


def paid(buyer: Buyer, shop: UUID) -> UUID:
    """The same, paid."""
    order = placed(buyer, shop)
    checkout = Order.objects.get(id=order).checkout_id
    started = commands.pay_checkout(checkout, person_id=buyer.id, method="wallet", return_url="/", now=NOW)
    choose(token_of(started), Choice.PAY, now=NOW)
    work(NOW + timedelta(seconds=5))
    return order


def forget(buyer: Buyer, *, now: Instant = NOW + HOUR) -> None:
    erase(buyer.id, now=now)
    work(now)


def named(order: UUID) -> bool:
    """Whether an order still says who bought; name, phone, door and note come and go together."""
    row = Order.objects.get(id=order)
    parts = {bool(row.address[key]) for key in ("name", "phone", "text")} | {bool(row.note)}
    assert len(parts) == 1
    assert row.address["region"]
    return parts.pop()


def test_an_order_still_to_be_sent_keeps_its_address_until_the_last_parcel_is_signed_for(buyer: Buyer) -> None:
    shop = a_shop()
    order = paid(buyer, shop)
    forget(buyer)
    assert named(order)
    line = queries.order(order).lines[0].id
    for minutes in (1, 2):
        half = Shipment(order, "sf", f"SF{minutes:013d}", (Packed(line, 1),))
        parcel = commands.ship(half, shop_id=shop, now=NOW + 2 * HOUR)
        assert named(order)
        receive.note_parcel(parcel, "signed", happened_at=NOW + 2 * DAY)
        assert named(order) == (minutes == 1)
    assert Order.objects.get(id=order).state == OrderState.SHIPPED
    work(NOW + 11 * DAY)  # receipt is assumed as for anybody
    assert (Order.objects.get(id=order).state, named(order)) == (OrderState.COMPLETED, False)


def test_a_parcel_that_nobody_hears_of_does_not_keep_the_address_for_ever(buyer: Buyer) -> None:
    shop = a_shop()
    order = paid(buyer, shop)
    commands.ship(a_parcel(order), shop_id=shop, now=NOW + HOUR)
    forget(buyer, now=NOW + 2 * HOUR)
    assert named(order)
    receive.assume_receipt(order, Order.objects.get(id=order).version, now=NOW + 11 * DAY)
    assert not named(order)


def test_what_was_never_paid_is_forgotten_with_its_payment_window(buyer: Buyer) -> None:
    order = placed(buyer, a_shop())
    forget(buyer, now=NOW)
    assert named(order)
    work(NOW + HOUR)
    assert (Order.objects.get(id=order).state, named(order)) == (OrderState.CANCELLED, False)


def test_what_is_over_is_forgotten_at_once_and_telling_it_twice_changes_nothing(buyer: Buyer) -> None:
    shop = a_shop()
    order = paid(buyer, shop)
    parcel = commands.ship(a_parcel(order), shop_id=shop, now=NOW + HOUR)
    receive.note_parcel(parcel, "signed", happened_at=NOW + DAY)
    erase(buyer.id, now=NOW + DAY)
    assert privacy.anonymise_orders(buyer.id, now=NOW + DAY) == 1
    assert not named(order)
    assert privacy.anonymise_orders(buyer.id, now=NOW + DAY) == 0


def test_a_claim_that_slipped_in_keeps_the_door_for_what_is_sent_instead() -> None:
    made = signed()
    asked = made.ask(BROKEN, now=ASKED_AT, show=DEFECT)
    privacy.anonymise_orders(made.buyer.id, now=ASKED_AT)
    assert Order.objects.get(id=made.order).address["name"]
    claims.withdraw(asked, person_id=made.buyer.id, now=ASKED_AT + HOUR)
    assert Order.objects.get(id=made.order).address["name"] == ""


def test_who_takes_a_step_of_an_order_while_its_buyer_is_forgotten_begins_anew(buyer: Buyer) -> None:
    """Else a step that read the order before would not know that it has to forget."""
    order = store.find_order(paid(buyer, a_shop()))
    privacy.anonymise_orders(buyer.id, now=NOW + HOUR)
    with pytest.raises(LostRace):
        step_row(order, LIFE, "prepare")


def test_the_doctor_sees_an_order_that_is_over_and_still_names_its_buyer(buyer: Buyer) -> None:
    order = paid(buyer, a_shop())
    forget(buyer)
    CHECKS["orders.forgotten_when_over"]()
    Order.objects.filter(id=order).update(state=OrderState.CANCELLED)
    with pytest.raises(Broken, match=str(order)):
        CHECKS["orders.forgotten_when_over"]()


def test_the_doctor_sees_a_shipped_order_that_names_its_buyer_after_the_last_parcel_was_signed_for(
    buyer: Buyer,
) -> None:
    shop = a_shop()
    order = paid(buyer, shop)
    forget(buyer)
    parcel = commands.ship(a_parcel(order), shop_id=shop, now=NOW + 2 * HOUR)
    CHECKS["orders.forgotten_when_over"]()
    Parcel.objects.filter(id=parcel).update(signed_at=NOW + DAY)
    with pytest.raises(Broken, match=str(order)):
        CHECKS["orders.forgotten_when_over"]()
