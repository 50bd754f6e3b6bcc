"""Whole uploads are prepared for phones in the background. A preparation that was killed begins again; nothing is lost."""

import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import UUID

from anxin.infra import vault
from anxin.infra.clips import has_clip, keep_clip
from anxin.infra.config import config
from anxin.infra.deadlines import cancel, schedule
from anxin.infra.jobs import defer_once
from anxin.infra.media import keep_picture
from anxin.infra.media_engine import MediaEngine, Prepared, VideoTooHard
from anxin.infra.outbox import publish
from anxin.infra.tx import after_commit, transactional
from anxin.kernel.clock import Instant
from anxin.kernel.errors import AnxinError
from anxin.market.content.domain import media as rules
from anxin.market.content.domain.media import MediaState
from anxin.market.content.domain.posts import PostState, RejectReason
from anxin.market.content.events import PostRejected
from anxin.market.content.models import Anchor, Media, Post
from anxin.market.content.store import SQL, locked_media, step_media, step_post
from anxin.market.content.tasks import prepare_video

__all__ = ["enqueue", "look_after", "prepare_media"]

STEP_BPS = 500  # progress is written this often
Clock = Callable[[], Instant]


@dataclass(frozen=True)
class _Begun:
    """What a preparation works on: the file, and the version that it may carry on."""

    source: Path
    version: int


def enqueue(media_id: UUID, *, now: Instant) -> None:
    """Let the worker prepare an upload, and look again later whether it did."""
    defer_once(prepare_video, str(media_id), media_id=str(media_id))
    schedule("content.media_lost", media_id, now + rules.LOST_AFTER)


def prepare_media(media_id: UUID, engine: MediaEngine, clock: Clock) -> None:
    """Prepare an upload with `engine`, outside any transaction, unless somebody else does or did."""
    begun = _begin(media_id, now=clock())
    if begun is None:
        return
    workshop = config().home_path / "workshop"
    workshop.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=workshop) as folder:
        try:
            prepared = engine.prepare(begun.source, Path(folder), _Progress(media_id, clock))
        except AnxinError as refusal:
            _refuse(media_id, begun.version, refusal.code, now=clock())
            return
        columns = _columns(prepared, keep_clip(Path(folder)))
        _finish(media_id, begun.version, columns, Path(folder), now=clock())


@transactional
def look_after(media_id: UUID, *, now: Instant) -> None:
    """Begin a preparation again that nothing was heard of; after some attempts the file is refused as too hard."""
    row = locked_media(media_id)
    if row.state not in (MediaState.WAITING, MediaState.PROCESSING):
        return
    if row.touched_at + rules.LOST_AFTER > now:
        schedule("content.media_lost", media_id, row.touched_at + rules.LOST_AFTER)
        return
    if row.state == MediaState.PROCESSING and not rules.may_retry(row.attempts):
        _end(row, VideoTooHard.code, now=now)
        return
    if row.state == MediaState.PROCESSING:
        step_media(row, "retry", touched_at=now, progress_bps=0)
    enqueue(media_id, now=now)


@transactional
def _begin(media_id: UUID, *, now: Instant) -> _Begun | None:
    row = Media.objects.select_for_update().filter(pk=media_id, state=MediaState.WAITING).first()
    if row is None:
        return None
    step_media(row, "process", attempts=row.attempts + 1, touched_at=now, progress_bps=0)
    return _Begun(vault.located(row.source), row.version)


class _Progress:
    """Writes down how far a preparation is, every few per cent."""

    def __init__(self, media_id: UUID, clock: Clock) -> None:
        self.media_id, self.clock, self.told_bps = media_id, clock, 0

    def __call__(self, done_bps: int) -> None:
        if done_bps >= self.told_bps + STEP_BPS:
            self.told_bps = done_bps
            _tell(self.media_id, done_bps, now=self.clock())


@transactional
def _tell(media_id: UUID, done_bps: int, *, now: Instant) -> None:
    rows = Media.objects.filter(pk=media_id, state=MediaState.PROCESSING)
    rows.update(progress_bps=min(done_bps, 10_000), touched_at=now)


@transactional
def _finish(media_id: UUID, version: int, columns: dict[str, object], folder: Path, *, now: Instant) -> None:
    row = locked_media(media_id)
    if row.version != version:
        return  # it was thought lost, and somebody else has begun again
    SQL.rows("clip_lock", key=columns["key"])
    if not has_clip(str(columns["key"])):
        keep_clip(folder)  # again: the same video of another upload was given up meanwhile
    _forget_source(row)
    step_media(row, "finish", **columns, source="", touched_at=now)
    if not row.posts.exists():
        schedule("content.upload_expires", row.pk, now + rules.UNUSED_LIFE)
    Anchor.objects.filter(post__media_id=row.pk, at_ms__gt=row.duration_ms).update(at_ms=row.duration_ms)
    for post in _waiting_posts(row.pk):
        step_post(post, "submit", submitted_at=now)


@transactional
def _refuse(media_id: UUID, version: int, code: str, *, now: Instant) -> None:
    row = locked_media(media_id)
    if row.version == version:
        _end(row, code, now=now)


def _end(row: Media, code: str, *, now: Instant) -> None:
    _forget_source(row)
    step_media(row, "refuse", refusal=code, source="", touched_at=now)
    for post in _waiting_posts(row.pk):
        step_post(
            post,
            "reject",
            reasons=[RejectReason.MEDIA],
            decision_note="",
            decided_at=now,
            decided_by=None,
            decision_read=False,
        )
        publish(PostRejected(post.pk, post.creator_id, (RejectReason.MEDIA.value,)), now=now)


def _forget_source(row: Media) -> None:
    source = row.source
    cancel("content.media_lost", row.pk)
    after_commit(lambda: vault.forget(source))


def _waiting_posts(media_id: UUID) -> list[Post]:
    rows = Post.objects.select_for_update().filter(media_id=media_id, state=PostState.PROCESSING)
    return list(rows.defer("words").order_by("id"))


def _columns(prepared: Prepared, key: str) -> dict[str, object]:
    return {
        "key": key,
        "poster": keep_picture(prepared.poster),
        "covers": [keep_picture(each) for each in prepared.covers],
        "duration_ms": prepared.duration_ms,
        "width": prepared.width,
        "height": prepared.height,
        "silent": prepared.silent,
        "renditions": [asdict(each) for each in prepared.renditions],
        "progress_bps": 10_000,
    }
