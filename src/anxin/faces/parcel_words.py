"""How parcels are said to people: their states and their tracking."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from anxin.faces.language import reads_chinese
from anxin.infra.config import config
from anxin.kernel.contacts import masked_address, masked_name, masked_number
from anxin.kernel.ids import public_id
from anxin.market.orders.queries import OrderFacts
from anxin.market.orders.queries import ParcelFacts as OrderParcel
from anxin.market.shipping import queries
from anxin.market.shipping.queries import ParcelFacts, ParcelState, ReportKind
from anxin.ui.parts import Step

PARCEL_STATES: Mapping[ParcelState, tuple[Any, str]] = {  # the words and the tone of the pill
    ParcelState.REGISTERED: (gettext_lazy("Waiting for the carrier"), "wait"),
    ParcelState.PICKED_UP: (gettext_lazy("Picked up"), "info"),
    ParcelState.IN_TRANSIT: (gettext_lazy("On its way"), "info"),
    ParcelState.OUT_FOR_DELIVERY: (gettext_lazy("Out for delivery"), "brand"),
    ParcelState.SIGNED: (gettext_lazy("Signed for"), "good"),
}

HOME = "+86"  # is not written on a waybill

REPORTS: Mapping[ReportKind, Any] = {
    ReportKind.PICKED_UP: gettext_lazy("Picked up"),
    ReportKind.IN_TRANSIT: gettext_lazy("On its way"),
    ReportKind.OUT_FOR_DELIVERY: gettext_lazy("Out for delivery"),
    ReportKind.SIGNED: gettext_lazy("Signed for"),
    ReportKind.EXCEPTION: gettext_lazy("Problem on the way"),
}


@dataclass(frozen=True)
class ParcelView:
    """A parcel as its buyer and its merchant see it; `sandbox` is its public id where a page can play the carrier."""

    facts: OrderParcel
    carrier: str
    steps: list[Step]
    sandbox: str


@dataclass(frozen=True)
class Receiver:
    """Where a parcel goes, as much of it as a waybill may show."""

    name: str
    phone: str
    address: str


def masked_receiver(order: OrderFacts) -> Receiver | None:
    """Return the receiver as a waybill shows him; None where nothing travels."""
    if order.address is None:
        return None
    name, phone, address = (str(order.address.get(key, "")) for key in ("name", "phone", "text"))
    return Receiver(masked_name(name), masked_number(phone.removeprefix(HOME)), masked_address(address))


def carrier_names() -> dict[str, str]:
    """Return the carriers' names by code, in the reader's language."""
    return {one.code: one.name if reads_chinese() else one.name_en for one in queries.carriers()}


def parcels_of(order: OrderFacts) -> list[ParcelView]:
    """Return the parcels of an order with their tracking, in the reader's language; in two statements."""
    if not order.parcels:
        return []
    names = carrier_names()
    tracked = {one.id: one for one in queries.parcels_of_orders([order.id]).get(order.id, ())}
    return [
        ParcelView(
            facts=parcel,
            carrier=names.get(parcel.carrier, parcel.carrier.upper()),
            steps=tracking_steps(tracked[parcel.id]) if parcel.id in tracked else [],
            sandbox=public_id("par", parcel.id) if parcel.id in tracked and config().is_sandbox else "",
        )
        for parcel in order.parcels
    ]


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
