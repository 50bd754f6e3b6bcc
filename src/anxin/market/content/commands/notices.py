"""People are told what others said to them and what became of what they made; once however often an event arrives."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.content.domain.notices import NoticeKind
from anxin.market.content.domain.posts import PostState
from anxin.market.content.domain.talk import CommentState
from anxin.market.content.models import Comment, LikesSeen, Notice, Post
from anxin.market.content.queries.seeing import seen_of
from anxin.market.creators import queries as creators

__all__ = [
    "forget_notices",
    "read_notices",
    "tell_of_comment",
    "tell_of_hiding",
    "tell_of_publication",
    "tell_of_rejection",
]


@transactional
def tell_of_comment(comment_id: UUID, *, now: Instant) -> None:
    """Tell whoever made the post, and whoever is answered; nobody hears of their own words."""
    row = Comment.objects.filter(pk=comment_id, state=CommentState.SHOWN).select_related("post").first()
    if row is None:
        return
    told = {row.post.person_id: NoticeKind.COMMENT}
    answered = Comment.objects.filter(pk=row.reply_to_id).first() if row.reply_to_id else None
    if answered is not None:
        told[answered.person_id] = NoticeKind.REPLY
    told.pop(row.person_id, None)
    facts = {"key": f"comment:{row.pk}", "comment_id": row.pk, "actor_id": row.person_id, "author": row.author}
    _tell(Notice(person_id=person, kind=kind, post_id=row.post_id, at=now, **facts) for person, kind in told.items())


@transactional
def tell_of_publication(post_id: UUID, *, now: Instant) -> None:
    """Tell whoever made a post that it is public, and the creators whom it mentions and who may see it."""
    row = Post.objects.filter(pk=post_id, state=PostState.PUBLIC).defer("words").first()
    if row is None:
        return
    named = creators.creators_by_id([row.creator_id, *row.mentions])
    speaker = named.pop(row.creator_id, None)
    facts = {"post_id": row.pk, "at": now}
    key = f"published:{row.pk}:{row.published_at}"
    notices = [Notice(person_id=row.person_id, kind=NoticeKind.PUBLISHED, key=key, **facts)]
    for person in {each.person_id for each in named.values() if each.person_id} - {row.person_id}:
        if speaker is not None and seen_of([row], person):
            said = {"key": f"mention:{row.pk}", "actor_id": row.person_id, "author": speaker.name}
            notices.append(Notice(person_id=person, kind=NoticeKind.MENTION, **said, **facts))
    _tell(notices)


@transactional
def tell_of_rejection(post_id: UUID, *, now: Instant) -> None:
    """Tell whoever made a post that it was refused, once each time it was handed in."""
    row = Post.objects.filter(pk=post_id).only("person_id", "submitted_at").first()
    if row is not None:
        key = f"rejected:{row.pk}:{row.submitted_at}"
        _tell([Notice(person_id=row.person_id, kind=NoticeKind.REJECTED, key=key, post_id=row.pk, at=now)])


@transactional
def tell_of_hiding(post_id: UUID, *, now: Instant) -> None:
    """Tell whoever made a post that it was taken from the public, once each time that was decided."""
    row = Post.objects.filter(pk=post_id, state=PostState.HIDDEN).only("person_id", "decided_at").first()
    if row is not None:
        key = f"hidden:{row.pk}:{row.decided_at}"
        _tell([Notice(person_id=row.person_id, kind=NoticeKind.HIDDEN, key=key, post_id=row.pk, at=now)])


@transactional
def read_notices(person_id: UUID, likes: Mapping[UUID, int], *, now: Instant) -> None:
    """Note that a person has read the notices until now; `likes` are the likes, by post, that they were told of."""
    Notice.objects.filter(person_id=person_id, read_at=None, at__lte=now).update(read_at=now)
    LikesSeen.objects.bulk_create(
        [LikesSeen(post_id=post, likes=number) for post, number in sorted(likes.items())],
        update_conflicts=True,
        unique_fields=["post"],
        update_fields=["likes"],
    )


@transactional
def forget_notices(person_id: UUID) -> None:
    """Drop what a person was told, and their name from what others were told."""
    Notice.objects.filter(person_id=person_id).delete()
    Notice.objects.filter(actor_id=person_id).update(author="")


def _tell(notices: Iterable[Notice]) -> None:
    Notice.objects.bulk_create(list(notices), ignore_conflicts=True)
