"""Windows to the second: when a promise opens and which moment is its last. Pure; days begin in Asia/Shanghai."""

from dataclasses import dataclass
from datetime import timedelta

from anxin.kernel.clock import Instant, shanghai_day, shanghai_midnight
from anxin.market.guarantee.domain.facts import LineFacts
from anxin.market.guarantee.domain.promises import Basis, End, Start, Window

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """A window laid on one line. `since` None: its event has yet to happen; `until` None: no date ends it so far.

    `ended` says that an event closed it early. The moment `until` itself still belongs to the buyer.
    """

    since: Instant | None
    until: Instant | None
    ended: bool = False

    def is_early(self, now: Instant) -> bool:
        """Say whether it has not opened yet."""
        return self.since is None or now < self.since

    def is_over(self, now: Instant) -> bool:
        """Say whether it is closed for good."""
        return self.ended or (self.until is not None and now > self.until)


def span(window: Window, line: LineFacts) -> Span:
    """Return when a window opens and closes for a line."""
    since = opening(window.start, line)
    ended = (window.end is End.SHIPPED and line.is_shipped) or (
        window.end is End.SIGNED and line.signing_at is not None
    )
    if since is None:
        return Span(None, None, ended)
    return Span(since, _validity_end(window, line) if window.validity else _end(window, line, since), ended)


def opening(start: Start, line: LineFacts) -> Instant | None:
    """Return the moment of the event that opens a window, or None before it happened."""
    if start is Start.SIGNED or start is Start.RIPE:  # what ripens is in the buyer's hands from signing on
        return line.signing_at
    if start is Start.PAID:
        return line.paid_at
    if start is Start.SHIPPED:
        return line.shipped_at
    return line.ship_by


def counted_from(basis: Basis, event: Instant) -> Instant:
    """Return from which moment the hours run: the event, or 0:00 of the day after it (暂行办法 10)."""
    return next_midnight(event) if basis is Basis.NEXT_MIDNIGHT else event


def next_midnight(moment: Instant) -> Instant:
    """Return 0:00 of the following day in Asia/Shanghai."""
    return shanghai_midnight(shanghai_day(moment) + DAY)


def _end(window: Window, line: LineFacts, since: Instant) -> Instant | None:
    if window.hours is None:
        return None
    event = line.ripens_at if window.start is Start.RIPE and line.ripens_at else since
    return counted_from(window.basis, event) + timedelta(hours=window.hours)


def _validity_end(window: Window, line: LineFacts) -> Instant | None:
    """Return the end of the category's after-sale validity, which runs from signing; unsigned goods have none yet."""
    if line.signing_at is None:
        return None
    days = timedelta(days=line.after_sale_days)
    least = timedelta(hours=window.hours or 0)
    return counted_from(window.basis, line.signing_at) + max(days, least)
