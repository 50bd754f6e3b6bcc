"""What buyers say: a review with a picture after receipt, the merchant's reply, a complaint and its answer, the score."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from anxin.infra.clock import now
from anxin.kernel.clock import shanghai_day
from anxin.kernel.ids import public_id
from anxin.market.orders.queries import OrderFacts
from anxin.market.people.queries import Role, person
from anxin.market.service.commands.scores import reckon_shops
from anxin.market.shops.commands.score import NewScore, ScoreStage, record_scores
from tests.browser.conftest import OpenPage, Shoot
from tests.builders.orders import Buyer, a_shop, a_sku
from tests.builders.people import PASSWORD, a_person, with_role
from tests.builders.service import a_review, ship_and_receive, stars
from tests.builders.shops import a_picture
from tests.support.live import LiveMarket
from tests.support.pages import log_in

DAY = timedelta(days=1)
COMMENT = "料子很舒服，颜色和图片一样，下次还来。"


@dataclass(frozen=True)
class Trade:
    """A shop, an order that its buyer has received, and who can log in."""

    shop_id: UUID
    order: OrderFacts
    product: str
    buyer: str
    owner: str
    reviewer: str
    arbitrator: str


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "shirt.png"
    path.write_bytes(a_picture(640, 480))
    return path


@pytest.fixture(scope="module")
def trade(live: LiveMarket) -> Trade:
    with live.database():
        shop = a_shop(name="青禾女装 体验店", name_en="Qinghe", return_address={"name": "仓库"})
        sku = a_sku(shop, title="纯棉短袖 T 恤")
        order = _received(sku, Buyer(a_person(password=PASSWORD)))
        other = _received(sku, Buyer())
        a_review(other, product=2, now=now(), stars=stars(2, 4, 3))
        _tell_scores(shop)
        return Trade(
            shop,
            order,
            public_id("prd", order.lines[0].product_id),
            person(order.person_id).email,
            _with_login(Role.OWNER, shop),
            _with_login(Role.REVIEWER),
            _with_login(Role.ARBITRATOR),
        )


def _received(sku: UUID, buyer: Buyer) -> OrderFacts:
    """Buy and receive."""
    placed = buyer.order(sku, now=now())
    buyer.pay(placed, now=now())
    return ship_and_receive(placed.orders[0].id, received_at=now())


def _with_login(role: Role, *where: UUID) -> str:
    return person(with_role(a_person(password=PASSWORD), role, *where)).email


def _tell_scores(shop: UUID) -> None:
    today = shanghai_day(now())
    past = [
        NewScore(
            shop, today - ago * DAY, ScoreStage.RATED, 8_200 + 25 * (30 - ago), 8_400 + 20 * (30 - ago), 7_900, 8_000
        )
        for ago in range(1, 31)
    ]
    record_scores(past, now=now())
    reckon_shops([shop], today + DAY, now=now())


def _tap_stars(page: Page, **given: int) -> None:
    for name, count in given.items():
        page.locator(f"input[name={name}][value='{count}']").check(force=True)


def test_a_review_with_a_picture_is_answered_and_shown_on_the_product_page(
    open_page: OpenPage, trade: Trade, picture: Path, shoot: Shoot
) -> None:
    order = f"/orders/{public_id('ord', trade.order.id)}"
    buyer = open_page(order)
    log_in(buyer, trade.buyer)
    shoot(buyer, "01-order")
    buyer.locator("a", has_text="写评价").click()
    shoot(buyer, "02-form")
    _tap_stars(buyer, product=5, logistics=4, service=5)
    buyer.fill("textarea[name=text]", COMMENT)
    buyer.set_input_files("input[name=pictures]", picture)
    shoot(buyer, "03-form-filled")
    buyer.click("main form button.btn-primary")
    expect(buyer.locator("main")).to_contain_text(COMMENT[:10])
    shoot(buyer, "04-order-reviewed")

    merchant = open_page("/studio/reviews", size="desktop")
    log_in(merchant, trade.owner)
    shoot(merchant, "05-studio")
    mine = merchant.locator("article.review", has_text=COMMENT[:10])
    mine.locator("summary").first.click()
    mine.locator("textarea[name=text]").fill("谢谢喜欢，欢迎再来！")
    mine.locator("button.btn-primary").click()
    expect(merchant.locator("main")).to_contain_text("谢谢喜欢")
    merchant.goto("/studio/reviews?show=low")
    shoot(merchant, "06-studio-low")

    for size in ("phone", "desktop"):
        for language in ("zh-hans", "en"):
            reader = open_page(f"/product/{trade.product}", size=size, language=language)
            expect(reader.locator("#reviews")).to_contain_text(COMMENT[:10])
            expect(reader.locator("#reviews img.thumb")).to_have_count(1)
            shoot(reader, f"07-product-{size}-{language}")
            reader.locator("#reviews a.more").click()
            expect(reader.locator("main")).to_contain_text("谢谢喜欢")
            shoot(reader, f"08-reviews-{size}-{language}")


def test_a_reported_review_is_hidden_with_its_reason(open_page: OpenPage, trade: Trade, shoot: Shoot) -> None:
    merchant = open_page("/studio/reviews", size="desktop", language="en")
    log_in(merchant, trade.owner)
    poor = merchant.locator("article.review").first
    poor.locator("summary").nth(1).click()
    poor.locator("select[name=reason]").select_option("privacy")
    poor.locator("input[name=note]").fill("There is a phone number in it")
    shoot(merchant, "01-report")
    poor.locator("form[action$='/report'] button").click()
    operator = open_page("/desk/reviews", size="desktop")
    log_in(operator, trade.reviewer)
    expect(operator.locator("main")).to_contain_text("phone number")
    operator.locator("select[name=reason]").select_option("privacy")
    operator.locator("textarea[name=note]").fill("公开了他人的电话号码")
    shoot(operator, "02-desk")
    operator.locator("button[value=hide]").click()
    operator.goto("/desk/reviews?show=hidden")
    shoot(operator, "03-desk-hidden")
    for language in ("zh-hans", "en"):
        reader = open_page(f"/product/{trade.product}/reviews", language=language)
        expect(reader.locator(".review-gone")).to_contain_text("公开了他人的电话号码")
        shoot(reader, f"04-gone-{language}")


def test_a_complaint_is_filed_heard_and_answered(
    open_page: OpenPage, trade: Trade, picture: Path, shoot: Shoot
) -> None:
    buyer = open_page(f"/complaints/new?order={public_id('ord', trade.order.id)}")
    log_in(buyer, trade.buyer)
    buyer.select_option("select[name=kind]", "false_advertising")
    buyer.fill("textarea[name=text]", "页面写的是纯棉，收到的衣服洗标上写着聚酯纤维。")
    buyer.set_input_files("input[name=pictures]", picture)
    shoot(buyer, "01-form")
    buyer.click("main form button.btn-primary")
    expect(buyer.locator(".timeline")).to_be_visible()
    shoot(buyer, "02-filed")
    address = buyer.url
    merchant = open_page("/studio/complaints", size="desktop")
    log_in(merchant, trade.owner)
    shoot(merchant, "03-studio-list")
    merchant.locator("table a.btn").first.click()
    merchant.fill("textarea[name=answer]", "批次标签贴错，愿意全额退款。")
    shoot(merchant, "04-studio")
    merchant.click("main form button.btn-primary")
    operator = open_page("/desk/complaints", size="desktop")
    log_in(operator, trade.arbitrator)
    shoot(operator, "05-desk-list")
    operator.locator("table a.btn").first.click()
    operator.click("form[action$='/acknowledgement'] button")
    operator.locator("input[name=outcome][value=upheld]").check()
    operator.fill("textarea[name=answer]", "投诉成立：商品信息与实物不符，已要求商家整改。")
    shoot(operator, "06-desk")
    operator.locator("main form button.btn-primary").last.click()
    buyer.goto(address)
    expect(buyer.locator("main")).to_contain_text("投诉成立")
    shoot(buyer, "07-answered")
    buyer.goto("/complaints")
    shoot(buyer, "08-list")


def test_a_merchant_reads_the_score_and_what_would_raise_it(open_page: OpenPage, trade: Trade, shoot: Shoot) -> None:
    for language in ("zh-hans", "en"):
        merchant = open_page("/studio/score", size="desktop", language=language)
        log_in(merchant, trade.owner)
        expect(merchant.locator(".score-mean")).to_be_visible()
        shoot(merchant, f"01-score-{language}")
    phone = open_page("/studio/score")
    log_in(phone, trade.owner)
    shoot(phone, "02-score-phone")
    slug = _slug(trade)
    reader = open_page(f"/shop/{slug}")
    expect(reader.locator(".score-pill")).to_be_visible()
    shoot(reader, "03-shop")


def _slug(trade: Trade) -> str:
    return f"shop-{trade.shop_id.hex[-10:]}"
