"""Facts about parcels, each told once whatever a carrier repeats."""

from datetime import datetime
from uuid import UUID

from anxin.infra.outbox import event


@event("shipping.parcel_picked_up", version=1)
class ParcelPickedUp:
    """The carrier has the parcel (揽收)."""

    parcel_id: UUID
    order_id: UUID
    shop_id: UUID
    picked_up_at: datetime


@event("shipping.parcel_in_transit", version=1)
class ParcelInTransit:
    """The parcel is on its way."""

    parcel_id: UUID
    order_id: UUID
    shop_id: UUID
    in_transit_at: datetime


@event("shipping.parcel_signed", version=1)
class ParcelSigned:
    """The parcel was signed for (签收)."""

    parcel_id: UUID
    order_id: UUID
    shop_id: UUID
    signed_at: datetime


@event("shipping.parcel_troubled", version=1)
class ParcelTroubled:
    """The carrier reports a problem with the parcel."""

    parcel_id: UUID
    order_id: UUID
    shop_id: UUID
    troubled_at: datetime
    text: str


@event("shipping.pickup_booked", version=1)
class PickUpBooked:
    """A courier will come; the parcel will travel under this number."""

    pickup_id: UUID
    order_id: UUID
    shop_id: UUID
    carrier: str
    tracking_no: str
    starts_at: datetime
    ends_at: datetime
    quote_minor: int


@event("shipping.pickup_collected", version=1)
class PickUpCollected:
    """The courier has the parcel (揽收): its weight and freight are known."""

    pickup_id: UUID
    order_id: UUID
    shop_id: UUID
    carrier: str
    tracking_no: str
    weight_grams: int
    freight_minor: int
    collected_at: datetime


@event("shipping.pickup_failed", version=1)
class PickUpFailed:
    """No courier comes; `reason` is refused, missed or cancelled."""

    pickup_id: UUID
    order_id: UUID
    shop_id: UUID
    reason: str
    failed_at: datetime
