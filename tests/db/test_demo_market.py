"""The demo market: full, in every state, and every invariant holds."""

import importlib
import pkgutil
from enum import StrEnum

import pytest
from django.db.models import F
from rich.progress import Progress

from anxin.entry.prepare import certify
from anxin.infra import clock
from anxin.infra.doctor import examine
from anxin.market.catalog.queries import waiting_reviews
from anxin.market.guarantee import domain as guarantee_rules
from anxin.market.guarantee import models as guarantee
from anxin.market.guarantee.domain.claim_acts import Closing, Party
from anxin.market.guarantee.domain.claim_life import OWNERS, ClaimState
from anxin.market.guarantee.domain.compensation import CompensationState, ShipPromiseState
from anxin.market.guarantee.domain.compensation_rules import CompensationKind
from anxin.market.guarantee.domain.dispute import OPEN, DisputeState
from anxin.market.guarantee.domain.dispute import Outcome as DisputeOutcome
from anxin.market.guarantee.domain.facts import ClaimType
from anxin.market.guarantee.domain.insurance import InsuranceClaimState, PolicyState, PremiumState
from anxin.market.guarantee.domain.paying import FundEntryKind, FundSource, MoneyKind, PayState, RecoverySource
from anxin.market.guarantee.queries.disputes import VerdictKind
from anxin.market.orders.models import Order
from anxin.market.orders.queries import OrderState
from anxin.market.people.queries import person_by_login
from anxin.market.service import domain as service_rules
from anxin.market.service import models as service
from anxin.market.service.domain.complaints import ComplaintState
from anxin.market.service.domain.complaints import Outcome as ComplaintOutcome
from anxin.market.service.domain.conversations import MessageKind, Side
from anxin.market.service.domain.reviews import ReviewState
from anxin.market.shipping.domain import PickUpState
from anxin.market.shipping.models import PickUp
from anxin.market.shops.models import Restriction, Shop, ShopScore
from anxin.market.shops.queries.applications import waiting_count
from anxin.world.after_sale import SCORED_DAYS, play_after_sale
from anxin.world.demo import opening
from anxin.world.stage import FIRST

UNREACHED: dict[StrEnum, str] = {
    ClaimState.DRAFT: "never stored",
    PremiumState.REFUNDED: "no command gives a premium back: it is taken once the goods are on their way",
    PayState.WAITING: "lasts only while the fund is empty",
}
HELD = (  # every kind of state or outcome, and where the demo has them
    (ClaimState, guarantee.Claim, "state"),
    (ClaimType, guarantee.Claim, "type"),
    (Closing, guarantee.Claim, "closing"),
    (DisputeState, guarantee.Dispute, "state"),
    (DisputeOutcome, guarantee.Dispute, "outcome"),
    (PolicyState, guarantee.FreightPolicy, "state"),
    (PremiumState, guarantee.FreightPolicy, "premium_state"),
    (InsuranceClaimState, guarantee.FreightClaim, "state"),
    (PickUpState, PickUp, "state"),
    (ShipPromiseState, guarantee.ShipPromise, "state"),
    (CompensationKind, guarantee.Compensation, "kind"),
    (CompensationState, guarantee.Compensation, "state"),
    (MoneyKind, guarantee.Disbursement, "kind"),
    (PayState, guarantee.Disbursement, "state"),
    (FundEntryKind, guarantee.FundEntry, "kind"),
    (RecoverySource, guarantee.Recovery, "source"),
    (ReviewState, service.Review, "state"),
    (ComplaintState, service.Complaint, "state"),
    (MessageKind, service.Message, "kind"),
    (Side, service.Message, "side"),
)
SOME = (  # where a part of what there could be is enough
    ({FundSource.BANK, FundSource.SERVICE_FEE, ""}, guarantee.FundEntry, "source"),
    ({*ComplaintOutcome, ""}, service.Complaint, "outcome"),
    ({*VerdictKind, ""}, guarantee.Dispute, "verdict_kind"),
    ({"platform_case"}, guarantee.Claim, "reason"),
    ({Party.BUYER, Party.PLATFORM}, guarantee.Dispute, "opened_by"),
)


