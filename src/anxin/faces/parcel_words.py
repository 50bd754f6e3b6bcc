"""How parcels are said to people: their states and their tracking."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from anxin.market.shipping.queries import ParcelFacts, ParcelState, ReportKind
from anxin.ui.parts import Step

PARCEL_STATES: Mapping[ParcelState, tuple[Any, str]] = {  # the words and the tone of the pill
    ParcelState.REGISTERED: (gettext_lazy("Waiting for the carrier"), "wait"),
    ParcelState.PICKED_UP: (gettext_lazy("Picked up"), "info"),
    ParcelState.IN_TRANSIT: (gettext_lazy("On its way"), "info"),
    ParcelState.OUT_FOR_DELIVERY: (gettext_lazy("Out for delivery"), "brand"),
    ParcelState.SIGNED: (gettext_lazy("Signed for"), "good"),
}

REPORTS: Mapping[ReportKind, Any] = {
    ReportKind.PICKED_UP: gettext_lazy("Picked up"),
    ReportKind.IN_TRANSIT: gettext_lazy("On its way"),
    ReportKind.OUT_FOR_DELIVERY: gettext_lazy("Out for delivery"),
    ReportKind.SIGNED: gettext_lazy("Signed for"),
    ReportKind.EXCEPTION: gettext_lazy("Problem on the way"),
}


def tracking_steps(parcel: ParcelFacts) -> list[Step]:
    """Return a parcel's tracking as a timeline, newest first."""
    return [
        Step(
            str(REPORTS[line.kind]),
            "failed" if line.kind is ReportKind.EXCEPTION else "done",
            line.happened_at,
            " · ".join(part for part in (line.place, line.text) if part),
        )
        for line in parcel.lines
    ]
