"""The merchant's order pages: what a form may say, the list as a spreadsheet, papers for the packer."""

import csv
import re
from io import StringIO
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from anxin.infra import clock
from anxin.kernel.ids import new_id, public_id
from anxin.market.orders import commands, queries
from anxin.market.orders.commands import Packed, Shipment
from anxin.market.orders.models import Order
from anxin.market.orders.queries import OrderState, ShopFilter
from anxin.market.people.queries import Role
from tests.builders.orders import Buyer, a_parcel, a_shop, a_sku
from tests.builders.people import a_person, with_role
from tests.support.browsers import the_browser_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("nonsense", ["9" * 5_000, "-1", "two", "²"])
def test_nonsense_for_a_number_of_pieces_names_none_so_the_rest_is_shipped(nonsense):
    shop = a_shop()
    buyer = Buyer()
    moment = clock.now()
    placed = buyer.order(a_sku(shop), now=moment)
    buyer.pay(placed, now=moment)
    order = queries.order(placed.orders[0].id)
    merchant = the_browser_of(with_role(a_person(), Role.OWNER, shop))
    parcel = a_parcel(order.id)
    told = {
        "carrier": parcel.carrier,
        "tracking_no": parcel.tracking_no,
        f"pieces-{public_id('lin', order.lines[0].id)}": nonsense,
    }
    answer = merchant.post(reverse("studio_order_ship", args=[public_id("ord", order.id)]), told)
    assert answer.status_code == 302
    assert queries.order(order.id).state == OrderState.SHIPPED


def paid(shop: UUID, *, quantity: int = 1, title: str = "纯棉短袖", **facts: Any) -> queries.OrderFacts:
    moment = clock.now()
    buyer = Buyer()
    placed = buyer.order(a_sku(shop, title=title, **facts), quantity=quantity, now=moment)
    buyer.pay(placed, now=moment)
    return queries.order(placed.orders[0].id)


def noted(order: queries.OrderFacts, note: str) -> queries.OrderFacts:
    Order.objects.filter(id=order.id).update(note=note)
    return queries.order(order.id)


def sent_in_part(shop: UUID, number: str = "SF0000000000017") -> queries.OrderFacts:
    """Three pieces, one of which is on its way."""
    order = paid(shop, quantity=3)
    parcel = Shipment(order.id, "sf", number, (Packed(order.lines[0].id, 1),))
    commands.ship(parcel, shop_id=shop, now=clock.now())
    return queries.order(order.id)


def merchant_of(shop: UUID, role: Role = Role.OWNER) -> Client:
    return the_browser_of(with_role(a_person(), role, shop))


def sheet(answer: Any) -> list[dict[str, str]]:
    body = b"".join(answer.streaming_content)
    assert body.startswith(b"\xef\xbb\xbf")  # or Excel reads Chinese as something else
    return list(csv.DictReader(StringIO(body.decode("utf-8-sig"))))


EXPORT = "studio_orders_export"


def test_an_export_has_a_row_a_line_with_money_in_yuan_and_nothing_that_runs():
    shop = a_shop(freight_minor=850)
    order = paid(shop, quantity=2, price_minor=9_901, title="=HYPERLINK(0)", code="0012345")
    answer = merchant_of(shop).get(reverse(EXPORT), headers={"accept-language": "en"})
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    (row,) = sheet(answer)
    assert (row["Order"], row["Product"], row["Pieces"], row["Shipped pieces"]) == (
        public_id("ord", order.id),
        "Cotton tee",
        "2",
        "0",
    )
    assert [row[name] for name in ("Price", "Amount", "Freight", "Total", "Refunded")] == [
        *("99.01", "198.02", "8.50", "206.52", "0.00")
    ]
    assert row["SKU code"] == "0012345\t"  # a name of digits, not a number
    (chinese,) = sheet(merchant_of(shop).get(reverse(EXPORT), headers={"accept-language": "zh-hans"}))
    assert chinese["商品"] == "'=HYPERLINK(0)"


