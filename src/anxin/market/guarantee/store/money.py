"""Rows of the guarantee's money. Lock order: a disbursement, then debts by id; orders and accounts after them."""

import json
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from anxin.infra.rows import read_row
from anxin.infra.sql import Statements
from anxin.kernel.clock import Instant
from anxin.kernel.money import in_turn
from anxin.market.guarantee.domain.facts import Payer
from anxin.market.guarantee.domain.paying import FundEntryKind, PayState
from anxin.market.guarantee.errors.money import AmountNotPositive, MoneyRefUsed
from anxin.market.guarantee.models.money import Debt, Disbursement, DisbursementPart, FundEntry

SQL = Statements(__name__, "../sql")
REF_PREFIX = "guarantee"
_CLAIMED = ("id", "kind", "ref", "order_id", "shop_id", "person_id", "amount_minor", "currency", "reason", "asked_at")


def claim(wanted: Disbursement) -> tuple[Disbursement, bool]:
    """Write a disbursement under its reference, or lock and return the one that has it; say whether it is new.

    Raises AmountNotPositive, and MoneyRefUsed when the reference stands for another amount or order.
    """
    if wanted.amount_minor <= 0:
        raise AmountNotPositive(wanted.amount_minor)
    columns = {name: getattr(wanted, name) for name in _CLAIMED}
    if SQL.run("claim_disbursement", payers=json.dumps(wanted.payers), **columns):
        return wanted, True
    known = Disbursement.objects.select_for_update().get(kind=wanted.kind, ref=wanted.ref)
    if (known.amount_minor, known.order_id) != (wanted.amount_minor, wanted.order_id):
        raise MoneyRefUsed(wanted.ref)
    return known, False


def locked(disbursement_id: UUID) -> Disbursement | None:
    """Lock and return a disbursement."""
    return read_row(Disbursement, lock=True, pk=disbursement_id)


def provider_ref(row: Disbursement, attempt: int) -> str:
    """Return the reference of an attempt at the provider: a new one each, because a failed one stays failed."""
    return f"{REF_PREFIX}:{row.pk}:{attempt}"


def read_provider_ref(ref: str) -> tuple[UUID, int] | None:
    """Return the disbursement and the attempt that a provider's reference stands for; None when it is none of ours."""
    prefix, _, rest = ref.partition(":")
    identity, _, attempt = rest.partition(":")
    return (UUID(identity), int(attempt)) if prefix == REF_PREFIX else None


def note_parts(row: Disbursement, parts: Iterable[tuple[Payer, int]]) -> None:
    """Write who gave what in the present attempt."""
    DisbursementPart.objects.bulk_create(
        DisbursementPart(disbursement=row, attempt=row.attempts, payer=payer, amount_minor=minor)
        for payer, minor in parts
    )


def parts_of(row: Disbursement) -> tuple[tuple[Payer, int], ...]:
    """Return who gave what in the present attempt; nothing while it waits or when it failed."""
    if row.state not in (PayState.SENT, PayState.ARRIVED):
        return ()
    return in_order(row, row.parts.filter(attempt=row.attempts))


def in_order(row: Disbursement, parts: Iterable[DisbursementPart]) -> tuple[tuple[Payer, int], ...]:
    """Return parts in the order in which the payers were asked; the platform's own fee comes last."""
    places = {payer: place for place, payer in enumerate(row.payers)}
    ordered = sorted(parts, key=lambda part: places.get(part.payer, len(places)))
    return tuple((Payer(part.payer), part.amount_minor) for part in ordered)


def open_debts(shop_id: UUID) -> list[Debt]:
    """Lock and return what a shop owes, oldest first."""
    rows = Debt.objects.select_for_update().filter(shop_id=shop_id, closed_at__isnull=True)
    return list(rows.order_by("id"))


def owed_minor(debts: Sequence[Debt]) -> int:
    """Return what of debts is not recovered."""
    return sum(debt.amount_minor - debt.recovered_minor for debt in debts)


def pay_down(debts: Sequence[Debt], amount_minor: int, *, now: Instant) -> None:
    """Count an amount against debts, the oldest first."""
    given, _ = in_turn(amount_minor, [debt.amount_minor - debt.recovered_minor for debt in debts])
    for debt, minor in zip(debts, given, strict=True):
        debt.recovered_minor += minor
        debt.closed_at = now if debt.recovered_minor == debt.amount_minor else None
    Debt.objects.bulk_update(debts, ["recovered_minor", "closed_at"])


def enter(kind: FundEntryKind, ref: str, amount_minor: int, **facts: Any) -> FundEntry:
    """Write a movement of the fund."""
    return FundEntry.objects.create(kind=kind, ref=ref, amount_minor=amount_minor, **facts)
