"""Couriers for returns: when one can come, book him, see him, call him off."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from anxin.faces.access import operation, person_of
from anxin.faces.api.fields import Answer, Body, ClaimId, Moment
from anxin.faces.api.frame import untied
from anxin.faces.api.idempotency import idempotent
from anxin.infra.clock import now
from anxin.market.guarantee.commands.return_pickups import book_return_pickup, cancel_return_pickup, return_slots
from anxin.market.guarantee.errors.insurance import UnknownReturnPickUp
from anxin.market.guarantee.queries.insurance import VisitFacts, visit_of_claim
from anxin.market.shipping.commands import Slot
from anxin.market.shipping.queries import PickUpState

router = Router()


class SlotOut(Answer):
    """A time at which a courier can come."""

    starts_at: datetime
    ends_at: datetime


class BookingIn(Body):
    """The time that was chosen, as it was offered."""

    starts_at: Moment
    ends_at: Moment


class VisitOut(Answer):
    """A courier's visit. `insured_minor`, `merchant_minor` and `buyer_minor` say who bore his freight, once he has the goods."""

    state: PickUpState
    carrier: str = Field(description="The carrier's code.")
    starts_at: datetime
    ends_at: datetime
    tracking_no: str
    quote_minor: int
    freight_minor: int
    insured_minor: int
    merchant_minor: int
    buyer_minor: int
    refusal: str
    ended_at: datetime | None


@router.get("/claims/{claim}/pickup/slots", response=list[SlotOut])
@operation("claims.use")
@untied
def list_slots(request: HttpRequest, claim: ClaimId) -> Any:
    """List when a courier can fetch the goods of an agreed return."""
    return [SlotOut.model_validate(slot) for slot in return_slots(claim, person_id=person_of(request), now=now())]


@router.get("/claims/{claim}/pickup", response=VisitOut)
@operation("claims.use")
def read_pickup(request: HttpRequest, claim: ClaimId) -> Any:
    """Read the newest visit of a courier for a return."""
    return _newest(request, claim)


@router.post("/claims/{claim}/pickup", response={201: VisitOut})
@operation("claims.use")
@idempotent
def book_pickup(request: HttpRequest, claim: ClaimId, wanted: BookingIn) -> Any:
    """Send a courier for the goods of an agreed return; the tracking number goes to the claim by itself."""
    slot = Slot(wanted.starts_at, wanted.ends_at)
    book_return_pickup(claim, slot, person_id=person_of(request), now=now())
    return Status(201, _newest(request, claim))


@router.post("/claims/{claim}/pickup/cancellation", response=VisitOut)
@operation("claims.use")
@idempotent
def cancel_pickup(request: HttpRequest, claim: ClaimId) -> Any:
    """Want no courier after all; one who has the parcel keeps it."""
    cancel_return_pickup(claim, person_id=person_of(request), now=now())
    return _newest(request, claim)


def _newest(request: HttpRequest, claim: Any) -> VisitOut:
    found: VisitFacts | None = visit_of_claim(claim, person_id=person_of(request))
    if found is None:
        raise UnknownReturnPickUp
    visit = found.visit
    return VisitOut(
        state=visit.state,
        carrier=visit.carrier.code,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        tracking_no=visit.tracking_no,
        quote_minor=visit.quote_minor,
        freight_minor=visit.freight_minor,
        insured_minor=found.insured_minor,
        merchant_minor=found.merchant_minor,
        buyer_minor=found.buyer_minor,
        refusal=visit.refusal,
        ended_at=visit.ended_at,
    )
