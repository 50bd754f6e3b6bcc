"""What content does when something happens elsewhere, or a promised moment comes."""

from uuid import UUID

from anxin.infra.deadlines import on_due
from anxin.infra.outbox import subscribe
from anxin.kernel.clock import Instant
from anxin.market.content.commands import comments, notices, posts, processing, reactions, reviews, uploads
from anxin.market.content.domain.posts import PostState
from anxin.market.content.events import CommentWritten, PostPublished, PostRejected, PostUnpublished
from anxin.market.creators.events import CreatorClosed
from anxin.market.people.events import PersonErased


@subscribe(PersonErased)
def forget_person(event: PersonErased, *, now: Instant) -> None:  # noqa: ARG001
    """A person asked to be forgotten: what they liked and kept goes, what they said stays without their name."""
    reactions.forget_reactions(event.person_id)
    comments.anonymise_comments(event.person_id)
    notices.forget_notices(event.person_id)


@subscribe(CommentWritten)
def tell_of_comment(event: CommentWritten, *, now: Instant) -> None:
    """Whoever made the post and whoever is answered is told."""
    notices.tell_of_comment(event.comment_id, now=now)


@subscribe(PostPublished)
def tell_of_publication(event: PostPublished, *, now: Instant) -> None:
    """Whoever made it and whom it mentions is told."""
    notices.tell_of_publication(event.post_id, now=now)


@subscribe(PostRejected)
def tell_of_rejection(event: PostRejected, *, now: Instant) -> None:
    """Whoever made it is told."""
    notices.tell_of_rejection(event.post_id, now=now)


@subscribe(PostUnpublished)
def tell_of_hiding(event: PostUnpublished, *, now: Instant) -> None:
    """Whoever made it is told where an operator hid it; what they took back themselves they know."""
    if event.state == PostState.HIDDEN:
        notices.tell_of_hiding(event.post_id, now=now)


@subscribe(CreatorClosed)
def remove_posts(event: CreatorClosed, *, now: Instant) -> None:
    """A creator is no more: what they showed is removed."""
    posts.remove_posts_of_creator(event.creator_id, now=now)


@on_due("content.publish")
def publish_planned(subject: UUID, _version: int, *, now: Instant) -> None:
    """The planned moment of a post has come."""
    reviews.publish_due(subject, now=now)


@on_due("content.media_lost")
def look_after_media(subject: UUID, _version: int, *, now: Instant) -> None:
    """Nothing was heard of a preparation for some minutes."""
    processing.look_after(subject, now=now)


@on_due("content.upload_expires")
def expire_upload(subject: UUID, _version: int, *, now: Instant) -> None:
    """An upload never came whole, or no post uses it."""
    uploads.expire_upload(subject, now=now)


@on_due("content.clip_expires")
def forget_clip(subject: UUID, _version: int, *, now: Instant) -> None:  # noqa: ARG001
    """A prepared video was given up: its clip goes."""
    uploads.forget_clip(subject)
