"""One promise list for every carrier service: what any adapter must do, run on each of them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from anxin.kernel.clock import instant
from anxin.kernel.ids import new_id
from anxin.market.shipping.carrier import Callback, QuoteRequest
from anxin.market.shipping.domain import Consignment, ReportKind
from anxin.market.shipping.errors import CarrierRefused, CarrierUnavailable, ForgedCallback, UnreadableCallback
from anxin.market.shipping.sandbox.carrier import SandboxCarrier
from anxin.market.shipping.sandbox.journey import ROUTE, Mishap
from anxin.market.shipping.sandbox.journeys import JourneysInDatabase, JourneysInMemory
from anxin.market.shipping.sandbox.signing import signed_headers

pytestmark = pytest.mark.django_db
NOW = instant(2026, 6, 1)
KEY = b"a key of the tests"
PARCEL = Consignment(new_id(), "sf", "SF1234567890123", "110105")
WHERE = (PARCEL.carrier, PARCEL.tracking_no)


@pytest.fixture(params=[JourneysInMemory, JourneysInDatabase], ids=["memory", "database"])
def carrier(request):
    return SandboxCarrier(request.param(), KEY)


ALL_MOVES = len(ROUTE) + 1


def travel(carrier, moves=ALL_MOVES):
    """Let the parcel go its way; return the kinds told by each callback, in order."""
    told = []
    for hour in range(moves):
        now = NOW + timedelta(hours=hour)
        for callback in carrier.move(*WHERE, now=now):
            told.extend((report.kind, report.event_id) for report in carrier.read_callback(callback, now=now))
    return told


def kinds(told):
    return [kind for kind, _ in told]


WAY = [stop.kind for stop in ROUTE]


def test_a_parcel_never_announced_is_not_known(carrier):
    assert carrier.track(*WHERE, now=NOW) == ()
    assert carrier.move(*WHERE, now=NOW) == ()


def test_an_announced_parcel_goes_its_way_and_is_reported(carrier):
    carrier.announce(PARCEL, now=NOW)
    assert kinds(travel(carrier)) == WAY
    assert [report.kind for report in carrier.track(*WHERE, now=NOW)] == WAY


def test_announcing_twice_is_harmless(carrier):
    carrier.announce(PARCEL, now=NOW)
    travel(carrier, 2)
    carrier.announce(PARCEL, now=NOW)
    assert len(carrier.track(*WHERE, now=NOW)) == 2


def test_asking_and_telling_agree_on_event_ids(carrier):
    carrier.announce(PARCEL, now=NOW)
    told = travel(carrier)
    assert [event_id for _, event_id in told] == [report.event_id for report in carrier.track(*WHERE, now=NOW)]


def test_lost_callbacks_are_found_by_asking(carrier):
    carrier.plan(*WHERE, Mishap.LOSE)
    carrier.announce(PARCEL, now=NOW)
    assert travel(carrier) == []
    assert [report.kind for report in carrier.track(*WHERE, now=NOW)] == WAY


def test_duplicated_callbacks_carry_the_same_event(carrier):
    carrier.plan(*WHERE, Mishap.DUPLICATE)
    carrier.announce(PARCEL, now=NOW)
    told = travel(carrier)
    assert told[::2] == told[1::2]
    assert kinds(told[::2]) == WAY


def test_reordered_callbacks_all_arrive(carrier):
    carrier.plan(*WHERE, Mishap.REORDER)
    carrier.announce(PARCEL, now=NOW)
    told = travel(carrier)
    assert kinds(told) != WAY
    assert sorted(told) == sorted((report.kind, report.event_id) for report in carrier.track(*WHERE, now=NOW))


def test_delayed_callbacks_come_one_step_late(carrier):
    carrier.plan(*WHERE, Mishap.DELAY)
    carrier.announce(PARCEL, now=NOW)
    assert travel(carrier, 1) == []
    assert kinds(travel(carrier)) == WAY


def test_a_refused_parcel_says_why(carrier):
    carrier.plan(*WHERE, Mishap.REFUSE)
    with pytest.raises(CarrierRefused) as refused:
        carrier.announce(PARCEL, now=NOW)
    assert refused.value.reason


def test_after_an_outage_the_call_can_be_repeated(carrier):
    carrier.plan(*WHERE, Mishap.OUTAGE)
    with pytest.raises(CarrierUnavailable):
        carrier.announce(PARCEL, now=NOW)
    carrier.announce(PARCEL, now=NOW)
    assert kinds(travel(carrier)) == WAY


def test_trouble_on_the_way_is_reported_and_overcome(carrier):
    carrier.plan(*WHERE, Mishap.TROUBLE)
    carrier.announce(PARCEL, now=NOW)
    way = kinds(travel(carrier, 8))
    assert ReportKind.EXCEPTION in way
    assert way[-1] is ReportKind.SIGNED


def test_a_callback_changed_on_its_way_is_refused(carrier):
    carrier.announce(PARCEL, now=NOW)
    (callback,) = carrier.move(*WHERE, now=NOW)
    forged = replace(callback, body=callback.body.replace(b"picked_up", b"signed"))
    with pytest.raises(ForgedCallback):
        carrier.read_callback(forged, now=NOW)


def test_a_callback_signed_with_another_key_or_long_ago_is_refused(carrier):
    carrier.announce(PARCEL, now=NOW)
    (callback,) = carrier.move(*WHERE, now=NOW)
    foreign = Callback(signed_headers(callback.body, b"another key", now=NOW), callback.body)
    with pytest.raises(ForgedCallback):
        carrier.read_callback(foreign, now=NOW)
    with pytest.raises(ForgedCallback):
        carrier.read_callback(callback, now=NOW + timedelta(hours=1))
    with pytest.raises(ForgedCallback):
        carrier.read_callback(Callback({}, callback.body), now=NOW)


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"{}", b'{"reports": []}', b'{"reports": [1]}', b'{"reports": [{"carrier": "sf"}]}', b"\xff"],
)
def test_a_signed_callback_of_another_form_is_unreadable(carrier, body):
    with pytest.raises(UnreadableCallback):
        carrier.read_callback(Callback(signed_headers(body, KEY, now=NOW), body), now=NOW)


def test_quotes_grow_with_weight_and_distance(carrier):
    def quote(to_region, grams):
        return carrier.quote_minor(QuoteRequest("zto", "310101", to_region, grams), now=NOW)

    assert 0 < quote("310104", 1_000) < quote("110105", 1_000) < quote("650102", 1_000)
    assert quote("110105", 1_001) > quote("110105", 1_000)
    with pytest.raises(CarrierRefused):
        quote("810000", 1_000)
    with pytest.raises(CarrierRefused):
        quote("110105", 50_001)
