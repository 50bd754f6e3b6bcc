"""Does what the feed said would happen come true?"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from anxin.kernel.clock import Instant


@dataclass(frozen=True)
class Bar:
    """Places of alike predictions: what was said, what came true with its 95 % interval, how many."""

    said: float
    came: float
    low: float
    high: float
    count: int


@dataclass(frozen=True)
class Drift:
    """A day on which a head was out of bounds: came true / said, and how many standard deviations off."""

    day: datetime
    ratio: float
    sigmas: float


@dataclass(frozen=True)
class HeadReport:
    """How one head did over the places that were seen: `ratio` is came true / said, `ece` the mean distance of the two.

    `waits` is how old an answer must be until this has been heard of: younger ones are not looked at.
    """

    head: str
    count: int
    happened: int
    said: float
    came: float
    ece: float
    bars: tuple[Bar, ...]
    drifts: tuple[Drift, ...]
    waits: timedelta = timedelta(0)

    @property
    def ratio(self) -> float | None:
        """Came true / said; 1 is right, None where nothing was said."""
        return self.came / self.said if self.count and self.said else None


def calibration(span: timedelta, *, now: Instant) -> tuple[HeadReport, ...]:
    """Hold the chances that answers were served by against what happened, of answers drawn evenly from a time.

    What is heard of late (orders, refunds, complaints) is looked at so much earlier. Six statements; some 2,000 answers of each
    of three ages are read, one age after the other (10 MB), and about 50 bytes a place are held.
    """
    from anxin.engine.rank.calibration import report
    from anxin.engine.rank.drift import Watch, periods_of
    from anxin.engine.rank.heads import HEADS
    from anxin.market.interest.brain.trying import AT_ONCE, HEARD_AFTER, said

    known, found = said(span, now=now), []
    for at, head in enumerate(HEADS):
        predicted, happened = known.predicted[:, at], known.happened[:, at]
        told = report(head.name, predicted, happened)
        periods = {one.at: one for one in periods_of(predicted, happened, known.at)}
        alarmed = dict.fromkeys(int(alarm.partition(":")[0]) for alarm in Watch().alarms(list(periods.values())))
        drifts = [Drift(datetime.fromtimestamp(day, UTC), periods[day].ratio, periods[day].z) for day in alarmed]
        bars = tuple(Bar(one.predicted, one.observed, one.low, one.high, one.count) for one in told.bins)
        yes = int((happened == 1).sum())
        numbers = (told.mean_predicted, told.base_rate, told.ece) if told.count else (0.0, 0.0, 0.0)
        waits = HEARD_AFTER.get(head.name, AT_ONCE)
        found.append(HeadReport(head.name, told.count, yes, *numbers, bars, tuple(drifts), waits))
    return tuple(found)
