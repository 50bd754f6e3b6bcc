"""Freight insurance and automatic compensations for programs: a buyer's own and a shop's own."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field

from anxin.faces.access import operation, person_of
from anxin.faces.api.fields import (
    Answer,
    Body,
    CompensationId,
    FreightClaimId,
    OrderId,
    PageAnswer,
    PageQuery,
    PolicyId,
    page_answer,
)
from anxin.faces.api.idempotency import idempotent
from anxin.infra.clock import now
from anxin.market.guarantee.commands import freight
from anxin.market.guarantee.commands.insuring import insure_shop
from anxin.market.guarantee.commands.ship_terms import set_ship_term
from anxin.market.guarantee.queries import compensation, insurance
from anxin.market.guarantee.queries.insurance import PolicyFacts

router = Router()

HOURS_MAX = 1_080


class FreightClaimOut(Answer):
    """A claim for the freight of a return."""

    id: FreightClaimId
    state: str = Field(description="open, processing, success or failed.")
    route: str = Field(description="pickup or self_ship.")
    tracking_no: str
    asked_minor: int
    paid_minor: int
    refusal: str | None
    pay_by: datetime
    appeal_by: datetime | None
    may_appeal: bool
    arrived_at: datetime | None


class PolicyOut(Answer):
    """The insurance of an order's way back, in minor units."""

    id: PolicyId
    order_id: OrderId
    state: str
    code: int = Field(description="The platform's number of the state (DOMAIN 1.3).")
    holder: str = Field(description="Who pays the premium: merchant, creator, platform or buyer.")
    product: str
    premium_minor: int
    premium_state: str
    cover_minor: int
    distance_km: int
    rules: str
    opened_at: datetime
    shipped_at: datetime | None
    ends_at: datetime | None
    claim: FreightClaimOut | None


class CompensationOut(Answer):
    """Something a buyer was paid for without asking, in minor units."""

    id: CompensationId
    order_id: OrderId
    kind: str
    stage: int
    state: str
    paid_minor: int = Field(description="What the order had paid.")
    amount_minor: int
    cause: str
    made_at: datetime
    arrived_at: datetime | None


class AppealIn(Body):
    """Another tracking number for a return whose freight was refused."""

    carrier: Annotated[str, Field(min_length=2, max_length=20)]
    tracking_no: Annotated[str, Field(min_length=5, max_length=40)]


class InsuringIn(Body):
    """Whether orders placed from now on are insured."""

    is_on: bool


class ShipTermIn(Body):
    """Within how many hours of payment the shop ships from now on; null leaves it to the categories."""

    hours: Annotated[int, Field(ge=1, le=HOURS_MAX)] | None


class ShipTermOut(Answer):
    """How the shop ships: its promise, and the orders of the last days by which it may be barred."""

    hours: int | None
    orders: int
    late: int
    rate_bps: int
    barred_until: datetime | None


class InsuringOut(Answer):
    """Whether a shop insures its orders and may do so."""

    is_on: bool
    is_admitted: bool
    conditions: dict[str, bool]
    return_rate_bps: int


@router.get("/insurance", response=PageAnswer[PolicyOut])
@operation("orders.buy")
def list_policies(request: HttpRequest, wanted: Query[PageQuery]) -> Any:
    """List the insured ways back of one's own orders, newest first."""
    page = insurance.policies(person_id=person_of(request), limit=wanted.limit, cursor=wanted.cursor, now=now())
    return page_answer(page.map(_policy))


@router.post("/insurance/claims/{freight_claim}/appeal", response={204: None})
@operation("orders.buy")
@idempotent
def appeal_freight(request: HttpRequest, freight_claim: FreightClaimId, wish: AppealIn) -> Any:
    """Hand in another tracking number within 72 hours of a refusal."""
    facts = {"carrier": wish.carrier, "tracking_no": wish.tracking_no}
    freight.appeal(freight_claim, person_id=person_of(request), **facts, now=now())
    return Status(204, None)


@router.get("/compensations", response=PageAnswer[CompensationOut])
@operation("orders.buy")
def list_compensations(request: HttpRequest, wanted: Query[PageQuery]) -> Any:
    """List what one was paid for without asking, newest first."""
    page = compensation.compensations(person_id=person_of(request), limit=wanted.limit, cursor=wanted.cursor)
    return page_answer(page.map(CompensationOut.model_validate))


@router.get("/shop/insurance", response=PageAnswer[PolicyOut])
@operation("insurance.read")
def list_shop_policies(request: HttpRequest, wanted: Query[PageQuery]) -> Any:
    """List the policies of the shop's orders, newest first."""
    page = insurance.policies(shop_id=_shop(request), limit=wanted.limit, cursor=wanted.cursor, now=now())
    return page_answer(page.map(_policy))


@router.get("/shop/insurance/switch", response=InsuringOut)
@operation("insurance.read")
def read_insuring(request: HttpRequest) -> Any:
    """Read whether the shop insures its orders and may do so."""
    return _insuring(_shop(request))


@router.put("/shop/insurance/switch", response=InsuringOut)
@operation("insurance.manage")
def set_insuring(request: HttpRequest, wish: InsuringIn) -> Any:
    """Insure orders placed from now on, or no more."""
    insure_shop(_shop(request), is_on=wish.is_on, by=person_of(request), now=now())
    return _insuring(_shop(request))


@router.get("/shop/compensations", response=PageAnswer[CompensationOut])
@operation("insurance.read")
def list_shop_compensations(request: HttpRequest, wanted: Query[PageQuery]) -> Any:
    """List what buyers of the shop were paid for without asking, newest first."""
    page = compensation.compensations(shop_id=_shop(request), limit=wanted.limit, cursor=wanted.cursor)
    return page_answer(page.map(CompensationOut.model_validate))


@router.get("/shop/ship-term", response=ShipTermOut)
@operation("insurance.read")
def read_ship_term(request: HttpRequest) -> Any:
    """Read the shop's promise of shipping and how it is kept."""
    return _ship_term(_shop(request))


@router.put("/shop/ship-term", response=ShipTermOut)
@operation("insurance.manage")
def change_ship_term(request: HttpRequest, wish: ShipTermIn) -> Any:
    """Promise another time of shipping for orders from now on."""
    set_ship_term(_shop(request), wish.hours, set_by=person_of(request), now=now())
    return _ship_term(_shop(request))


def _policy(facts: PolicyFacts) -> PolicyOut:
    return PolicyOut.model_validate(facts)


def _insuring(shop_id: UUID) -> dict[str, Any]:
    moment = now()
    found = insurance.admission(shop_id, now=moment)
    return {
        "is_on": insurance.is_insuring(shop_id, now=moment),
        "is_admitted": found.is_met,
        "conditions": dict(found.conditions),
        "return_rate_bps": found.return_rate_bps,
    }


def _ship_term(shop_id: UUID) -> dict[str, Any]:
    moment = now()
    rate = compensation.late_rate(shop_id, now=moment)
    return {
        "hours": compensation.ship_term(shop_id, now=moment),
        "orders": rate.orders,
        "late": rate.late,
        "rate_bps": rate.rate_bps,
        "barred_until": rate.barred_until,
    }


def _shop(request: HttpRequest) -> UUID:
    """The shop that the policy admitted the caller to."""
    shop_id: UUID = request.shop_id  # type: ignore[attr-defined]
    return shop_id
