"""Couriers for returns (上门取件): booked by the buyer, paid by the insurance first, the rest by the side at fault.

What the buyer bears is paid to the courier at the door. The tracking number goes to the claim by itself.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from anxin.infra.deadlines import schedule
from anxin.infra.outbox import publish
from anxin.infra.tx import savepoint, transactional
from anxin.kernel.clock import Instant
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import new_id
from anxin.kernel.states import IllegalStep
from anxin.market.guarantee.commands import freight, insured_returns, money
from anxin.market.guarantee.commands.freight import SentBack
from anxin.market.guarantee.commands.insured_returns import ReturnFacts
from anxin.market.guarantee.commands.policies import PREMIUM_PAYERS
from anxin.market.guarantee.domain.insurance import Parcel, Route, covered_minor
from anxin.market.guarantee.domain.insurance_rules import InsuranceProduct
from anxin.market.guarantee.errors.insurance import (
    NoPickUp,
    NoReturnAddress,
    PickUpBooked,
    UnknownReturnPickUp,
)
from anxin.market.guarantee.errors.money import NotCovered
from anxin.market.guarantee.events.insurance import ReturnCollected
from anxin.market.guarantee.models import FreightPolicy, ReturnPickUp
from anxin.market.guarantee.store import insurance as store
from anxin.market.ledger.commands import INSURER_POOL, RETURN_FREIGHT, JournalEntry, Leg, post
from anxin.market.orders import queries as orders
from anxin.market.shipping import commands as shipping
from anxin.market.shipping.commands import NewPickUp, PickUpPlace, Slot
from anxin.market.shipping.events import PickUpCollected
from anxin.market.shops import queries as shops

CHARGE = "guarantee.pickup_charge"
CHARGE_AGAIN = timedelta(days=1)
JOURNAL = "guarantee.pickup_freight"
CARRIER = "sf"
SLOT_MAX = timedelta(hours=4)
WEIGHT_UNKNOWN_GRAMS = 1_000
log = logging.getLogger(__name__)

__all__ = [
    "book_return_pickup",
    "cancel_return_pickup",
    "drop_pickup",
    "end_pickup",
    "return_slots",
    "settle_pickup",
    "take_freight",
]


@dataclass(frozen=True)
class Bearing:
    """Who bears how much of a courier's freight."""

    insured_minor: int
    merchant_minor: int
    buyer_minor: int


def return_slots(claim_id: UUID, *, person_id: UUID, now: Instant) -> tuple[Slot, ...]:
    """Ask the carrier when a courier can fetch the goods of a claim. Outside any transaction.

    Raises NoPickUp, CarrierUnavailable.
    """
    claim = insured_returns.return_of(claim_id, person_id=person_id)
    _check_bookable(claim, now=now)
    region = str((orders.order(claim.order_id).address or {}).get("region", ""))
    last = claim.return_by
    return tuple(
        slot
        for slot in shipping.pickup_slots(region, carrier=CARRIER, now=now)
        if last is None or slot.starts_at <= last
    )


@transactional
def book_return_pickup(claim_id: UUID, slot: Slot, *, person_id: UUID, now: Instant) -> UUID:
    """Send a courier for the goods of an agreed return; return the visit's id. The same slot again is the same visit.

    Raises NoPickUp, PickUpBooked (another visit is open), NoReturnAddress, SlotGone.
    """
    claim = insured_returns.locked_return(claim_id, person_id=person_id)
    _check_bookable(claim, now=now)
    open_ = ReturnPickUp.objects.filter(claim_id=claim_id, ended_at__isnull=True).first()
    if open_ is not None:
        raise PickUpBooked
    if slot.ends_at - slot.starts_at > SLOT_MAX:
        raise NoPickUp
    order = orders.order(claim.order_id)
    pickup = ReturnPickUp.objects.create(
        id=new_id(),
        claim_id=claim_id,
        order_id=claim.order_id,
        shop_id=claim.shop_id,
        person_id=person_id,
        merchant_at_fault=claim.merchant_at_fault,
        asked_at=now,
    )
    wish = NewPickUp(
        pickup_id=pickup.pk,
        order_id=claim.order_id,
        shop_id=claim.shop_id,
        carrier=CARRIER,
        slot=slot,
        from_place=_place(order.address or {}),
        to_place=_place(claim.return_address or dict(shops.shop(claim.shop_id).return_address)),
        weight_grams=_grams(order, claim),
    )
    shipping.ask_pickup(wish, now=now)
    return pickup.pk


@transactional
def cancel_return_pickup(claim_id: UUID, *, person_id: UUID, now: Instant) -> None:
    """Want no courier after all. Raises UnknownReturnPickUp, IllegalStep when he has the parcel."""
    open_ = ReturnPickUp.objects.filter(claim_id=claim_id, person_id=person_id, ended_at__isnull=True).first()
    if open_ is None:
        raise UnknownReturnPickUp
    shipping.cancel_pickup(open_.pk, now=now)
    ReturnPickUp.objects.filter(pk=open_.pk, ended_at__isnull=True).update(ended_at=now)


