"""What may be read of uploads."""

from dataclasses import dataclass
from uuid import UUID

from anxin.infra.clips import WHOLE, clip_url
from anxin.infra.media_engine import REFUSALS
from anxin.kernel.clock import Instant
from anxin.kernel.errors import AnxinError
from anxin.market.content.domain.media import BYTES_MAX, CHUNK_BYTES_MAX, UNDER_WAY, MediaState
from anxin.market.content.errors.uploads import UnknownUpload
from anxin.market.content.models import Media

__all__ = ["BYTES_MAX", "CHUNK_BYTES_MAX", "MediaState"]


@dataclass(frozen=True)
class UploadFacts:
    """An uploaded video: how much has come, how far it is prepared, what became of it."""

    id: UUID
    creator_id: UUID
    state: MediaState
    file_name: str
    bytes_total: int
    bytes_received: int
    progress_bps: int
    refusal: str
    key: str
    poster: str
    duration_ms: int
    width: int
    height: int
    silent: bool
    covers: tuple[str, ...]
    sizes: tuple[int, ...]  # the short sides of its renditions, smallest first
    started_at: Instant

    @property
    def is_ready(self) -> bool:
        """Whether it can be played."""
        return self.state is MediaState.READY

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state not in UNDER_WAY

    @property
    def playlist_url(self) -> str:
        """The address of the playlist for players that choose a size (HLS), empty until it is ready."""
        return clip_url(self.key)

    @property
    def file_url(self) -> str:
        """The address of the whole MP4, empty until it is ready."""
        return clip_url(self.key, WHOLE)

    @property
    def refused(self) -> AnxinError | None:
        """Why the file was not taken, None where it was."""
        made = REFUSALS.get(self.refusal)
        return made() if made else None


def upload(upload_id: UUID, *, person_id: UUID | None = None) -> UploadFacts:
    """Return an upload, a person's own where one is named. Raises UnknownUpload."""
    rows = Media.objects.filter(pk=upload_id)
    row = (rows.filter(person_id=person_id) if person_id else rows).first()
    if row is None:
        raise UnknownUpload
    return upload_facts(row)


def unused_uploads(person_id: UUID, limit: int = 20, *, creator_id: UUID | None = None) -> tuple[UploadFacts, ...]:
    """Return a person's uploads that no post uses yet and that may still become one, the last begun first."""
    rows = Media.objects.filter(person_id=person_id, state__in=(*UNDER_WAY, MediaState.READY), posts=None)
    rows = rows.filter(creator_id=creator_id) if creator_id else rows
    return tuple(upload_facts(row) for row in rows.order_by("-id")[:limit])


def upload_facts(row: Media) -> UploadFacts:
    """Return the facts of a row."""
    made = ("state", "covers", "sizes")
    plain = {name: getattr(row, name) for name in UploadFacts.__dataclass_fields__ if name not in made}
    sizes = tuple(sorted(each["short_side"] for each in row.renditions))
    return UploadFacts(state=MediaState(row.state), covers=tuple(row.covers), sizes=sizes, **plain)