def open_market() -> None:
    with opening() as fill, Progress(disable=True) as display:
        fill(display)


def values(model, column) -> set[str]:
    return set(model.objects.values_list(column, flat=True).distinct())


def states_of(package) -> set[type[StrEnum]]:
    """The enumerations of a module's domain that say where something stands."""
    modules = [
        importlib.import_module(f"{package.__name__}.{found.name}") for found in pkgutil.iter_modules(package.__path__)
    ]
    classes = {value for module in modules for value in vars(module).values() if isinstance(value, type)}
    return {one for one in classes if issubclass(one, StrEnum) and one.__name__.endswith("State")}


def test_every_state_of_guarantee_and_service_is_asked_for():
    known = {one for one, _, _ in HELD}
    assert states_of(guarantee_rules) | states_of(service_rules) <= known


@pytest.mark.django_db(transaction=True)
def test_the_demo_market_is_in_every_state_and_its_books_hold(monkeypatch, caplog):
    """On a small scale, so that a test need not draw a thousand pictures; one market for all that is said of it."""
    from anxin.world import goods, trade

    monkeypatch.setattr(goods, "PRODUCTS", 140)
    monkeypatch.setattr(trade, "CHECKOUTS", 500)
    open_market()
    the_market_is_full()
    with Progress(disable=True) as display:
        certify(display)
        play_after_sale(display)
    assert [record.getMessage() for record in caplog.records if record.name.startswith("anxin.world")] == []
    assert [result for result in examine() if not result.ok] == []
    missing = {
        f"{states.__module__}.{states.__name__}": lacking
        for states, model, column in HELD
        if (lacking := set(states) - values(model, column) - UNREACHED.keys())
    }
    assert missing == {}
    assert {column: wanted - values(model, column) for wanted, model, column in SOME if not wanted <= values(model, column)} == {}  # fmt: skip
    everybody_has_something_to_look_at()


def the_market_is_full() -> None:
    assert [result for result in examine() if not result.ok] == []
    assert values(Order, "state") == {state.value for state in OrderState}
    assert Shop.objects.count() >= 30
    assert sum(waiting_reviews().values()) >= 10
    assert waiting_count() == 2
    assert service.Review.objects.exclude(reply="").exclude(pictures=[]).exists()
    before = Order.objects.count()
    open_market()  # a second start leaves it alone
    assert Order.objects.count() == before


def everybody_has_something_to_look_at() -> None:
    now = clock.now()
    me = person_by_login("buyer@demo.anxin.example").id
    first = Shop.objects.get(slug=FIRST)
    running = guarantee.Claim.objects.filter(state__in=list(OWNERS), due_at__gt=now)
    assert running.filter(person_id=me).count() >= 5
    assert running.filter(shop=first).count() >= 5
    cases = guarantee.Dispute.objects.filter(state__in=OPEN)
    assert cases.filter(person_id=me, due_at__gt=now).count() >= 3
    assert cases.filter(shop=first, due_at__gt=now).count() >= 3
    assert cases.filter(arbitrator=None, state=DisputeState.DECIDING).exists()
    assert ShopScore.objects.filter(shop=first).count() >= SCORED_DAYS
    barred = guarantee.ShopBar.objects.get()
    assert (barred.lifted_at, barred.until > now) == (None, True)
    assert barred.late * 10 >= barred.orders * 3
    assert not Shop.objects.get(id=barred.shop_id).can_sell
    debts = guarantee.Debt.objects
    assert debts.filter(closed_at=None, recovered_minor__gt=0, recovered_minor__lt=F("amount_minor")).exists()
    assert Restriction.objects.filter(cause="experience_deposit").exists()
    assert service.Review.objects.exclude(follow_up="").exclude(reply="").filter(person_id=me).exists()
    assert service.Conversation.objects.filter(person_id=me, buyer_read_seq__gt=0, buyer_unread__gt=0).exists()
