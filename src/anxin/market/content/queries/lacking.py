"""What a draft lacks before it can be handed in, each as the error that names its field."""

from collections.abc import Iterator
from uuid import UUID

from anxin.kernel.errors import AnxinError
from anxin.market.content.domain.media import MediaState
from anxin.market.content.domain.posts import PostKind
from anxin.market.content.errors import posts as errors
from anxin.market.content.models import Media, Post


def lacking(post_id: UUID) -> tuple[AnxinError, ...]:
    """Return all that a draft lacks as it is kept now; nothing of a post that is no more."""
    row = Post.objects.select_related("media").defer("words").filter(pk=post_id).first()
    return tuple(lacks(row, row.media)) if row else ()


def lacks(row: Post, media: Media | None) -> Iterator[AnxinError]:
    """Yield what a draft lacks, in the order of its page; `media` is its video as it stands."""
    yield from _picture_lacks(row) if row.kind == PostKind.NOTE else _video_lacks(media)
    if not (row.caption or row.caption_en or row.title or row.title_en):
        yield errors.CaptionMissing()
    if (
        row.kind == PostKind.VIDEO
        and media is not None
        and media.state == MediaState.READY
        and row.anchors.filter(at_ms__gt=media.duration_ms).exists()
    ):
        yield errors.AnchorBeyondEnd()


def _picture_lacks(row: Post) -> Iterator[AnxinError]:
    if not row.pictures:
        yield errors.PicturesWrong()


def _video_lacks(media: Media | None) -> Iterator[AnxinError]:
    if media is None:
        yield errors.VideoMissing()
    elif media.state in (MediaState.RECEIVING, MediaState.EXPIRED):
        yield errors.VideoNotWhole()
    elif media.state == MediaState.REFUSED:
        yield errors.VideoRefused()
