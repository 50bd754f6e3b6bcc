"""Parcels with honest defaults."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from anxin.kernel.ids import new_id
from anxin.market.shipping.commands import NewParcel, Report, ReportKind, register_parcel
from tests.builders.shops import NOW

_numbers = count(1)


def a_number() -> str:
    return f"SF{next(_numbers):013d}"


def a_parcel(shop_id: UUID, *, now: datetime = NOW, **changes: Any) -> NewParcel:
    """Register a parcel with 顺丰 and return what was registered."""
    facts = {
        "parcel_id": new_id(),
        "order_id": new_id(),
        "carrier": "sf",
        "tracking_no": a_number(),
        "to_region": "110105",
    }
    parcel = NewParcel(shop_id=shop_id, **{**facts, **changes})
    register_parcel(parcel, now=now)
    return parcel


def a_report(parcel: NewParcel, kind: ReportKind, hours: float = 1, *, event_id: str = "", text: str = "") -> Report:
    """A line that the carrier reports of the parcel, some hours after NOW."""
    moment = NOW + timedelta(hours=hours)
    return Report(parcel.carrier, parcel.tracking_no, event_id or f"{kind}-{hours}", kind, moment, "杭州", text)