def test_an_export_hides_of_the_receiver_what_a_waybill_hides():
    shop = a_shop()
    paid(shop)
    (row,) = sheet(merchant_of(shop).get(reverse(EXPORT), headers={"accept-language": "en"}))
    assert (row["Receiver"], row["Phone"]) == ("李*", "138******00")
    assert row["Address"].endswith("建国路 88 号 * 单元 ***")


def test_an_export_is_filtered_as_the_list_is_and_sums_count_an_order_once():
    shop = a_shop()
    for number in range(5):
        paid(shop, title=f"第{number}件")
    sent = sent_in_part(shop)
    paid(a_shop())
    merchant = merchant_of(shop)
    rows = sheet(merchant.get(reverse(EXPORT)))
    assert len(rows) == 6
    assert len({row["订单"] for row in rows}) == 6
    (found,) = sheet(merchant.get(reverse(EXPORT), {"text": "SF0000000000017"}))
    assert (found["订单"], found["包裹"]) == (public_id("ord", sent.id), "顺丰速运 SF0000000000017")
    assert sheet(merchant.get(reverse(EXPORT), {"tab": "completed"})) == []
    two = Buyer()
    placed = two.order(a_sku(shop), a_sku(shop), now=clock.now())
    lines = sheet(merchant.get(reverse(EXPORT), {"tab": "to_pay"}))
    assert {row["订单"] for row in lines} == {public_id("ord", placed.orders[0].id)}
    assert [row["合计"] for row in lines] == ["198.00", ""]


def test_papers_are_printed_of_each_parcel_and_of_what_waits():
    shop = a_shop()
    order, other = sent_in_part(shop), paid(shop)
    numbers = [public_id("ord", one.id) for one in (order, other)]
    answer = merchant_of(shop).get(reverse("studio_slips"), {"order": numbers})
    papers = answer.context["slips"]
    assert [(paper.tracking_no, paper.count) for paper in papers] == [("SF0000000000017", 1), ("", 2), ("", 1)]
    page = answer.content.decode()
    assert page.count('class="slip"') == 3
    assert len(re.findall(r'class="slip-code"[^>]*><svg', page)) == 1
    assert "李*" in page
    assert "李雷" not in page
    assert "13800138000" not in page
    (receiver, *_others) = re.findall(r"<dt>收货人</dt><dd>(.*?)</dd>", page, re.DOTALL)
    assert "***" in receiver
    assert "502" not in re.sub("<.*?>", "", receiver)
    listed = merchant_of(shop).get(reverse("studio_orders")).content.decode()
    assert f'name="order" value="{numbers[0]}"' in listed


def test_one_parcel_has_a_waybill_of_its_own():
    shop = a_shop()
    order = sent_in_part(shop)
    numbers = [public_id("ord", order.id), public_id("par", order.parcels[0].id)]
    merchant = merchant_of(shop)
    answer = merchant.get(reverse("studio_parcel_slip", args=numbers), headers={"accept-language": "en"})
    assert [paper.tracking_no for paper in answer.context["slips"]] == ["SF0000000000017"]
    assert "Cotton tee" in answer.content.decode()
    assert (
        reverse("studio_parcel_slip", args=numbers)
        in merchant.get(reverse("studio_order", args=numbers[:1])).content.decode()
    )
    unknown = reverse("studio_parcel_slip", args=[numbers[0], public_id("par", new_id())])
    assert merchant.get(unknown).status_code == 404


def test_papers_of_another_shop_are_unknown_and_only_who_ships_prints_them():
    shop = a_shop()
    order = sent_in_part(shop)
    number = public_id("ord", order.id)
    parcel = reverse("studio_parcel_slip", args=[number, public_id("par", order.parcels[0].id)])
    stranger, cashier = merchant_of(a_shop()), merchant_of(shop, Role.SHOP_FINANCE)
    for browser, status in ((stranger, 404), (cashier, 403), (Client(), 302)):
        assert browser.get(reverse("studio_slips"), {"order": number}).status_code == status
        assert browser.get(parcel).status_code == status
    assert sheet(stranger.get(reverse(EXPORT))) == []
    assert len(sheet(cashier.get(reverse(EXPORT)))) == 1
    assert Client().get(reverse(EXPORT)).status_code == 302
    assert reverse("studio_slips") not in cashier.get(reverse("studio_orders")).content.decode()
    nothing = merchant_of(shop).get(reverse("studio_slips"))
    assert (nothing.status_code, nothing.headers["Location"]) == (302, reverse("studio_orders"))


