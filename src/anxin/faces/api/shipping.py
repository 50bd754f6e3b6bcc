"""Carriers, tracking and quotes through the API, and the carriers' door."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Path, Query, Router
from pydantic import BaseModel, ConfigDict, Field

from anxin.faces.access import operation
from anxin.faces.api.fields import Answer, Body, OrderId, PageAnswer, PageQuery, ParcelId, page_answer
from anxin.infra.clock import now
from anxin.market.shipping import commands, queries
from anxin.market.shipping.commands import Callback, QuoteRequest
from anxin.market.shipping.errors import UnreadableCallback
from anxin.market.shipping.queries import ParcelState, ReportKind

router = Router()

BODY_BYTES_MAX = 256 * 1024
Region = Annotated[str, Field(pattern=r"^\d{6}$", description="A code of GB/T 2260.", examples=["310101"])]


class CarrierOut(Answer):
    """A carrier, and what its tracking numbers look like."""

    code: str
    name: str
    name_en: str
    example: str


class CarriersOut(Answer):
    """Carriers; for a tracking number the likeliest first."""

    items: list[CarrierOut]


class CarriersQuery(BaseModel):
    """Which carriers are wanted."""

    model_config = ConfigDict(extra="forbid")

    number: str = Field("", max_length=40, description="Only those that print such tracking numbers.")


class ParcelLineOut(Answer):
    """One line of a parcel's tracking."""

    kind: ReportKind
    place: str
    text: str
    happened_at: datetime


class TrackedParcelOut(Answer):
    """A parcel and its tracking, newest line first."""

    id: ParcelId
    order_id: OrderId
    carrier: CarrierOut
    tracking_no: str
    state: ParcelState
    registered_at: datetime
    picked_up_at: datetime | None
    signed_at: datetime | None
    troubled_at: datetime | None
    refusal: str
    lines: list[ParcelLineOut]


class QuoteIn(Body):
    """A parcel to be priced."""

    carrier: Annotated[str, Field(min_length=2, max_length=20, examples=["sf"])]
    from_region: Region
    to_region: Region
    weight_grams: Annotated[int, Field(ge=1, le=1_000_000)]


class CarrierQuoteOut(Answer):
    """What the carrier asks."""

    price_minor: int
    currency: str = "CNY"


class HeardOut(Answer):
    """How many lines of tracking were new."""

    new: int


@router.get("/carriers", response=CarriersOut)
@operation("market.browse")
def list_carriers(request: HttpRequest, wanted: Query[CarriersQuery]) -> Any:  # noqa: ARG001
    """List the carriers that parcels can be sent with."""
    return {"items": queries.carriers_for(wanted.number) if wanted.number else queries.carriers()}


@router.get("/shop/parcels", response=PageAnswer[TrackedParcelOut])
@operation("orders.read")
def list_parcels(request: HttpRequest, wanted: Query[PageQuery]) -> Any:
    """List the shop's parcels, newest first, without their tracking."""
    page = queries.parcels_page(_shop(request), cursor=wanted.cursor, limit=wanted.limit)
    return page_answer(page.map(TrackedParcelOut.model_validate))


@router.get("/shop/parcels/{parcel}/tracking", response=TrackedParcelOut)
@operation("orders.read")
def read_parcel(request: HttpRequest, parcel: ParcelId) -> Any:
    """Read one of the shop's parcels with its tracking."""
    return queries.parcel_of_shop(_shop(request), parcel)


@router.post("/shop/freight-quotes", response=CarrierQuoteOut)
@operation("orders.ship")
def quote(request: HttpRequest, wanted: QuoteIn) -> Any:  # noqa: ARG001
    """Ask a carrier what a parcel would cost."""
    asked = QuoteRequest(wanted.carrier, wanted.from_region, wanted.to_region, wanted.weight_grams)
    return {"price_minor": commands.quote_minor(asked, now=now())}


@router.post("/callbacks/carriers/{service}", response=HeardOut)
@operation("callbacks.receive")
def receive_callback(request: HttpRequest, service: Annotated[str, Path(pattern="^[a-z]{1,40}$")]) -> Any:  # noqa: ARG001 - one service so far
    """Take a report of the carrier service; only its signature is trusted. The body is the service's own format."""
    if len(request.body) > BODY_BYTES_MAX:
        raise UnreadableCallback
    heard = commands.receive_callback(Callback(dict(request.headers), request.body), now=now())
    return {"new": heard}


def _shop(request: HttpRequest) -> UUID:
    return request.shop_id  # type: ignore[attr-defined,no-any-return]  # set by the door
