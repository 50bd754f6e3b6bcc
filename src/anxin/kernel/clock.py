"""Time is an argument. An Instant is an aware datetime in UTC; only the edges of the system read a clock."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Instant = datetime
SHANGHAI = ZoneInfo("Asia/Shanghai")


def instant(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> Instant:
    """Return an Instant in UTC."""
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


def from_unix_ms(unix_ms: int) -> Instant:
    """Return the Instant of a Unix time in milliseconds."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=unix_ms)


def unix_ms(moment: Instant) -> int:
    """Return whole milliseconds since the Unix epoch."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def shanghai_day(moment: Instant) -> date:
    """Return the calendar day of `moment` in Asia/Shanghai, where the platform's days begin and end."""
    return moment.astimezone(SHANGHAI).date()


def shanghai_midnight(day: date) -> Instant:
    """Return the Instant at which `day` begins in Asia/Shanghai."""
    return datetime.combine(day, time(), tzinfo=SHANGHAI).astimezone(UTC)
