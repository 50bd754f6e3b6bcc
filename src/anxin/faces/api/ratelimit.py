"""How often one caller may ask: a token bucket a caller, in the memory of the web process, so that it costs no query."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from anxin.faces.api.errors import TooManyRequests

CALLERS_MAX = 50_000  # the longest silent caller is forgotten first; its bucket is full again by then


@dataclass(slots=True)
class Bucket:
    """What a caller has left, as of a moment of the monotonic clock."""

    left: float
    seen: float


@dataclass(frozen=True, slots=True)
class Allowance:
    """What the caller is told in the RateLimit headers."""

    limit: int
    remaining: int
    reset_seconds: int

    def headers(self) -> dict[str, str]:
        """Return the headers of every answer."""
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset_seconds),
        }


class Limiter:
    """Buckets of `limit` requests that refill evenly within `window_seconds`."""

    def __init__(self, limit: int, window_seconds: int = 60, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._refill = limit / window_seconds
        self._clock = clock
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def take(self, caller: str) -> Allowance:
        """Take one request of `caller`. Raises TooManyRequests when the bucket is empty."""
        moment = self._clock()
        bucket = self._bucket(caller, moment)
        bucket.left = min(self._limit, bucket.left + (moment - bucket.seen) * self._refill)
        bucket.seen = moment
        if bucket.left < 1:
            raise TooManyRequests(ceil((1 - bucket.left) / self._refill))
        bucket.left -= 1
        return Allowance(self._limit, int(bucket.left), ceil((self._limit - bucket.left) / self._refill))

    def _bucket(self, caller: str, moment: float) -> Bucket:
        bucket = self._buckets.get(caller)
        if bucket is None:
            bucket = self._buckets[caller] = Bucket(self._limit, moment)
            if len(self._buckets) > CALLERS_MAX:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(caller)
        return bucket
