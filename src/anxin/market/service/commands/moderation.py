"""Operators decide about reviews that are said to break the law; every decision is in the audit log."""

from dataclasses import dataclass
from uuid import UUID

from anxin.infra.outbox import publish
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.people.commands.audit import record_act
from anxin.market.service.domain.reviews import NOTE_LENGTH_MAX, HideReason, ReviewState
from anxin.market.service.errors import reviews as errors
from anxin.market.service.events.reviews import ReviewHidden, ReviewRestored
from anxin.market.service.models import Review, ReviewReport
from anxin.market.service.store import reviews as rows

__all__ = ["HideReason", "Hiding", "dismiss_reports", "hide_review", "restore_review"]


@dataclass(frozen=True)
class Hiding:
    """Why a review is hidden: the law it breaks, and what of it, as everybody will read."""

    reason: HideReason
    note: str


@transactional
def hide_review(review_id: UUID, hiding: Hiding, *, by: UUID, now: Instant) -> None:
    """Hide a review that breaks the law; its place says that one was hidden and why, its stars no longer count.

    Raises UnknownReview, ReviewNotShown, DeciderIsParty, TextMissing, TextTooLong.
    """
    row = _decided_by(review_id, by)
    note = _stated(hiding.note)
    if row.state != ReviewState.SHOWN:
        raise errors.ReviewNotShown
    before = rows.weight(row)
    _save(row, state=ReviewState.HIDDEN, hidden_reason=hiding.reason.value, hidden_note=note, hidden_at=now)
    rows.recount(row, before)
    _settle_reports(row, now=now)
    record_act(
        "service.hide_review", f"review:{row.id}", {"reason": hiding.reason.value, "note": note}, actor_id=by, now=now
    )
    hidden = ReviewHidden(row.id, row.shop_id, row.product_id, row.person_id, hiding.reason.value)
    publish(hidden, shop_id=row.shop_id, now=now)


@transactional
def restore_review(review_id: UUID, note: str, *, by: UUID, now: Instant) -> None:
    """Show a hidden review again. Raises UnknownReview, ReviewNotHidden, DeciderIsParty, TextMissing, TextTooLong."""
    row = _decided_by(review_id, by)
    stated = _stated(note)
    if row.state != ReviewState.HIDDEN:
        raise errors.ReviewNotHidden
    before = rows.weight(row)
    _save(row, state=ReviewState.SHOWN, hidden_reason="", hidden_note="", hidden_at=None)
    rows.recount(row, before)
    record_act("service.restore_review", f"review:{row.id}", {"note": stated}, actor_id=by, now=now)
    publish(ReviewRestored(row.id, row.shop_id, row.product_id, row.person_id), shop_id=row.shop_id, now=now)


@transactional
def dismiss_reports(review_id: UUID, note: str, *, by: UUID, now: Instant) -> None:
    """Let a reported review stand. Raises UnknownReview, NoReportOpen, DeciderIsParty, TextMissing, TextTooLong."""
    row = _decided_by(review_id, by)
    stated = _stated(note)
    if row.reported_at is None:
        raise errors.NoReportOpen
    _settle_reports(row, now=now)
    record_act("service.keep_review", f"review:{row.id}", {"note": stated}, actor_id=by, now=now)


def _decided_by(review_id: UUID, by: UUID) -> Review:
    row = rows.locked_review(review_id)
    if row.person_id == by:
        raise errors.DeciderIsParty
    return row


def _stated(note: str) -> str:
    stated = note.strip()
    if not stated:
        raise errors.TextMissing
    if len(stated) > NOTE_LENGTH_MAX:
        raise errors.TextTooLong(NOTE_LENGTH_MAX)
    return stated


def _settle_reports(row: Review, *, now: Instant) -> None:
    ReviewReport.objects.filter(review_id=row.id, settled_at=None).update(settled_at=now)
    if row.reported_at is not None:
        _save(row, reported_at=None)


def _save(row: Review, **changes: object) -> None:
    for name, value in changes.items():
        setattr(row, name, value)
    row.version += 1
    row.save(update_fields=[*changes, "version"])
