"""The night rule of service metrics: what is asked between 23:00 and 8:00 counts from 8:00 (DOMAIN 2.3)."""

from datetime import time, timedelta

from anxin.kernel.clock import SHANGHAI, Instant

NIGHT_BEGINS = time(23)
NIGHT_ENDS = time(8)


def counted_from(asked_at: Instant) -> Instant:
    """Return the moment from which an answer is timed: the moment itself by day, the next 8:00 in Shanghai by night."""
    local = asked_at.astimezone(SHANGHAI)
    if NIGHT_ENDS <= local.time() < NIGHT_BEGINS:
        return asked_at
    morning = local.replace(hour=NIGHT_ENDS.hour, minute=0, second=0, microsecond=0)
    if local.time() >= NIGHT_BEGINS:
        morning += timedelta(days=1)
    return morning.astimezone(asked_at.tzinfo)


def minutes_taken(asked_at: Instant, answered_at: Instant) -> int:
    """Return the whole minutes that an answer took; one given in the night of its question took none."""
    return max(timedelta(), answered_at - counted_from(asked_at)) // timedelta(minutes=1)
