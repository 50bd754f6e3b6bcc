"""Background work of content, in the worker's queue for what takes long."""

from uuid import UUID

from anxin.infra.clock import now
from anxin.infra.jobs import SLOW, task
from anxin.infra.media_engine import FfmpegEngine


@task("content.prepare_video", queue=SLOW)
def prepare_video(media_id: str) -> None:
    """Prepare one upload for phones."""
    from anxin.market.content.commands.processing import prepare_media  # which enqueues this task

    prepare_media(UUID(media_id), FfmpegEngine(), now)
