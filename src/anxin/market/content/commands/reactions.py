"""People like, keep and share posts: said once however often it is sent, counted without anybody waiting for anybody."""

import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

from anxin.infra.outbox import publish
from anxin.infra.tallies import count
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.content.domain import talk as rules
from anxin.market.content.domain.talk import CommentState, Count, ReportReason
from anxin.market.content.errors import talk as errors
from anxin.market.content.errors.posts import PostTextTooLong
from anxin.market.content.errors.talk import UnknownComment, UnknownShare
from anxin.market.content.events import Reported
from anxin.market.content.models import Comment, CommentLike, Favourite, Like, Post, Report, Share
from anxin.market.content.queries.seeing import check_seen
from anxin.market.content.store import SQL

__all__ = [
    "ReportReason",
    "forget_reactions",
    "keep_post",
    "let_post_go",
    "like_comment",
    "like_post",
    "open_share",
    "report",
    "share_post",
    "unlike_comment",
    "unlike_post",
]

_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that is read as something else


@transactional
def like_post(post_id: UUID, *, person_id: UUID, now: Instant) -> bool:
    """Like a post; return whether that is new: again changes nothing. Raises UnknownPost, TooFast."""
    check_seen(post_id, person_id)
    _check_pace(Like, person_id, rules.LIKES_A_MINUTE_MAX, now)
    return SQL.run("like_set", subject=post_id, person_id=person_id, now=now) > 0


@transactional
def unlike_post(post_id: UUID, *, person_id: UUID) -> bool:
    """Take a like back; return whether there was one."""
    return SQL.run("like_unset", subject=post_id, person_id=person_id) > 0


@transactional
def keep_post(post_id: UUID, *, person_id: UUID, now: Instant) -> bool:
    """Keep a post among one's favourites; return whether that is new: again changes nothing. Raises UnknownPost, TooFast."""
    check_seen(post_id, person_id)
    _check_pace(Favourite, person_id, rules.FAVOURITES_A_MINUTE_MAX, now)
    return SQL.run("favourite_set", subject=post_id, person_id=person_id, now=now) > 0


@transactional
def let_post_go(post_id: UUID, *, person_id: UUID) -> bool:
    """Keep a post no longer; return whether it was kept."""
    return SQL.run("favourite_unset", subject=post_id, person_id=person_id) > 0


@transactional
def like_comment(comment_id: UUID, *, person_id: UUID, now: Instant) -> None:
    """Like a comment; again changes nothing. Raises UnknownComment, UnknownPost, TooFast."""
    _seen_comment(comment_id, person_id)
    _check_pace(CommentLike, person_id, rules.LIKES_A_MINUTE_MAX, now)
    SQL.run("comment_like_set", subject=comment_id, person_id=person_id, now=now)


@transactional
def unlike_comment(comment_id: UUID, *, person_id: UUID) -> None:
    """Take a like of a comment back."""
    SQL.run("comment_like_unset", subject=comment_id, person_id=person_id)


@transactional
def share_post(post_id: UUID, *, person_id: UUID, now: Instant) -> str:
    """Return the code of a person's short link to a post, the same one every time. Raises UnknownPost, TooFast."""
    check_seen(post_id, person_id)
    known = Share.objects.filter(post_id=post_id, person_id=person_id).first()
    if known is not None:
        return known.code
    _check_pace(Share, person_id, rules.SHARES_A_MINUTE_MAX, now)
    code = "".join(secrets.choice(_LETTERS) for _ in range(rules.CODE_LENGTH))
    row, is_new = Share.objects.get_or_create(post_id=post_id, person_id=person_id, defaults={"code": code, "at": now})
    if is_new:
        count(post_id, Count.SHARES)
    return row.code


@transactional
def open_share(code: str) -> UUID:
    """Follow a short link; return the post it leads to. Raises UnknownShare."""
    row = Share.objects.filter(code=code).first()
    if row is None:
        raise UnknownShare
    count(row.post_id, Count.OPENS)
    return row.post_id


@transactional
def report(
    post_id: UUID,
    reason: ReportReason,
    note: str = "",
    *,
    comment_id: UUID | None = None,
    person_id: UUID,
    now: Instant,
) -> None:
    """Say that a post, or a comment on it, breaks the rules; again changes nothing.

    Raises UnknownPost, UnknownComment, PostTextTooLong.
    """
    check_seen(post_id, person_id)
    if len(note.strip()) > rules.REPORT_NOTE_LENGTH_MAX:
        raise PostTextTooLong(rules.REPORT_NOTE_LENGTH_MAX)
    if comment_id is not None and _seen_comment(comment_id, person_id).post_id != post_id:
        raise UnknownComment
    facts = {"reason": reason.value, "note": note.strip(), "reported_at": now}
    said = Comment.objects.get(pk=comment_id) if comment_id else None
    _, is_new = Report.objects.get_or_create(post_id=post_id, comment=said, person_id=person_id, defaults=facts)
    if not is_new:
        return
    if comment_id is None:
        Post.objects.filter(pk=post_id, reported_at=None).update(reported_at=now)
    else:
        Comment.objects.filter(pk=comment_id, reported_at=None).update(reported_at=now)
    publish(Reported(post_id, comment_id, reason.value), now=now)


@transactional
def forget_reactions(person_id: UUID) -> None:
    """Take back everything that a person liked and kept."""
    for statement, rows in (
        ("like_unset", Like.objects.filter(person_id=person_id).values_list("post_id", flat=True)),
        ("favourite_unset", Favourite.objects.filter(person_id=person_id).values_list("post_id", flat=True)),
        ("comment_like_unset", CommentLike.objects.filter(person_id=person_id).values_list("comment_id", flat=True)),
    ):
        for subject in rows:
            SQL.run(statement, subject=subject, person_id=person_id)


def _seen_comment(comment_id: UUID, person_id: UUID) -> Comment:
    row = Comment.objects.filter(pk=comment_id, state=CommentState.SHOWN).first()
    if row is None:
        raise UnknownComment
    check_seen(row.post_id, person_id)
    return row


def _check_pace(model: Any, person_id: UUID, most: int, now: Instant) -> None:
    """Look at the last rows that a person wrote: an index of theirs, a few pages however many there are."""
    recent = model.objects.filter(person_id=person_id).order_by("-id").values_list("at", flat=True)[:most]
    if sum(at > now - timedelta(minutes=1) for at in recent) >= most:
        raise errors.TooFast
