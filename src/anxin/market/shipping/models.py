"""Tables of shipping: parcels, what carriers reported of them, couriers' visits, and the sandbox carrier's own book."""

from django.db import models
from django.db.models import Q

from anxin.kernel.ids import new_id
from anxin.market.shipping.domain import ParcelState, PickUpState


class Parcel(models.Model):
    """A parcel at a carrier; its id is given by the order that sends it."""

    id = models.UUIDField(primary_key=True, editable=False)
    order_id = models.UUIDField()
    shop = models.ForeignKey("shops.Shop", on_delete=models.PROTECT, related_name="+")
    carrier = models.CharField(max_length=12)
    tracking_no = models.CharField(max_length=32)
    to_region = models.CharField(max_length=6, default="", blank=True)
    state = models.CharField(max_length=20, default=ParcelState.REGISTERED.value)
    version = models.PositiveIntegerField(default=1)
    registered_at = models.DateTimeField()
    announced_at = models.DateTimeField(null=True)
    refusal = models.CharField(max_length=200, default="", blank=True)
    picked_up_at = models.DateTimeField(null=True)
    in_transit_at = models.DateTimeField(null=True)
    out_for_delivery_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    troubled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["carrier", "tracking_no"], name="parcel_number_once")]
        indexes = [
            models.Index(fields=["order_id"], name="parcel_of_order"),
            models.Index(fields=["shop", "-id"], name="parcel_of_shop"),
        ]


class TrackingEvent(models.Model):
    """One line of a parcel's tracking as the carrier reported it; a repeated report is not a second row."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    parcel = models.ForeignKey(Parcel, on_delete=models.CASCADE, related_name="events")
    event_id = models.CharField(max_length=64)
    kind = models.CharField(max_length=20)
    place = models.CharField(max_length=80, default="", blank=True)
    text = models.CharField(max_length=200, default="", blank=True)
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["parcel", "event_id"], name="tracking_event_once")]
        indexes = [models.Index(fields=["parcel", "-happened_at"], name="tracking_of")]


class SandboxJourney(models.Model):
    """A parcel inside the sandbox carrier: `facts` is `sandbox.journey.journey_to_json`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    carrier = models.CharField(max_length=12)
    tracking_no = models.CharField(max_length=32)
    facts = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["carrier", "tracking_no"], name="journey_number_once")]


class PickUp(models.Model):
    """A courier's visit that fetches a parcel; its id is given by who asks for it. Places are forgotten when it is over."""

    id = models.UUIDField(primary_key=True, editable=False)
    order_id = models.UUIDField()
    shop = models.ForeignKey("shops.Shop", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, default=PickUpState.ASKED.value)
    version = models.PositiveIntegerField(default=1)
    carrier = models.CharField(max_length=12)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    places = models.JSONField(null=True)  # {"from": {name, phone, region, text}, "to": …}
    declared_grams = models.PositiveIntegerField()
    tracking_no = models.CharField(max_length=32, default="", blank=True)
    quote_minor = models.BigIntegerField(default=0)
    weight_grams = models.PositiveIntegerField(default=0)
    freight_minor = models.BigIntegerField(default=0)
    refusal = models.CharField(max_length=200, default="", blank=True)
    asked_at = models.DateTimeField()
    booked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["carrier", "tracking_no"], condition=~Q(tracking_no=""), name="pickup_number_once"
            ),
            models.CheckConstraint(condition=Q(state__in=list(PickUpState)), name="pickup_state_known"),
        ]
        indexes = [models.Index(fields=["order_id"], name="pickup_of_order")]


class SandboxPickUp(models.Model):
    """A visit inside the sandbox carrier: `facts` is `sandbox.pickups.visit_to_json`."""

    id = models.UUIDField(primary_key=True, editable=False)
    facts = models.JSONField()
