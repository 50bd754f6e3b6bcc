"""Videos and notes with honest defaults."""

import hashlib
from itertools import count
from typing import Any
from uuid import UUID

from anxin.infra.media import store_picture
from anxin.infra.media_engine import SandboxEngine
from anxin.kernel.clock import Instant
from anxin.market.content.commands import posts, reviews, uploads
from anxin.market.content.commands.posts import Draft, PostKind
from anxin.market.content.commands.processing import prepare_media
from anxin.market.content.commands.uploads import Chunk, NewUpload
from anxin.market.creators import queries as creators
from anxin.market.people.queries import Role
from tests.builders.orders import NOW
from tests.builders.people import a_person, with_role
from tests.builders.shops import a_picture

_numbers = count(1)


def some_bytes(length: int = 1_000) -> bytes:
    """Bytes that differ every time."""
    seed = hashlib.sha256(str(next(_numbers)).encode()).digest()
    return (seed * (length // len(seed) + 1))[:length]


def an_upload(creator_id: UUID, data: bytes | None = None, *, now: Instant = NOW) -> UUID:
    """A whole upload that waits for the worker."""
    data = some_bytes() if data is None else data
    person_id = _speaker(creator_id)
    upload_id = uploads.start_upload(NewUpload(creator_id, "clip.mp4", len(data)), person_id=person_id, now=now)
    uploads.receive_chunk(upload_id, Chunk(0, data), person_id=person_id, now=now)
    return upload_id


def a_video_file(creator_id: UUID, *, now: Instant = NOW) -> UUID:
    """An upload that the sandbox has prepared."""
    upload_id = an_upload(creator_id, now=now)
    prepare_media(upload_id, SandboxEngine(), lambda: now)
    return upload_id


def a_draft(creator_id: UUID, kind: PostKind = PostKind.NOTE, *, now: Instant = NOW, **facts: Any) -> UUID:
    """A draft: a note with one picture, or a video that can be played."""
    made: dict[str, Any] = {"caption": "今天的通勤穿搭 #通勤穿搭", "caption_en": "What I wear to work #office"}
    if kind is PostKind.NOTE:
        made["pictures"] = (store_picture(a_picture()),)
    elif "media_id" not in facts:
        made["media_id"] = a_video_file(creator_id, now=now)
    return posts.create_post(
        creators.creator(creator_id), Draft(kind, **{**made, **facts}), by=_speaker(creator_id), now=now
    )


def a_submitted_post(creator_id: UUID, kind: PostKind = PostKind.NOTE, *, now: Instant = NOW, **facts: Any) -> UUID:
    """A post that waits for its review."""
    post_id = a_draft(creator_id, kind, now=now, **facts)
    posts.submit_post(post_id, creator_id=creator_id, now=now)
    return post_id


def a_public_post(creator_id: UUID, kind: PostKind = PostKind.NOTE, *, now: Instant = NOW, **facts: Any) -> UUID:
    """A post that a reviewer let pass."""
    post_id = a_submitted_post(creator_id, kind, now=now, **facts)
    reviews.approve_post(post_id, by=a_reviewer(), now=now)
    return post_id


def a_reviewer() -> UUID:
    """An operator who decides about posts."""
    return with_role(a_person(), Role.REVIEWER)


def _speaker(creator_id: UUID) -> UUID:
    facts = creators.creator(creator_id)
    return facts.person_id or a_person()
