"""Videos are uploaded in parts: any part may be sent again, and an upload goes on where it stopped."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from anxin.infra import clips, vault
from anxin.infra.deadlines import cancel, schedule
from anxin.infra.tx import after_commit, transactional
from anxin.kernel.clock import Instant
from anxin.market.content.domain import media as rules
from anxin.market.content.domain.media import UNDER_WAY, MediaState
from anxin.market.content.errors import uploads as errors
from anxin.market.content.models import Media
from anxin.market.content.store import SQL, locked_media, step_media

__all__ = [
    "Chunk",
    "NewUpload",
    "cancel_upload",
    "expire_upload",
    "forget_clip",
    "receive_chunk",
    "receive_file",
    "start_upload",
]


@dataclass(frozen=True)
class NewUpload:
    """A file that is about to come."""

    creator_id: UUID
    file_name: str
    bytes_total: int


@dataclass(frozen=True)
class Chunk:
    """A part of a file: where it begins, its bytes, and their SHA-256 in hex where the sender gave one."""

    offset: int
    data: bytes
    sha256: str = ""


@transactional
def start_upload(wanted: NewUpload, *, person_id: UUID, now: Instant) -> UUID:
    """Make room for a file; return the upload's id. Raises FileEmpty, FileTooLarge, UploadsTooMany, UnusedTooMany."""
    if wanted.bytes_total <= 0:
        raise errors.FileEmpty
    if wanted.bytes_total > rules.BYTES_MAX:
        raise errors.FileTooLarge
    if Media.objects.filter(person_id=person_id, state__in=UNDER_WAY).count() >= rules.OPEN_UPLOADS_MAX:
        raise errors.UploadsTooMany
    unused = Media.objects.filter(creator_id=wanted.creator_id, state=MediaState.READY, posts=None)
    if unused.count() >= rules.UNUSED_MAX:
        raise errors.UnusedTooMany
    row = Media.objects.create(
        creator_id=wanted.creator_id,
        person_id=person_id,
        file_name=wanted.file_name.strip()[: rules.FILE_NAME_LENGTH_MAX],
        bytes_total=wanted.bytes_total,
        source=vault.reserve(),
        started_at=now,
        touched_at=now,
    )
    schedule("content.upload_expires", row.pk, now + rules.UPLOAD_LIFE)
    return row.pk


@transactional
def receive_chunk(upload_id: UUID, chunk: Chunk, *, person_id: UUID, now: Instant) -> int:
    """Take a part of an upload; return at which byte it continues. The same part again changes nothing.

    Raises UnknownUpload, UploadOver, ChunkTooLarge, ChunkDamaged, ChunkOutOfOrder, ChunkDiffers.
    """
    row = locked_media(upload_id, person_id=person_id)
    end = chunk.offset + len(chunk.data)
    if chunk.offset < 0 or not 0 < len(chunk.data) <= rules.CHUNK_BYTES_MAX or end > row.bytes_total:
        raise errors.ChunkTooLarge
    if chunk.sha256 and hashlib.sha256(chunk.data).hexdigest() != chunk.sha256.lower():
        raise errors.ChunkDamaged
    if chunk.offset > row.bytes_received:
        raise errors.ChunkOutOfOrder(row.bytes_received)
    if not row.source:
        raise errors.UploadOver
    known = chunk.data[: row.bytes_received - chunk.offset]
    if known != vault.read_at(row.source, chunk.offset, len(known)):
        raise errors.ChunkDiffers
    if row.state != MediaState.RECEIVING or len(known) == len(chunk.data):
        return row.bytes_received
    vault.write_at(row.source, row.bytes_received, chunk.data[len(known) :])
    row.bytes_received, row.touched_at = end, now
    row.save(update_fields=["bytes_received", "touched_at"])
    if end == row.bytes_total:
        _complete(row, now=now)
    return end


def receive_file(wanted: NewUpload, chunks: Iterable[bytes], *, person_id: UUID, now: Instant) -> UUID:
    """Take a whole file at once, as a plain form sends it; return the upload's id. Raises what the two others raise.

    Each part is a transaction of its own: the row and its expiry own the bytes from the first on, whatever follows.
    """
    upload_id = start_upload(wanted, person_id=person_id, now=now)
    offset = 0
    try:
        for data in chunks:
            offset = receive_chunk(upload_id, Chunk(offset, data), person_id=person_id, now=now)
    except Exception:
        cancel_upload(upload_id, person_id=person_id, now=now)
        raise
    return upload_id


@transactional
def cancel_upload(upload_id: UUID, *, person_id: UUID, now: Instant) -> None:
    """Forget an upload that is not whole yet, or that no post uses; one that is gone stays gone.

    Raises UnknownUpload, UploadOver, IllegalStep.
    """
    row = locked_media(upload_id, person_id=person_id)
    if row.posts.exists():
        raise errors.UploadOver
    if row.state != MediaState.EXPIRED:
        _expire(row, now=now)


@transactional
def expire_upload(upload_id: UUID, *, now: Instant) -> None:
    """Forget an upload of which nothing came for days, or which no post used; one that goes on gets more time."""
    row = locked_media(upload_id)
    if row.state not in rules.LIVES or (row.state == MediaState.READY and row.posts.exists()):
        return
    ends_at = row.touched_at + rules.LIVES[MediaState(row.state)]
    if ends_at > now:
        schedule("content.upload_expires", row.pk, ends_at)
        return
    _expire(row, now=now)


@transactional
def forget_clip(upload_id: UUID) -> None:
    """Remove the clip of an upload that was given up, unless another upload is the same video."""
    row = Media.objects.filter(pk=upload_id, state=MediaState.EXPIRED).exclude(key="").first()
    if row is None:
        return
    SQL.rows("clip_lock", key=row.key)
    if not Media.objects.filter(key=row.key, state=MediaState.READY).exists():
        clips.forget_clip(row.key)


def _expire(row: Media, *, now: Instant) -> None:
    source = row.source
    step_media(row, "expire", source="")
    cancel("content.upload_expires", row.pk)
    if row.key:
        schedule("content.clip_expires", row.pk, now)
    if source:
        after_commit(lambda: vault.forget(source))


def _complete(row: Media, *, now: Instant) -> None:
    from anxin.market.content.commands.processing import enqueue

    step_media(row, "complete", touched_at=now)
    cancel("content.upload_expires", row.pk)
    enqueue(row.pk, now=now)
