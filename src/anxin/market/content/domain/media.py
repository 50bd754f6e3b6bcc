"""Uploaded videos: their life and limits. Pure."""

from datetime import timedelta
from enum import StrEnum

from anxin.kernel.states import StateTable

BYTES_MAX = 500 * 1024 * 1024
CHUNK_BYTES_MAX = 8 * 1024 * 1024
FILE_NAME_LENGTH_MAX = 200
OPEN_UPLOADS_MAX = 20  # a person's, not finished
UPLOAD_LIFE = timedelta(days=3)  # an upload that nothing more comes of
UNUSED_MAX = 50  # a creator's, prepared, in no post
UNUSED_LIFE = timedelta(days=14)  # [CHOICE] a prepared video that no post uses
ATTEMPTS_MAX = 3
LOST_AFTER = timedelta(minutes=5)  # without a word from the worker: it was killed


class MediaState(StrEnum):
    """Where an uploaded video stands."""

    RECEIVING = "receiving"
    WAITING = "waiting"  # whole, waits for the worker
    PROCESSING = "processing"
    READY = "ready"
    REFUSED = "refused"
    EXPIRED = "expired"  # never came whole, or was never used


_M = MediaState
MEDIA_LIFE: StateTable[MediaState] = StateTable(
    aggregate="media",
    initial=_M.RECEIVING,
    steps={
        (_M.RECEIVING, "complete"): _M.WAITING,
        (_M.RECEIVING, "expire"): _M.EXPIRED,
        (_M.READY, "expire"): _M.EXPIRED,
        (_M.WAITING, "process"): _M.PROCESSING,
        (_M.PROCESSING, "retry"): _M.WAITING,
        (_M.PROCESSING, "finish"): _M.READY,
        (_M.PROCESSING, "refuse"): _M.REFUSED,
    },
)
UNDER_WAY = (MediaState.RECEIVING, MediaState.WAITING, MediaState.PROCESSING)

LIVES = {MediaState.RECEIVING: UPLOAD_LIFE, MediaState.READY: UNUSED_LIFE}  # how long nothing may happen to it


def may_retry(attempts: int) -> bool:
    """Say whether a preparation that was lost begins again."""
    return attempts < ATTEMPTS_MAX
