"""What may be done about parcels and couriers, one file a noun."""

from anxin.market.shipping.carrier import Callback, PickUpPlace, QuoteRequest, Slot
from anxin.market.shipping.commands.parcels import (
    LoadedParcel,
    NewParcel,
    announce,
    check_tracking_number,
    load_parcels,
    move_in_sandbox,
    plan_mishaps,
    poll,
    quote_minor,
    receive_callback,
    receive_reports,
    register_parcel,
    schedule_next_poll,
)
from anxin.market.shipping.commands.pickups import (
    NewPickUp,
    ask_pickup,
    cancel_pickup,
    pickup_slots,
    plan_pickup_mishaps,
)
from anxin.market.shipping.domain import Report, ReportKind
from anxin.market.shipping.sandbox.journey import Mishap
from anxin.market.shipping.sandbox.pickups import PickUpMishap

__all__ = [
    "Callback",
    "LoadedParcel",
    "Mishap",
    "NewParcel",
    "NewPickUp",
    "PickUpMishap",
    "PickUpPlace",
    "QuoteRequest",
    "Report",
    "ReportKind",
    "Slot",
    "announce",
    "ask_pickup",
    "cancel_pickup",
    "check_tracking_number",
    "load_parcels",
    "move_in_sandbox",
    "pickup_slots",
    "plan_mishaps",
    "plan_pickup_mishaps",
    "poll",
    "quote_minor",
    "receive_callback",
    "receive_reports",
    "register_parcel",
    "schedule_next_poll",
]
