"""The demo market: full, in every state, and every invariant holds."""

import pytest
from rich.progress import Progress

from anxin.entry.prepare import certify
from anxin.infra.doctor import examine
from anxin.market.catalog.queries import waiting_reviews
from anxin.market.guarantee.models import Claim, Dispute
from anxin.market.guarantee.models.money import FundEntry
from anxin.market.orders.models import Order
from anxin.market.orders.queries import OrderState
from anxin.market.shops.models import Shop
from anxin.market.shops.queries.applications import waiting_count
from anxin.world.after_sale import play_after_sale
from anxin.world.demo import opening

pytestmark = pytest.mark.django_db


def open_market() -> None:
    with opening() as fill, Progress(disable=True) as display:
        fill(display)


@pytest.fixture
def filled(monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo market on a small scale, so that a test need not draw a thousand pictures."""
    from anxin.world import goods, trade

    monkeypatch.setattr(goods, "PRODUCTS", 140)
    monkeypatch.setattr(trade, "CHECKOUTS", 500)
    open_market()


def test_the_demo_market_holds_every_invariant_in_every_state(filled):
    assert [result for result in examine() if not result.ok] == []
    assert set(Order.objects.values_list("state", flat=True)) == {state.value for state in OrderState}
    assert Shop.objects.count() >= 30
    assert sum(waiting_reviews().values()) >= 10
    assert waiting_count() == 2
    before = Order.objects.count()
    open_market()  # a second start leaves it alone
    assert Order.objects.count() == before


@pytest.mark.django_db(transaction=True)
def test_the_demo_market_tells_stories_of_after_sale_and_its_books_hold(filled, caplog):
    with Progress(disable=True) as display:
        certify(display)
        play_after_sale(display)
    early = [record.getMessage() for record in caplog.records if record.name == "anxin.world.stories"]
    assert [one for one in early if "cannot be asked for this item" not in one] == []  # the rules of some goods say no
    assert [result for result in examine() if not result.ok] == []
    told = set(Claim.objects.values_list("state", flat=True))
    assert {"applied", "refused", "awaiting_return", "disputed", "done", "closed"} <= told
    assert Dispute.objects.filter(state="ended").exists()
    assert FundEntry.objects.exists()
