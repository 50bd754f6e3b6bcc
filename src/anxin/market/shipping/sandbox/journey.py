"""A parcel inside the sandbox carrier: the way it goes, and what the carrier tells of it or fails to tell. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from anxin.market.shipping.domain import Report, ReportKind


class Mishap(StrEnum):
    """How a real carrier has been seen to misbehave."""

    REFUSE = "refuse"  # does not take the parcel
    OUTAGE = "outage"  # the next call gets no answer
    DELAY = "delay"  # each callback comes one step late
    DUPLICATE = "duplicate"  # each callback comes twice
    REORDER = "reorder"  # callbacks of two steps come in the wrong order
    LOSE = "lose"  # no callback comes at all; only asking helps
    TROUBLE = "trouble"  # the first attempt to deliver fails


@dataclass(frozen=True)
class Stop:
    """One step of the way, and how long after the start it happens."""

    kind: ReportKind
    after: timedelta
    place: str
    text: str


_OUT = Stop(ReportKind.OUT_FOR_DELIVERY, timedelta(hours=4), "派送网点", "快件正在派送中，请保持电话畅通")
ROUTE = (
    Stop(ReportKind.PICKED_UP, timedelta(minutes=10), "揽收网点", "快递员已揽收"),
    Stop(ReportKind.IN_TRANSIT, timedelta(hours=1), "始发转运中心", "快件已发往目的地"),
    Stop(ReportKind.IN_TRANSIT, timedelta(hours=3), "目的地转运中心", "快件已到达，准备分拣"),
    _OUT,
    Stop(ReportKind.SIGNED, timedelta(hours=5), "收件地址", "快件已签收"),
)
TROUBLED_ROUTE = (
    *ROUTE[:-1],
    Stop(ReportKind.EXCEPTION, timedelta(hours=5), "派送网点", "联系不上收件人，将再次派送"),
    replace(_OUT, after=timedelta(hours=24)),
    replace(ROUTE[-1], after=timedelta(hours=25)),
)
LAST_WORD_AFTER = timedelta(hours=1)


@dataclass(frozen=True)
class Journey:
    """A parcel's way: what happened, and what was not told yet."""

    carrier: str
    tracking_no: str
    announced_at: datetime | None = None
    mishaps: tuple[Mishap, ...] = ()
    happened: tuple[Report, ...] = ()
    untold: tuple[Report, ...] = ()

    @property
    def route(self) -> tuple[Stop, ...]:
        """The way that this parcel goes."""
        return TROUBLED_ROUTE if Mishap.TROUBLE in self.mishaps else ROUTE

    @property
    def is_over(self) -> bool:
        """Whether everything has happened."""
        return len(self.happened) >= len(self.route)

    @property
    def next_move_at(self) -> datetime | None:
        """When the next step happens by itself, None when nothing is left to happen or to tell."""
        if self.announced_at is None or (self.is_over and not self.untold):
            return None
        if self.is_over:
            return self.happened[-1].happened_at + LAST_WORD_AFTER
        return self.announced_at + self.route[len(self.happened)].after


Told = tuple[Report, ...]


def moved(journey: Journey, *, now: datetime) -> tuple[Journey, tuple[Told, ...]]:
    """Let one step happen; return the journey after it and the callbacks to send, in the order they are sent."""
    if journey.announced_at is None:
        return journey, ()
    news: Told = () if journey.is_over else (_report(journey, now),)
    after = replace(journey, happened=journey.happened + news)
    callbacks, untold = _told(after, news)
    return replace(after, untold=untold), callbacks


def _report(journey: Journey, now: datetime) -> Report:
    number = len(journey.happened)
    stop = journey.route[number]
    event_id = f"{journey.tracking_no}-{number + 1}"
    return Report(journey.carrier, journey.tracking_no, event_id, stop.kind, now, stop.place, stop.text)


def _told(journey: Journey, news: Told) -> tuple[tuple[Told, ...], Told]:
    """Return the callbacks for what is new and what was held back, and what is held back from now on."""
    if Mishap.LOSE in journey.mishaps:
        return (), ()
    if Mishap.DELAY in journey.mishaps:
        return _each(journey.untold), news
    if Mishap.REORDER in journey.mishaps:
        if journey.untold or not news or journey.is_over:
            return _each(news + journey.untold), ()
        return (), news
    if Mishap.DUPLICATE in journey.mishaps:
        return _each(news + news), ()
    return _each(news), ()


def _each(reports: Told) -> tuple[Told, ...]:
    return tuple((report,) for report in reports)


def journey_to_json(journey: Journey) -> dict[str, Any]:
    """Write a journey as plain JSON."""
    return {
        "carrier": journey.carrier,
        "tracking_no": journey.tracking_no,
        "announced_at": journey.announced_at.isoformat() if journey.announced_at else None,
        "mishaps": [mishap.value for mishap in journey.mishaps],
        "happened": [report_to_json(report) for report in journey.happened],
        "untold": [report_to_json(report) for report in journey.untold],
    }


def journey_from_json(data: Mapping[str, Any]) -> Journey:
    """Read a journey as `journey_to_json` wrote it."""
    return Journey(
        carrier=data["carrier"],
        tracking_no=data["tracking_no"],
        announced_at=datetime.fromisoformat(data["announced_at"]) if data["announced_at"] else None,
        mishaps=tuple(map(Mishap, data["mishaps"])),
        happened=tuple(map(report_from_json, data["happened"])),
        untold=tuple(map(report_from_json, data["untold"])),
    )


def report_to_json(report: Report) -> dict[str, str]:
    """Write a report as plain JSON, the form of the sandbox's callbacks."""
    return {
        "carrier": report.carrier,
        "tracking_no": report.tracking_no,
        "event_id": report.event_id,
        "kind": report.kind.value,
        "happened_at": report.happened_at.isoformat(),
        "place": report.place,
        "text": report.text,
    }


def report_from_json(data: Mapping[str, Any]) -> Report:
    """Read a report. Raises KeyError, TypeError, ValueError for anything that is not one."""
    happened_at = datetime.fromisoformat(data["happened_at"])
    if happened_at.tzinfo is None:
        raise ValueError("a moment without a zone")
    for name in ("carrier", "tracking_no", "event_id"):
        if not isinstance(data[name], str) or not data[name] or len(data[name]) > EVENT_ID_MAX:
            raise ValueError(name)
    return Report(
        carrier=data["carrier"],
        tracking_no=data["tracking_no"],
        event_id=data["event_id"],
        kind=ReportKind(data["kind"]),
        happened_at=happened_at,
        place=str(data.get("place", ""))[:80],
        text=str(data.get("text", ""))[:200],
    )


EVENT_ID_MAX = 64
