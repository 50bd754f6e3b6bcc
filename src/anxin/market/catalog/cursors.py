"""Cursors over (moment, id): short texts that a reader hands back for the next page."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta
from uuid import UUID

from anxin.kernel.clock import Instant, from_unix_ms
from anxin.market.catalog.errors import BadCursor

_LENGTH = 24  # 8 bytes of microseconds, 16 of the id
_MICROSECOND = timedelta(microseconds=1)


def cursor_of(moment: Instant, row_id: UUID) -> str:
    """Return the cursor of a row."""
    microseconds = (moment - from_unix_ms(0)) // _MICROSECOND
    return urlsafe_b64encode(microseconds.to_bytes(8) + row_id.bytes).decode().rstrip("=")


def read_cursor(cursor: str | None) -> tuple[Instant | None, UUID | None]:
    """Read a cursor back; None is the beginning. Raises BadCursor."""
    if not cursor:
        return None, None
    try:
        raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        if len(raw) != _LENGTH:
            raise BadCursor
        moment = from_unix_ms(0) + int.from_bytes(raw[:8]) * _MICROSECOND
    except (ValueError, OverflowError) as error:
        raise BadCursor from error
    return moment, UUID(bytes=raw[8:])
