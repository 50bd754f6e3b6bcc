"""Insurance and compensations for the platform's own people: the pool, its policies, what was paid and for which faults."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import BaseModel, Field

from anxin.faces.access import operation, person_of
from anxin.faces.api.fields import (
    Answer,
    Body,
    CompensationId,
    OrderId,
    PageAnswer,
    PageQuery,
    PersonId,
    ShopId,
    page_answer,
)
from anxin.faces.api.idempotency import idempotent
from anxin.faces.api.insurance import CompensationOut, PolicyOut
from anxin.faces.insurance_words import FOUND
from anxin.infra.clock import now
from anxin.market.guarantee.commands.compensation import compensate_found
from anxin.market.guarantee.queries import compensation, insurance
from anxin.market.guarantee.queries.compensation import CompensationKind

router = Router()

Days = Annotated[int, Field(ge=1, le=366, description="How many days back.")]


class PoolQuery(BaseModel):
    """How much of the pool's past is wanted."""

    days: Days = 84


class TotalsQuery(BaseModel):
    """How much of the past is wanted."""

    days: Days = 30


class PoolWeekOut(Answer):
    """One week of the pool, in minor units."""

    week: date
    premiums_minor: int
    payouts_minor: int


class PoolPartOut(Answer):
    """The policies of one product and one kind of payer, in minor units; without premiums there is no loss ratio."""

    product: str
    holder: str
    policies: int
    premiums_minor: int
    paid_claims: int
    paid_minor: int
    loss_ratio_bps: int | None


class PoolOut(Answer):
    """The insurer's pool over a time, in minor units, by week and by product; the balance is of now."""

    since: datetime
    until: datetime
    balance_minor: int
    premiums_minor: int
    payouts_minor: int
    loss_ratio_bps: int | None
    weeks: list[PoolWeekOut]
    parts: list[PoolPartOut]


class DeskPolicyOut(PolicyOut):
    """The insurance of an order's way back, with its two sides and the insurer's own number."""

    shop_id: ShopId
    person_id: PersonId
    insurer_ref: str


class DeskCompensationOut(CompensationOut):
    """Something a buyer was paid for without asking; `found`: by a person, whose words `cause` are."""

    shop_id: ShopId
    person_id: PersonId
    found: bool
    due_at: datetime


class FaultOut(Answer):
    """How often and how much was paid for one kind of fault."""

    kind: str
    number: int
    amount_minor: int


class FaultsOut(Answer):
    """What was paid without asking in a time, kinds of fault without any included."""

    since: datetime
    until: datetime
    faults: list[FaultOut]


class ForceMajeureOut(Answer):
    """A time that does not count in a region; an empty region is everywhere, without `until` it lasts."""

    region: str
    since: datetime
    until: datetime | None
    reason: str


class ForceMajeuresOut(Answer):
    """The newest times that do not count, 50 at most."""

    force_majeures: list[ForceMajeureOut]


class FindingIn(Body):
    """What a person found about an order."""

    order: OrderId
    kind: Annotated[str, Field(pattern=f"^({'|'.join(FOUND)})$")]
    cause: Annotated[str, Field(min_length=1, max_length=200)]


class CompensationFoundOut(Answer):
    """The compensation that a finding made."""

    id: CompensationId


@router.get("/desk/insurance-pool", response=PoolOut)
@operation("desk.insurance")
def read_pool(request: HttpRequest, wanted: Query[PoolQuery]) -> Any:  # noqa: ARG001
    """Read the insurer's pool: premiums, payouts and loss ratio by week, product and payer."""
    moment = now()
    return insurance.pool_report(moment - timedelta(days=wanted.days), moment)


@router.get("/desk/insurance", response=PageAnswer[DeskPolicyOut])
@operation("desk.insurance")
def list_all_policies(request: HttpRequest, wanted: Query[PageQuery]) -> Any:  # noqa: ARG001
    """List every policy with its claim, newest first."""
    page = insurance.policies(limit=wanted.limit, cursor=wanted.cursor, now=now())
    return page_answer(page.map(DeskPolicyOut.model_validate))


@router.get("/desk/compensations", response=PageAnswer[DeskCompensationOut])
@operation("desk.compensations")
def list_all_compensations(request: HttpRequest, wanted: Query[PageQuery]) -> Any:  # noqa: ARG001
    """List everything that buyers were paid for without asking, newest first."""
    page = compensation.compensations(limit=wanted.limit, cursor=wanted.cursor)
    return page_answer(page.map(DeskCompensationOut.model_validate))


@router.post("/desk/compensations", response={201: CompensationFoundOut})
@operation("desk.compensations")
@idempotent
def pay_for_finding(request: HttpRequest, wish: FindingIn) -> Any:
    """Pay a buyer for what was found about an order, at the shop's expense."""
    found = compensate_found(
        wish.order, CompensationKind(wish.kind), wish.cause, found_by=person_of(request), now=now()
    )
    return Status(201, CompensationFoundOut(id=found))


@router.get("/desk/compensations/faults", response=FaultsOut)
@operation("desk.compensations")
def read_faults(request: HttpRequest, wanted: Query[TotalsQuery]) -> Any:  # noqa: ARG001
    """Read how much was paid without asking for each kind of fault."""
    until = now()
    since = until - timedelta(days=wanted.days)
    return {"since": since, "until": until, "faults": compensation.totals_by_kind(since, until)}


@router.get("/desk/force-majeures", response=ForceMajeuresOut)
@operation("desk.compensations")
def read_force_majeures(request: HttpRequest) -> Any:  # noqa: ARG001
    """Read where and when the time to ship does not count."""
    return {"force_majeures": compensation.force_majeures()}
