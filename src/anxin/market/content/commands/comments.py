"""People comment on posts and answer each other; creators pin one comment and take out what does not belong."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from anxin.infra.outbox import publish
from anxin.infra.tallies import count_many
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.kernel.contacts import name_to_strangers
from anxin.market.content.commands.reviews import comment_steps
from anxin.market.content.domain import talk as rules
from anxin.market.content.domain.talk import CommentState
from anxin.market.content.errors import talk as errors
from anxin.market.content.events import CommentWritten
from anxin.market.content.models import Comment, Post
from anxin.market.content.queries.seeing import check_seen
from anxin.market.content.store import locked_post, write
from anxin.market.creators import queries as creators
from anxin.market.people import queries as people

__all__ = [
    "NewComment",
    "anonymise_comments",
    "comment",
    "hide_comment",
    "open_comments",
    "pin_comment",
    "remove_comment",
    "unpin_comment",
]


@dataclass(frozen=True)
class NewComment:
    """A comment, or a reply to another; `key` is the sender's own, so that the same comment sent twice is said once."""

    text: str
    key: str
    reply_to: UUID | None = None


@transactional
def comment(post_id: UUID, wanted: NewComment, *, person_id: UUID, now: Instant) -> UUID:
    """Comment on a post; return the comment's id, the earlier one for a key that was used.

    Raises UnknownPost, UnknownComment, CommentsClosed, CommentEmpty, CommentTooLong, TooFast, BadKey, KeyReused.
    """
    creator_id = check_seen(post_id, person_id)
    text = wanted.text.strip()
    if not 0 < len(wanted.key) <= rules.KEY_LENGTH_MAX:
        raise errors.BadKey
    known = Comment.objects.filter(person_id=person_id, key=wanted.key).first()
    if known is not None:
        if (known.post_id, known.text) != (post_id, text):
            raise errors.KeyReused
        return known.pk
    if Post.objects.filter(pk=post_id, comments_open=False).exists():
        raise errors.CommentsClosed
    if not text:
        raise errors.CommentEmpty
    if len(text) > rules.COMMENT_LENGTH_MAX:
        raise errors.CommentTooLong
    _check_pace(person_id, now)
    answered = _answered(post_id, wanted.reply_to)
    row = Comment.objects.create(
        post_id=post_id,
        thread_id=(answered.thread_id or answered.pk) if answered else None,
        reply_to_id=answered.pk if answered else None,
        person_id=person_id,
        author=_shown_name(person_id),
        key=wanted.key,
        text=text,
        written_at=now,
    )
    count_many(comment_steps(row, 1))
    publish(CommentWritten(row.pk, post_id, creator_id, person_id), now=now)
    return row.pk


@transactional
def remove_comment(comment_id: UUID, *, person_id: UUID) -> None:
    """Take one's own comment away; replies to it stay. Raises UnknownComment."""
    _take_out(_locked(comment_id, person_id=person_id), CommentState.REMOVED)


@transactional
def hide_comment(comment_id: UUID, *, creator_id: UUID) -> None:
    """Let a creator take a comment off their own post. Raises UnknownComment, UnknownPost."""
    row = _locked(comment_id)
    locked_post(row.post_id, creator_id=creator_id)
    _take_out(row, CommentState.HIDDEN)


@transactional
def pin_comment(comment_id: UUID, *, creator_id: UUID) -> None:
    """Put a comment on top of a creator's own post, in place of the one before. Raises UnknownComment, UnknownPost."""
    row = Comment.objects.filter(pk=comment_id, state=CommentState.SHOWN, thread_id=None).first()
    if row is None:
        raise errors.UnknownComment
    post = locked_post(row.post_id, creator_id=creator_id)
    Post.objects.filter(pk=post.pk).update(pinned_comment_id=row.pk)


@transactional
def unpin_comment(post_id: UUID, *, creator_id: UUID) -> None:
    """Pin no comment any more. Raises UnknownPost."""
    post = locked_post(post_id, creator_id=creator_id)
    Post.objects.filter(pk=post.pk).update(pinned_comment_id=None)


@transactional
def open_comments(post_id: UUID, *, wanted: bool, creator_id: UUID) -> None:
    """Let people comment on a creator's own post, or no longer; what was said stays. Raises UnknownPost."""
    post = locked_post(post_id, creator_id=creator_id)
    if post.comments_open != wanted:
        write(post, comments_open=wanted)


@transactional
def anonymise_comments(person_id: UUID) -> None:
    """Take a person's name from what they said."""
    Comment.objects.filter(person_id=person_id).update(author="")


def _take_out(row: Comment, state: CommentState) -> None:
    row.state = state
    row.save(update_fields=["state"])
    count_many(comment_steps(row, -1))
    Post.objects.filter(pk=row.post_id, pinned_comment_id=row.pk).update(pinned_comment_id=None)


def _locked(comment_id: UUID, *, person_id: UUID | None = None) -> Comment:
    rows = Comment.objects.select_for_update().filter(pk=comment_id, state=CommentState.SHOWN)
    found = (rows.filter(person_id=person_id) if person_id else rows).first()
    if found is None:
        raise errors.UnknownComment
    return found


def _answered(post_id: UUID, reply_to: UUID | None) -> Comment | None:
    if reply_to is None:
        return None
    found = Comment.objects.filter(pk=reply_to, post_id=post_id, state=CommentState.SHOWN).first()
    if found is None:
        raise errors.UnknownComment
    return found


def _shown_name(person_id: UUID) -> str:
    """Return a creator's name, else a person's name masked: its first and last letter."""
    speaker = creators.creator_of_person(person_id)
    if speaker is not None:
        return speaker.name
    return name_to_strangers(people.names_of([person_id]).get(person_id, ""))


def _check_pace(person_id: UUID, now: Instant) -> None:
    rows = Comment.objects.filter(person_id=person_id).order_by("-id").values_list("written_at", flat=True)
    most = rules.COMMENTS_A_MINUTE_MAX
    if sum(at > now - timedelta(minutes=1) for at in rows[:most]) >= most:
        raise errors.TooFast