@transactional
def drop_pickup(claim_id: UUID, *, now: Instant) -> None:
    """Call a courier off whose claim came to nothing; one who has the parcel keeps it."""
    open_ = ReturnPickUp.objects.filter(claim_id=claim_id, ended_at__isnull=True).first()
    if open_ is None:
        return
    try:
        with savepoint():
            shipping.cancel_pickup(open_.pk, now=now)
    except IllegalStep:
        return
    end_pickup(open_.pk, now=now)


@transactional
def end_pickup(pickup_id: UUID, *, now: Instant) -> None:
    """Note that no courier came or comes: another may be booked. Twice changes nothing."""
    ReturnPickUp.objects.filter(pk=pickup_id, ended_at__isnull=True).update(ended_at=now)


@transactional
def settle_pickup(event: PickUpCollected, *, now: Instant) -> None:
    """Settle the freight at once when the courier has the goods, and tell the claim under which number they travel.

    Twice changes nothing; a claim that went another way meanwhile does not unsettle what the courier did.
    """
    claim_id = ReturnPickUp.objects.filter(pk=event.pickup_id).values_list("claim_id", flat=True).first()
    if claim_id is None:
        return
    claim = insured_returns.locked_return(claim_id)
    pickup = store.locked_pickup(event.pickup_id)
    if pickup.collected:
        return
    bearing = _borne(pickup, claim, event, now=now)
    handed_over = _hand_over(claim, event, now=now)
    ReturnPickUp.objects.filter(pk=pickup.pk).update(
        collected=True,
        handed_over=handed_over,
        ended_at=now,
        insured_minor=bearing.insured_minor,
        merchant_minor=bearing.merchant_minor,
        buyer_minor=bearing.buyer_minor,
    )
    if bearing.merchant_minor:
        schedule(CHARGE, pickup.pk, now)
    fact = ReturnCollected(
        pickup.pk,
        pickup.claim_id,
        pickup.order_id,
        pickup.shop_id,
        pickup.person_id,
        bearing.insured_minor,
        bearing.merchant_minor,
        bearing.buyer_minor,
        event.collected_at,
    )
    publish(fact, shop_id=pickup.shop_id, now=now)


@transactional
def take_freight(pickup_id: UUID, *, now: Instant) -> None:
    """Take from a shop at fault what the insurance does not bear; one that cannot pay is asked again tomorrow."""
    pickup = store.locked_pickup(pickup_id)
    if not pickup.merchant_minor:
        return
    try:
        with savepoint():
            money.charge(
                pickup.shop_id,
                pickup.merchant_minor,
                to=RETURN_FREIGHT,
                ref=f"pickup:{pickup.pk}",
                payers=PREMIUM_PAYERS,
                now=now,
            )
    except NotCovered:
        schedule(CHARGE, pickup.pk, now + CHARGE_AGAIN)


def _borne(pickup: ReturnPickUp, claim: ReturnFacts, event: PickUpCollected, *, now: Instant) -> Bearing:
    """Let the insurance bear what it does; the rest is the shop's where it is at fault, else the buyer's."""
    sent = SentBack(claim.claim_id, claim.order_id, Route.PICKUP, event.carrier, event.tracking_no, claim.applied_at)
    wanted = _covered(store.locked_policy_of(claim.order_id), event)
    insured = wanted if freight.settle_collected(sent, event.freight_minor, wanted, now=now) else 0
    if insured:
        legs = (Leg(INSURER_POOL, -insured), Leg(RETURN_FREIGHT, insured))
        post(JournalEntry(JOURNAL, str(pickup.pk), legs, shop_id=pickup.shop_id), now=now)
    rest = event.freight_minor - insured
    return Bearing(insured, rest, 0) if pickup.merchant_at_fault else Bearing(insured, 0, rest)


def _covered(policy: FreightPolicy | None, event: PickUpCollected) -> int:
    if policy is None:
        return 0
    parcel = Parcel(policy.from_region, policy.to_region, event.weight_grams)
    return covered_minor(event.freight_minor, InsuranceProduct(policy.product), parcel, store.rules_of(policy))


def _hand_over(claim: ReturnFacts, event: PickUpCollected, *, now: Instant) -> bool:
    """Give the claim its tracking number; a claim that does not wait for it any more is left alone."""
    try:
        with savepoint():
            insured_returns.send_back(claim, event.carrier, event.tracking_no, now=now)
    except AnxinError as refused:
        log.warning("claim %s did not take the courier's number: %s", claim.claim_id, refused.code)
        return False
    return True


def _check_bookable(claim: ReturnFacts, *, now: Instant) -> None:
    """Raise NoPickUp unless the goods are awaited and in time (7 days from the approval), NoReturnAddress without a place."""
    late = claim.return_by is not None and now > claim.return_by
    if not claim.awaits_return or late:
        raise NoPickUp
    if not (claim.return_address or shops.shop(claim.shop_id).return_address):
        raise NoReturnAddress


def _place(address: dict[str, Any]) -> PickUpPlace:
    name, phone, region = (str(address.get(part, "")) for part in ("name", "phone", "region"))
    return PickUpPlace(name, phone, region, str(address.get("text") or address.get("detail", "")))


def _grams(order: orders.OrderFacts, claim: ReturnFacts) -> int:
    line = next(line for line in order.lines if line.id == claim.line_id)
    return max(1, int(line.frozen.get("weight_grams") or WEIGHT_UNKNOWN_GRAMS) * claim.pieces)
