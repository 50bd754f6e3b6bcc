"""What led to an order is what led to all that comes of it, however late, and also if it was tapped before a login."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from tests.builders.orders import NOW, Buyer, a_shop, a_sku
from tests.builders.tastes import product_of
from tests.support.work import work

from anxin.kernel.clock import Instant
from anxin.kernel.ids import new_id
from anxin.market.guarantee.events.claims import ClaimDone
from anxin.market.interest import commands, jobs
from anxin.market.interest.commands import Fact, Teller
from anxin.market.interest.domain.events import Item, ItemKind, Kind, Told
from anxin.market.orders import queries as orders
from anxin.market.orders.commands import Origin
from anxin.market.orders.queries import OrderFacts
from anxin.market.service.events.complaints import ComplaintFiled

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
HOUR_AGO = NOW - timedelta(hours=1)


def tapped(who: UUID, product: UUID, *, is_person: bool, at: Instant = HOUR_AGO) -> UUID:
    """Show two products and let the second be tapped; return the answer."""
    item = Item(ItemKind.PRODUCT, product)
    answer = {Item(ItemKind.PRODUCT, new_id()): 0.5, item: 0.5}
    request = commands.serve(who, answer, surface="feed", policy="test", now=at)
    tap = Told(new_id(), Kind.PRODUCT_CLICK, item, at, request, 1)
    commands.tell([tap], Teller(who, is_person), now=at)
    return request


def ordered(buyer: Buyer, sku: UUID, origin: Origin | None = None) -> OrderFacts:
    placed = buyer.order(sku, origin=origin)
    work(NOW)
    return orders.order(placed.orders[0].id)


def refund(bought: OrderFacts, *, at: Instant) -> None:
    line = bought.lines[0]
    facts = (new_id(), bought.id, line.id, bought.shop_id, bought.person_id, "return_refund", "refund", "broken", 1)
    jobs.note_refund(ClaimDone(*facts, line.amount_minor, 0, at), now=at)


def complain(bought: OrderFacts, *, at: Instant) -> None:
    told = ComplaintFiled(new_id(), bought.shop_id, bought.person_id, "false_advertising", bought.id, None, at)
    jobs.note_complaint(told, now=at)


def joined(kind: Kind) -> list[tuple[UUID | None, int | None]]:
    """Where what happened is said to come from."""
    with connection.cursor() as cursor:
        cursor.execute("select request, slot from interest_event where kind = %s", [list(Kind).index(kind)])
        return cursor.fetchall()


def test_a_refund_and_a_complaint_on_the_ninth_day_join_the_answer_that_led_to_the_order():
    buyer, sku = Buyer(), a_sku(a_shop())
    request = tapped(buyer.id, product_of(sku), is_person=True)
    bought = ordered(buyer, sku)
    tapped(buyer.id, product_of(sku), is_person=True, at=NOW + 8 * DAY)  # looked at again: it led to nothing
    refund(bought, at=NOW + 9 * DAY)
    complain(bought, at=NOW + 9 * DAY)
    assert joined(Kind.ORDER) == joined(Kind.REFUNDED) == joined(Kind.COMPLAINT) == [(request, 1)]


def test_a_tap_on_a_device_before_the_login_led_to_the_order():
    buyer, sku, device = Buyer(), a_sku(a_shop()), new_id()
    request = tapped(device, product_of(sku), is_person=False)
    commands.take_device_along(device, buyer.id, now=NOW)
    refund(ordered(buyer, sku), at=NOW + 9 * DAY)
    assert joined(Kind.ORDER) == joined(Kind.REFUNDED) == [(request, 1)]


def test_an_order_that_names_its_answer_and_video_finds_the_place_without_a_tap():
    buyer, sku = Buyer(), a_sku(a_shop())
    videos = [Item(ItemKind.VIDEO, new_id()) for _ in range(3)]
    request = commands.serve(buyer.id, dict.fromkeys(videos, 1.0), surface="feed", policy="test", now=HOUR_AGO)
    tapped(buyer.id, product_of(sku), is_person=True)  # in another answer
    refund(ordered(buyer, sku, Origin(request, videos[2].id)), at=NOW + 9 * DAY)
    assert joined(Kind.ORDER) == joined(Kind.REFUNDED) == [(request, 2)]


def test_a_tap_in_the_answer_that_is_named_counts_though_another_came_later():
    buyer, sku = Buyer(), a_sku(a_shop())
    request = tapped(buyer.id, product_of(sku), is_person=True, at=HOUR_AGO - DAY)
    tapped(buyer.id, product_of(sku), is_person=True)
    refund(ordered(buyer, sku, Origin(request)), at=NOW + 9 * DAY)
    assert joined(Kind.ORDER) == joined(Kind.REFUNDED) == [(request, 1)]


def test_an_order_that_names_no_answer_is_not_joined_to_the_one_that_another_names():
    buyer, first, second = Buyer(), a_sku(a_shop()), a_sku(a_shop())
    answer = {Item(ItemKind.PRODUCT, product_of(sku)): 0.5 for sku in (first, second)}
    request = commands.serve(buyer.id, answer, surface="feed", policy="test", now=HOUR_AGO - DAY)
    for slot, item in enumerate(answer):
        tap = Told(new_id(), Kind.PRODUCT_CLICK, item, HOUR_AGO - DAY, request, slot)
        commands.tell([tap], Teller(buyer.id, True), now=HOUR_AGO - DAY)
    later = tapped(buyer.id, product_of(second), is_person=True)
    facts = [
        Fact(item.id.hex, Kind.ORDER, item, 100, NOW, named)
        for item, named in zip(answer, (request, None), strict=True)
    ]
    assert commands.note(buyer.id, facts, now=NOW) == 2
    assert sorted(joined(Kind.ORDER)) == sorted([(request, 0), (later, 1)])


def test_what_was_tapped_more_than_a_week_before_led_to_nothing():
    buyer, sku = Buyer(), a_sku(a_shop())
    tapped(buyer.id, product_of(sku), is_person=True, at=NOW - 8 * DAY)
    refund(ordered(buyer, sku), at=NOW + DAY)
    assert joined(Kind.ORDER) == joined(Kind.REFUNDED) == [(None, None)]
