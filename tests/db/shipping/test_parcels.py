"""Parcels: what is heard of them counts once, in any order, and never goes back."""

from datetime import datetime, timedelta
from itertools import permutations

import pytest
from tests.builders.shipping import a_number, a_parcel, a_report
from tests.builders.shops import NOW, an_open_shop, another_document

from anxin.infra.models import Deadline, OutboxEvent
from anxin.infra.worker import drain
from anxin.kernel.ids import new_id
from anxin.market.shipping import carriers, commands, queries
from anxin.market.shipping.commands import NewParcel, Report, ReportKind
from anxin.market.shipping.domain import ParcelState
from anxin.market.shipping.errors import BadTrackingNumber, CarrierUnavailable, TrackingNumberUsed, UnknownParcel
from anxin.market.shipping.models import TrackingEvent
from anxin.market.shipping.sandbox.journey import Mishap

pytestmark = pytest.mark.django_db

PICKED, MOVING, OUT, SIGNED, TROUBLE = (
    ReportKind.PICKED_UP,
    ReportKind.IN_TRANSIT,
    ReportKind.OUT_FOR_DELIVERY,
    ReportKind.SIGNED,
    ReportKind.EXCEPTION,
)
LATER = NOW + timedelta(days=5)


@pytest.fixture
def shop_id():
    return an_open_shop()


@pytest.fixture
def parcel(shop_id):
    return a_parcel(shop_id)


def told(kind):
    return list(OutboxEvent.objects.filter(kind=f"shipping.{kind}").values_list("payload", flat=True))


def state_of(parcel):
    return queries.parcel(parcel.parcel_id).state


def hear(*reports):
    return commands.receive_reports(reports, now=LATER)


def test_reports_move_a_parcel_and_tell_it_once(parcel):
    assert hear(a_report(parcel, PICKED, 1)) == 1
    assert hear(a_report(parcel, SIGNED, 9)) == 1
    assert state_of(parcel) is ParcelState.SIGNED
    assert [datetime.fromisoformat(fact["signed_at"]) for fact in told("parcel_signed")] == [NOW + timedelta(hours=9)]


def test_a_repeated_report_counts_once(parcel):
    line = a_report(parcel, SIGNED, 9)
    assert (hear(line), hear(line), hear(line, line)) == (1, 0, 0)
    assert len(told("parcel_signed")) == 1
    assert TrackingEvent.objects.count() == 1


@pytest.mark.parametrize("order", list(permutations((PICKED, MOVING, SIGNED))))
def test_whatever_the_order_of_arrival_the_end_is_the_same(parcel, order):
    hours = {PICKED: 1, MOVING: 4, SIGNED: 9}
    for kind in order:
        hear(a_report(parcel, kind, hours[kind]))
    facts = queries.parcel(parcel.parcel_id)
    assert facts.state is ParcelState.SIGNED
    assert facts.picked_up_at == NOW + timedelta(hours=1)
    assert [line.kind for line in facts.lines] == [SIGNED, MOVING, PICKED]
    assert [len(told(kind)) for kind in ("parcel_picked_up", "parcel_in_transit", "parcel_signed")] == [1, 1, 1]


def test_a_signature_without_earlier_reports_implies_them(parcel):
    hear(a_report(parcel, SIGNED, 9))
    assert [len(told(kind)) for kind in ("parcel_picked_up", "parcel_in_transit", "parcel_signed")] == [1, 1, 1]


def test_a_late_report_never_brings_a_parcel_back(parcel):
    hear(a_report(parcel, SIGNED, 9))
    hear(a_report(parcel, MOVING, 11))
    assert state_of(parcel) is ParcelState.SIGNED


def test_trouble_is_told_and_forgotten_when_the_parcel_moves_on(parcel):
    hear(a_report(parcel, OUT, 5), a_report(parcel, TROUBLE, 6, text="联系不上收件人"))
    assert queries.parcel(parcel.parcel_id).troubled_at == NOW + timedelta(hours=6)
    assert [fact["text"] for fact in told("parcel_troubled")] == ["联系不上收件人"]
    hear(a_report(parcel, SIGNED, 9))
    assert queries.parcel(parcel.parcel_id).troubled_at is None


def test_a_carrier_s_clock_ahead_of_ours_does_not_date_a_signature_in_the_future(parcel):
    commands.receive_reports([a_report(parcel, SIGNED, 50)], now=NOW + timedelta(hours=2))
    assert queries.parcel(parcel.parcel_id).signed_at == NOW + timedelta(hours=2)


def test_reports_of_unknown_numbers_are_ignored():
    assert hear(Report("sf", a_number(), "1", SIGNED, NOW)) == 0


def test_a_number_belongs_to_one_parcel(shop_id, parcel):
    with pytest.raises(TrackingNumberUsed):
        a_parcel(shop_id, tracking_no=parcel.tracking_no)


def test_a_wrong_number_is_refused(shop_id):
    with pytest.raises(BadTrackingNumber):
        a_parcel(shop_id, tracking_no="SF1")


