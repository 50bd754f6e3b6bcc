"""Operators let posts pass or refuse them, hide what breaks the rules, show it again; every decision is in the audit log."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from anxin.infra.deadlines import cancel, schedule
from anxin.infra.outbox import publish
from anxin.infra.tallies import count_many
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.content.domain import posts as rules
from anxin.market.content.domain.posts import PostState, RejectReason
from anxin.market.content.domain.talk import CommentState, Count
from anxin.market.content.errors import posts as errors
from anxin.market.content.errors.talk import UnknownComment
from anxin.market.content.events import PostPublished, PostRejected, PostUnpublished
from anxin.market.content.models import Comment, Post, Report
from anxin.market.content.store import index, locked_post, step_post, write
from anxin.market.people.commands.audit import record_act

__all__ = [
    "RejectReason",
    "Verdict",
    "approve_post",
    "decide_comment",
    "dismiss_reports",
    "hide_post",
    "publish_due",
    "reject_post",
    "restore_post",
]


@dataclass(frozen=True)
class Verdict:
    """Why a post is not shown: at least one class of the rulebook, and what of it, as its creator will read."""

    reasons: Sequence[RejectReason]
    note: str = ""


@transactional
def approve_post(post_id: UUID, *, by: UUID, now: Instant) -> None:
    """Let a post pass: it is public at once, or from its planned moment. Raises UnknownPost, IllegalStep, ReviewerIsParty."""
    row = _decided_by(post_id, by)
    verb = rules.approving(row.publish_at, now)
    decided = {"reasons": [], "decision_note": "", **_decided(by, now)}
    if verb == "schedule" and row.publish_at is not None:
        step_post(row, verb, **decided)
        schedule("content.publish", row.pk, row.publish_at, version=row.version)
    else:
        step_post(row, verb, **decided, published_at=row.published_at or now)
        make_known(row, now=now)
    record_act("content.approve", f"post:{row.pk}", {}, actor_id=by, now=now)


@transactional
def reject_post(post_id: UUID, verdict: Verdict, *, by: UUID, now: Instant) -> None:
    """Refuse a post in review. Raises UnknownPost, IllegalStep, ReviewerIsParty, ReasonMissing, PostTextTooLong."""
    row = _decided_by(post_id, by)
    step_post(row, "reject", **_stated(verdict), **_decided(by, now))
    _record("content.reject", row, by=by, now=now)
    publish(PostRejected(row.pk, row.creator_id, tuple(row.reasons)), shop_id=row.shop_id, now=now)


@transactional
def hide_post(post_id: UUID, verdict: Verdict, *, by: UUID, now: Instant) -> None:
    """Take a post from the public. Raises UnknownPost, IllegalStep, ReviewerIsParty, ReasonMissing, PostTextTooLong."""
    row = _decided_by(post_id, by)
    if row.state == PostState.SCHEDULED:
        cancel("content.publish", row.pk)
    step_post(row, "hide", **_stated(verdict), published_at=row.published_at or now, **_decided(by, now))
    _settle(row, now=now)
    _record("content.hide", row, by=by, now=now)
    publish(PostUnpublished(row.pk, row.creator_id, row.state), shop_id=row.shop_id, now=now)


@transactional
def restore_post(post_id: UUID, *, by: UUID, now: Instant) -> None:
    """Show a hidden post again. Raises UnknownPost, IllegalStep, ReviewerIsParty."""
    row = _decided_by(post_id, by)
    step_post(row, "restore", reasons=[], decision_note="", **_decided(by, now))
    make_known(row, now=now)
    _record("content.restore", row, by=by, now=now)


@transactional
def dismiss_reports(post_id: UUID, *, by: UUID, now: Instant) -> None:
    """Let a reported post and the comments on it stand. Raises UnknownPost, ReviewerIsParty."""
    row = _decided_by(post_id, by)
    _settle(row, now=now)
    _record("content.keep", row, by=by, now=now)


@transactional
def decide_comment(comment_id: UUID, *, hide: bool, by: UUID, now: Instant) -> None:
    """Hide a reported comment, or let it stand. Raises UnknownComment, ReviewerIsParty."""
    row = Comment.objects.select_for_update().filter(pk=comment_id, state=CommentState.SHOWN).first()
    if row is None:
        raise UnknownComment
    if row.person_id == by:
        raise errors.ReviewerIsParty
    row.reported_at = None
    if hide:
        row.state = CommentState.HIDDEN
        count_many(comment_steps(row, -1))
    row.save(update_fields=["state", "reported_at"])
    Report.objects.filter(comment_id=row.pk, settled_at=None).update(settled_at=now)
    verb = "content.hide_comment" if hide else "content.keep_comment"
    record_act(verb, f"comment:{row.pk}", {}, actor_id=by, now=now)


@transactional
def publish_due(post_id: UUID, *, now: Instant) -> None:
    """Publish a post whose moment has come; one that moved on meanwhile, or is planned for later, stays as it is."""
    due = Post.objects.filter(pk=post_id, state=PostState.SCHEDULED, publish_at__lte=now)
    row = due.select_for_update().defer("words").first()
    if row is not None:
        step_post(row, "publish", published_at=row.published_at or now)
        make_known(row, now=now)


def comment_steps(row: Comment, step: int) -> list[tuple[UUID, str, int]]:
    """Return which counters a comment moves when it appears (1) or goes (-1)."""
    steps = [(row.post_id, Count.COMMENTS.value, step)]
    return [*steps, (row.thread_id, Count.REPLIES.value, step)] if row.thread_id else steps


def make_known(row: Post, *, now: Instant) -> None:
    """Let a post that has just become public be found, and tell others of it."""
    index(row)
    fact = PostPublished(
        post_id=row.pk,
        creator_id=row.creator_id,
        post_kind=row.kind,
        visibility=row.visibility,
        topics=tuple(row.topics),
        product_ids=tuple(row.anchors.values_list("product_id", flat=True)),
        published_at=row.published_at or now,
    )
    publish(fact, shop_id=row.shop_id, now=now)


def _decided_by(post_id: UUID, by: UUID) -> Post:
    row = locked_post(post_id)
    if row.person_id == by:
        raise errors.ReviewerIsParty
    return row


def _decided(by: UUID, now: Instant) -> dict[str, object]:
    """Return what a decision writes besides its reasons; its creator is told of it until they say that they saw it."""
    return {"decided_at": now, "decided_by": by, "decision_read": False}


def _stated(verdict: Verdict) -> dict[str, object]:
    note = verdict.note.strip()
    if not verdict.reasons:
        raise errors.ReasonMissing
    if len(note) > rules.NOTE_LENGTH_MAX:
        raise errors.PostTextTooLong(rules.NOTE_LENGTH_MAX)
    return {"reasons": [reason.value for reason in verdict.reasons], "decision_note": note}


def _settle(row: Post, *, now: Instant) -> None:
    Report.objects.filter(post_id=row.pk, comment=None, settled_at=None).update(settled_at=now)
    if row.reported_at is not None:
        write(row, reported_at=None)


def _record(act: str, row: Post, *, by: UUID, now: Instant) -> None:
    facts = {"reasons": list(row.reasons), "note": row.decision_note}
    record_act(act, f"post:{row.pk}", facts, actor_id=by, now=now)
