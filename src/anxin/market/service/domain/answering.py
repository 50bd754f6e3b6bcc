"""How fast a shop answers (飞鸽响应): from what was said and when, and nothing else (DOMAIN 2.3). Pure.

A *turn* is a buyer's question, from their first message in service hours until the shop speaks. A turn without an answer
for ten minutes counts as ten minutes, and so does an answer that took longer: who is late gains nothing by silence.
Questions outside 8:00–23:00 in Shanghai, and lines of the system, do not count. A *session* is what one buyer asked on one
day; its first turn gives the first-response time and the three-minute rate (our choice: the platform publishes no formula).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta

from anxin.kernel.clock import SHANGHAI, Instant, shanghai_day

OPENS, CLOSES = time(8), time(23)
NO_REPLY = timedelta(minutes=10)
QUICK = timedelta(minutes=3)
_WHOLE_BPS = 10_000


@dataclass(frozen=True)
class Said:
    """That somebody spoke."""

    by_buyer: bool
    at: Instant


@dataclass(frozen=True)
class Answering:
    """Sums that can be added up over conversations."""

    turns: int = 0
    turn_seconds: int = 0
    unanswered: int = 0  # turns that nobody answered within ten minutes
    sessions: int = 0
    first_seconds: int = 0
    quick_sessions: int = 0

    def __add__(self, other: "Answering") -> "Answering":
        """Return both together."""
        return Answering(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))

    @property
    def mean_seconds(self) -> int | None:
        """Mean reply time in whole seconds; None when nobody asked."""
        return round(self.turn_seconds / self.turns) if self.turns else None

    @property
    def first_response_seconds(self) -> int | None:
        """Mean time to the first reply of a session."""
        return round(self.first_seconds / self.sessions) if self.sessions else None

    @property
    def three_minute_bps(self) -> int | None:
        """Sessions whose first reply came within three minutes, in basis points (三分钟回复率)."""
        return self.quick_sessions * _WHOLE_BPS // self.sessions if self.sessions else None


def answering(messages: Iterable[Said], *, until: Instant) -> Answering:
    """Return how one conversation was answered up to `until`; its messages come in their order.

    A question that is younger than ten minutes and not answered yet is not counted.
    """
    total, days, asked = Answering(), set[date](), None
    for said in messages:
        if said.by_buyer:
            asked = asked or (said.at if _in_hours(said.at) else None)
        elif asked is not None:
            total += _turn(asked, said.at, days)
            asked = None
    if asked is not None and until - asked >= NO_REPLY:
        total += _turn(asked, until, days)
    return total


def _turn(asked: Instant, answered: Instant, days: set[date]) -> Answering:
    """Return one turn; the first of its day is a session too."""
    waited = min(answered - asked, NO_REPLY)
    seconds, late = waited // timedelta(seconds=1), answered - asked > NO_REPLY
    day = shanghai_day(asked)
    if day in days:
        return Answering(1, seconds, int(late))
    days.add(day)
    return Answering(1, seconds, int(late), 1, seconds, int(waited <= QUICK))


def _in_hours(moment: Instant) -> bool:
    return OPENS <= moment.astimezone(SHANGHAI).time() < CLOSES