def test_a_corrected_number_starts_over(shop_id, parcel):
    hear(a_report(parcel, PICKED, 1))
    other = NewParcel(parcel.parcel_id, parcel.order_id, shop_id, "zto", "75312345678901")
    commands.register_parcel(other, now=NOW)
    facts = queries.parcel(parcel.parcel_id)
    assert (facts.carrier.code, facts.state, facts.lines) == ("zto", ParcelState.REGISTERED, ())
    assert hear(a_report(parcel, SIGNED, 9)) == 0


def test_registering_again_changes_nothing(parcel):
    hear(a_report(parcel, PICKED, 1))
    commands.register_parcel(parcel, now=NOW)
    assert state_of(parcel) is ParcelState.PICKED_UP


def test_another_shop_does_not_see_the_parcel(parcel):
    other = an_open_shop(another_document())
    with pytest.raises(UnknownParcel):
        queries.parcel_of_shop(other, parcel.parcel_id)
    assert queries.parcels_page(other).items == ()


@pytest.mark.django_db(transaction=True)
def test_in_the_sandbox_a_parcel_is_announced_and_moves_by_its_deadlines():
    parcel = a_parcel(an_open_shop())
    drain(NOW)
    for hours in (1, 2, 3, 4, 5, 6):
        drain(NOW + timedelta(hours=hours))
    assert state_of(parcel) is ParcelState.SIGNED
    assert len(told("parcel_signed")) == 1
    assert not Deadline.objects.filter(subject=parcel.parcel_id).exists()


@pytest.mark.django_db(transaction=True)
def test_when_every_callback_is_lost_asking_finds_the_signature():
    parcel = a_parcel(an_open_shop())
    commands.plan_mishaps(parcel.parcel_id, [Mishap.LOSE], now=NOW)
    for hours in (0, 1, 2, 3, 4, 5):
        drain(NOW + timedelta(hours=hours))
    assert state_of(parcel) is ParcelState.REGISTERED
    drain(NOW + timedelta(hours=6))
    assert state_of(parcel) is ParcelState.SIGNED


@pytest.mark.parametrize("mishap", [Mishap.DUPLICATE, Mishap.REORDER, Mishap.DELAY, Mishap.TROUBLE])
def test_under_every_mishap_a_parcel_is_signed_once(parcel, mishap):
    commands.plan_mishaps(parcel.parcel_id, [mishap], now=NOW)
    commands.announce(parcel.parcel_id, now=NOW)
    states = []
    for hour in range(10):
        commands.move_in_sandbox(parcel.parcel_id, now=NOW + timedelta(hours=hour))
        states.append(list(ParcelState).index(state_of(parcel)))
    assert states == sorted(states)
    assert state_of(parcel) is ParcelState.SIGNED
    assert len(told("parcel_signed")) == 1


def test_a_parcel_that_the_carrier_refuses_says_so(parcel):
    commands.plan_mishaps(parcel.parcel_id, [Mishap.REFUSE], now=NOW)
    commands.announce(parcel.parcel_id, now=NOW)
    assert queries.parcel(parcel.parcel_id).refusal


def test_an_outage_leaves_the_parcel_to_be_announced_again(parcel):
    commands.plan_mishaps(parcel.parcel_id, [Mishap.OUTAGE], now=NOW)
    with pytest.raises(CarrierUnavailable):
        commands.announce(parcel.parcel_id, now=NOW)
    commands.announce(parcel.parcel_id, now=NOW)
    assert carriers.sandbox().journey("sf", parcel.tracking_no).announced_at == NOW


def test_asking_ends_after_thirty_days(parcel):
    assert commands.schedule_next_poll(parcel.parcel_id, now=NOW + timedelta(days=29))
    assert not commands.schedule_next_poll(parcel.parcel_id, now=NOW + timedelta(days=30))


def test_tracking_of_many_orders_takes_two_statements(shop_id, django_assert_num_queries):
    parcels = [a_parcel(shop_id) for _ in range(5)]
    for one in parcels:
        hear(a_report(one, PICKED, 1), a_report(one, MOVING, 2))
    with django_assert_num_queries(2):
        found = queries.parcels_of_orders([one.order_id for one in parcels])
    assert [len(found[one.order_id][0].lines) for one in parcels] == [2] * 5


def test_past_parcels_are_loaded_without_telling_anybody(shop_id):
    past = NewParcel(new_id(), new_id(), shop_id, "sf", a_number())
    lines = (a_report(past, PICKED, 1), a_report(past, SIGNED, 9))
    OutboxEvent.objects.all().delete()
    commands.load_parcels([commands.LoadedParcel(past, NOW, lines)], now=LATER)
    facts = queries.parcel(past.parcel_id)
    assert (facts.state, facts.signed_at, len(facts.lines)) == (ParcelState.SIGNED, NOW + timedelta(hours=9), 2)
    assert not OutboxEvent.objects.exists()
