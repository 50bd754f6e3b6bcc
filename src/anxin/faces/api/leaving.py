"""Leaving the market, for merchants' programs: what stands against it, and the last word."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from anxin.faces.access import operation, person_of
from anxin.faces.api.fields import Answer
from anxin.faces.api.idempotency import idempotent
from anxin.infra.clock import now
from anxin.market.guarantee.commands.leaving import leave_market
from anxin.market.guarantee.queries.leaving import leaving_of

router = Router()


class LeavingOut(Answer):
    """What stands against getting the deposits back; amounts in fen."""

    closed: bool
    deposits_minor: int
    owed_minor: int
    escrow_minor: int
    open_claims: int
    open_disputes: int


class ExitOut(Answer):
    """What leaving came to: taken for debts, still owed, still in escrow, open claims, and given back to the shop's balance."""

    recovered_minor: int
    owed_minor: int
    escrow_minor: int
    open_claims: int
    returned_minor: int


@router.get("/shop/leaving", response=LeavingOut)
@operation("shop.leave")
def read_leaving(request: HttpRequest) -> Any:
    """Read what stands against leaving the market."""
    return LeavingOut.model_validate(leaving_of(_shop(request)))


@router.post("/shop/leaving", response=ExitOut)
@operation("shop.leave")
@idempotent
def leave(request: HttpRequest) -> Any:
    """Close the shop for good and take back what nobody may claim; ask again once the rest has ended."""
    return ExitOut.model_validate(leave_market(_shop(request), by=person_of(request), now=now()))


def _shop(request: HttpRequest) -> UUID:
    return request.shop_id  # type: ignore[attr-defined,no-any-return]
