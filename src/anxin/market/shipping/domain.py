"""Carriers and their tracking numbers, and how a parcel's state follows from what a carrier reports. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from anxin.kernel.states import StateTable

# UPU S10: two letters, eight digits, a check digit, the country.
_S10 = r"[A-Z]{2}\d{9}CN"
_S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


@dataclass(frozen=True)
class CarrierFacts:
    """A carrier, and the forms its tracking numbers are printed in (loose where the carrier publishes no rule)."""

    code: str
    name: str
    name_en: str
    forms: tuple[str, ...]
    example: str


_TABLE = (
    CarrierFacts("sf", "顺丰速运", "SF Express", (r"SF\d{13}", r"\d{12}"), "SF1234567890123"),
    CarrierFacts("zto", "中通快递", "ZTO Express", (r"7[3-9]\d{10,12}",), "75312345678901"),
    CarrierFacts("yto", "圆通速递", "YTO Express", (r"YT\d{13}", r"8\d{17}"), "YT1234567890123"),
    CarrierFacts("sto", "申通快递", "STO Express", (r"77\d{13}", r"[2345]\d{12}"), "771234567890123"),
    CarrierFacts("yunda", "韵达快递", "Yunda Express", (r"[34]\d{12}", r"[34]\d{14}"), "312345678901234"),
    CarrierFacts("jd", "京东物流", "JD Logistics", (r"JD[A-Z]{0,2}\d{11,15}(-\d{1,3}){0,2}",), "JD0123456789012"),
    CarrierFacts("jt", "极兔速递", "J&T Express", (r"JT\d{13}",), "JT1234567890123"),
    CarrierFacts("ems", "中国邮政 EMS", "China Post EMS", (_S10, r"1[0-35]\d{11}"), "EE876543216CN"),
    CarrierFacts("post", "邮政快递包裹", "China Post parcel", (_S10, r"9[5-9]\d{11}"), "9812345678901"),
    CarrierFacts("deppon", "德邦快递", "Deppon Express", (r"DPK\d{12}", r"\d{8,10}"), "DPK123456789012"),
)
CARRIERS: dict[str, CarrierFacts] = {carrier.code: carrier for carrier in _TABLE}


class ParcelState(StrEnum):
    """How far a parcel has come, in this order; it never goes back."""

    REGISTERED = "registered"
    PICKED_UP = "picked_up"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    SIGNED = "signed"


class PickUpState(StrEnum):
    """Where a courier's visit stands."""

    ASKED = "asked"
    BOOKED = "booked"
    COLLECTED = "collected"  # 揽收
    MISSED = "missed"  # nobody came, or nobody was there
    REFUSED = "refused"
    CANCELLED = "cancelled"


# A courier may have the parcel although the visit was called off, or its booking got no answer: then he has it.
PICKUP_LIFE: StateTable[PickUpState] = StateTable(
    aggregate="pick-up",
    initial=PickUpState.ASKED,
    steps={
        (PickUpState.ASKED, "book"): PickUpState.BOOKED,
        (PickUpState.ASKED, "refuse"): PickUpState.REFUSED,
        (PickUpState.ASKED, "cancel"): PickUpState.CANCELLED,
        (PickUpState.BOOKED, "collect"): PickUpState.COLLECTED,
        (PickUpState.BOOKED, "miss"): PickUpState.MISSED,
        (PickUpState.BOOKED, "cancel"): PickUpState.CANCELLED,
        (PickUpState.MISSED, "collect"): PickUpState.COLLECTED,
        (PickUpState.CANCELLED, "collect"): PickUpState.COLLECTED,
        (PickUpState.REFUSED, "collect"): PickUpState.COLLECTED,
    },
)
PICKUP_CARRIERS = ("sf", "jd", "deppon")


class ReportKind(StrEnum):
    """What a carrier reports; the trouble kind (`exception`) says why a parcel does not move."""

    PICKED_UP = "picked_up"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    SIGNED = "signed"
    EXCEPTION = "exception"


ORDER = tuple(ParcelState)


@dataclass(frozen=True)
class Report:
    """One line of a carrier's tracking: `event_id` is the carrier's own, the same when it is sent again."""

    carrier: str
    tracking_no: str
    event_id: str
    kind: ReportKind
    happened_at: datetime
    place: str = ""
    text: str = ""


@dataclass(frozen=True)
class Consignment:
    """What a carrier is told of a parcel."""

    parcel_id: UUID
    carrier: str
    tracking_no: str
    to_region: str = ""


@dataclass(frozen=True)
class Progress:
    """A parcel's way so far: the moment each state was reached, and since when it is in trouble."""

    state: ParcelState
    reached: dict[ParcelState, datetime]
    troubled_at: datetime | None


def normal_number(text: str) -> str:
    """Return a tracking number as carriers print it: no blanks, capital letters."""
    return re.sub(r"\s+", "", text).upper()


def is_tracking_number(carrier: CarrierFacts, number: str) -> bool:
    """Say whether a number has one of the carrier's forms; an S10 number must also have the right check digit."""
    if not number.isascii() or not any(re.fullmatch(form, number) for form in carrier.forms):
        return False
    return not re.fullmatch(_S10, number) or s10_check(number[2:10]) == int(number[10])


def s10_check(serial: str) -> int:
    """Return the check digit of the eight digits of an S10 number (UPU S10: weighted sum, 11 minus remainder)."""
    total = sum(int(digit) * weight for digit, weight in zip(serial, _S10_WEIGHTS, strict=True))
    check = 11 - total % 11
    return {10: 0, 11: 5}.get(check, check)


def guess_carriers(number: str) -> tuple[str, ...]:
    """Return the codes of carriers that print such numbers, those with a prefix of their own first."""
    fitting = [carrier for carrier in _TABLE if is_tracking_number(carrier, number)]
    fitting.sort(key=lambda carrier: not carrier.example[0].isalpha())
    return tuple(carrier.code for carrier in fitting)


def progress(reports: Iterable[Report], *, now: datetime) -> Progress:
    """Return how far the reports bring a parcel, in whatever order they came.

    A later state implies the earlier ones: where their own reports were lost, they are dated by the first report that
    implies them. A carrier's clock may be ahead of ours: what it dates in the future is read as now. Trouble counts
    while no later report of progress is known.
    """
    reached: dict[ParcelState, datetime] = {}
    troubled_at: datetime | None = None
    for report in sorted(reports, key=lambda report: (report.happened_at, report.event_id)):
        happened_at = min(report.happened_at, now)
        if report.kind is ReportKind.EXCEPTION:
            troubled_at = troubled_at or happened_at
            continue
        troubled_at = None
        state = ParcelState(report.kind.value)
        for implied in ORDER[1 : ORDER.index(state) + 1]:
            reached.setdefault(implied, happened_at)
    furthest = max(reached, key=ORDER.index, default=ParcelState.REGISTERED)
    if furthest is ParcelState.SIGNED:
        troubled_at = None
    return Progress(furthest, reached, troubled_at)


def states_between(before: ParcelState, after: ParcelState) -> tuple[ParcelState, ...]:
    """Return the states newly reached when a parcel moves from `before` to `after`; empty when it does not advance."""
    return ORDER[ORDER.index(before) + 1 : ORDER.index(after) + 1]