def test_a_note_is_left_off_what_travels_and_masked_where_goods_are_packed():
    shop = a_shop()
    order = noted(sent_in_part(shop), "到了打 13900139000，放3单元501门口")
    merchant = merchant_of(shop)
    waybill, packing = merchant.get(reverse("studio_slips"), {"order": public_id("ord", order.id)}).context["slips"]
    masked = "到了打 ***●●●,放*单元***门口"
    assert (waybill.note, packing.note) == ("", masked)
    (row,) = sheet(merchant.get(reverse(EXPORT)))
    assert row["备注"] == masked
    parcel = [public_id("ord", order.id), public_id("par", order.parcels[0].id)]
    page = merchant.get(reverse("studio_parcel_slip", args=parcel)).content.decode()
    assert "门口" not in page
    assert 'id="qr-path"' not in page
    assert "取号时" in page


def test_papers_of_more_orders_than_may_be_ticked_are_refused():
    many = [public_id("ord", new_id()) for _ in range(101)]
    answer = merchant_of(a_shop()).get(reverse("studio_slips"), {"order": many}, follow=True)
    assert "一次最多勾选 100 笔订单" in answer.content.decode()


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "tomorrow"])
@pytest.mark.parametrize("name", ["placed_from", "placed_to"])
def test_a_day_that_cannot_be_is_a_fault_of_the_form_and_exports_nothing(name, day):
    shop = a_shop()
    paid(shop)
    merchant = merchant_of(shop)
    answer = merchant.get(reverse("studio_orders"), {name: day})
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, [name])
    sent = merchant.get(reverse(EXPORT), {name: day})
    assert (sent.status_code, sent.headers["Location"]) == (302, f"{reverse('studio_orders')}?{name}={day}")


def test_orders_are_read_in_turn_a_chunk_at_a_time(django_assert_num_queries):
    shop = a_shop()
    placed = {paid(shop).id for _ in range(3)}
    wanted = queries.ids_of_shop(shop, ShopFilter(), limit=10)
    assert wanted == sorted(placed, reverse=True)
    assert queries.ids_of_shop(shop, ShopFilter(), limit=2) == wanted[:2]
    with django_assert_num_queries(2 * 3):
        read = list(queries.orders_in_turn([*wanted, new_id()], chunk=2))
    assert [order.id for order in read] == wanted


def test_an_export_of_too_many_orders_is_refused(monkeypatch):
    monkeypatch.setattr("anxin.faces.studio.orders.EXPORT_MAX", 1)
    shop = a_shop()
    paid(shop)
    merchant = merchant_of(shop)
    assert len(sheet(merchant.get(reverse(EXPORT)))) == 1
    paid(shop)
    answer = merchant.get(reverse(EXPORT), follow=True)
    assert "一次最多导出 1 笔订单" in answer.content.decode()


def test_moments_of_an_export_are_told_in_the_readers_zone_which_its_headings_name():
    shop = a_shop()
    order = paid(shop)
    merchant = merchant_of(shop)
    merchant.cookies["zone"] = "America/New_York"
    answer = merchant.get(reverse(EXPORT), headers={"accept-language": "en"})
    with (
        translation.override("zh-hans"),
        timezone.override("Asia/Shanghai"),
    ):  # whoever is served by this thread meanwhile
        (row,) = sheet(answer)
    local = order.placed_at.astimezone(ZoneInfo("America/New_York"))
    assert row["Placed (America/New_York)"] == f"{local:%Y-%m-%d %H:%M:%S}"
