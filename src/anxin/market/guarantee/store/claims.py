"""Rows of claims ⇄ domain. Lock order: claims by ascending id, then their disputes, then what lies below this module."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Max

from anxin.infra.rows import change_row, insert_row, read_row
from anxin.infra.tx import savepoint
from anxin.kernel.ids import new_id
from anxin.market.guarantee.domain.canonical import from_plain, to_plain
from anxin.market.guarantee.domain.claim_acts import Clock, Closing, Terms
from anxin.market.guarantee.domain.claim_life import LIFE, Claim, ClaimState, Debt
from anxin.market.guarantee.domain.facts import ClaimType
from anxin.market.guarantee.errors.claims import ClaimOpen, UnknownClaim
from anxin.market.guarantee.models.claims import OPEN, ClaimEntry
from anxin.market.guarantee.models.claims import Claim as ClaimRow


def lock(claim_id: UUID, *, person_id: UUID | None = None, shop_id: UUID | None = None) -> ClaimRow:
    """Return a claim, locked, as its buyer or its shop may see it. Raises UnknownClaim for anybody else's."""
    sides = {"person_id": person_id, "shop_id": shop_id}
    asked = {name: value for name, value in sides.items() if value is not None}
    found = read_row(ClaimRow, lock=True, id=claim_id, **asked)
    if found is None:
        raise UnknownClaim
    return found


def lock_many(claim_ids: Sequence[UUID], *, shop_id: UUID) -> list[ClaimRow]:
    """Return a shop's claims, locked in the order of their ids. Raises UnknownClaim where one is not the shop's."""
    wanted = set(claim_ids)
    rows = ClaimRow.objects.select_for_update().filter(id__in=wanted, shop_id=shop_id).order_by("id")
    found = list(rows[: len(wanted)])
    if len(found) < len(wanted):
        raise UnknownClaim
    return found


def lock_of_money(money_ref: str) -> list[ClaimRow]:
    """Return the open claims whose money this is, locked; usually one."""
    return list(ClaimRow.objects.select_for_update().filter(money_ref=money_ref, state__in=OPEN).order_by("id")[:100])


def insert(row: ClaimRow, claim: Claim) -> None:
    """Write a new claim. Raises ClaimOpen where the line has an open one."""
    for name, value in columns(claim).items():
        setattr(row, name, value)
    try:
        with savepoint():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise ClaimOpen from error


def save(row: ClaimRow, claim: Claim, **more: Any) -> None:
    """Write a claim back by compare-and-set. Raises LostRace."""
    change_row(row, LIFE.aggregate, {**columns(claim), **more})


def note(row: ClaimRow, entry: ClaimEntry) -> None:
    """Add an entry to the claim's timeline."""
    entry.id, entry.claim_id, entry.shop_id = new_id(), row.id, row.shop_id
    insert_row(entry)


def claim_of(row: ClaimRow) -> Claim:
    """Return the claim that a row holds."""
    return Claim(
        terms=from_plain(Terms, row.terms),
        remedy=ClaimType(row.remedy),
        state=ClaimState(row.state),
        attempt=row.attempt,
        clock=Clock(row.clock) if row.clock else None,
        due_at=row.due_at,
        left=timedelta(seconds=row.left_s) if row.left_s is not None else None,
        offer_minor=row.offer_minor,
        offers=row.offers,
        evidence_asks=row.evidence_asks,
        extended=row.extended,
        goods_back=row.goods_back,
        return_signed=row.return_signed,
        reship_signed=row.reship_signed,
        accepted_pieces=row.accepted_pieces,
        refund=Debt(row.refund_minor, row.refund_round, row.refund_arrived),
        compensation=Debt(row.compensation_minor, row.compensation_round, row.compensation_arrived),
        closing=Closing(row.closing) if row.closing else None,
    )


def columns(claim: Claim) -> dict[str, Any]:
    """Return the columns that a step may change."""
    return {
        "terms": to_plain(claim.terms),
        "type": claim.terms.type,
        "remedy": claim.remedy,
        "state": claim.state,
        "owner": claim.owner or "",
        "attempt": claim.attempt,
        "clock": claim.clock or "",
        "due_at": claim.due_at,
        "left_s": None if claim.left is None else int(claim.left.total_seconds()),
        "offer_minor": claim.offer_minor,
        "offers": claim.offers,
        "evidence_asks": claim.evidence_asks,
        "extended": claim.extended,
        "goods_back": claim.goods_back,
        "return_signed": claim.return_signed,
        "reship_signed": claim.reship_signed,
        "accepted_pieces": claim.accepted_pieces,
        "refund_minor": claim.refund.minor,
        "refund_round": claim.refund.round,
        "refund_arrived": claim.refund.arrived,
        "compensation_minor": claim.compensation.minor,
        "compensation_round": claim.compensation.round,
        "compensation_arrived": claim.compensation.arrived,
        "closing": claim.closing or "",
    }


def attempts_on(line_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Return how many times after-sale service was asked for on each line, modifications included."""
    rows = ClaimRow.objects.filter(line_id__in=list(line_ids)).values_list("line_id").annotate(most=Max("attempt"))
    return dict(rows.order_by())


def open_on(line_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Return the open claim of each line that has one."""
    rows = ClaimRow.objects.filter(line_id__in=list(line_ids), state__in=OPEN)
    return dict(rows.values_list("line_id", "id"))
