"""What people do with what they are shown, told in batches; and what they may see and say of their interests."""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Path, Router, Status
from pydantic import BeforeValidator, Field

from anxin.faces.access import operation
from anxin.faces.api.fields import (
    Answer,
    Body,
    CategoryCode,
    CreatorId,
    Moment,
    RequestId,
    any_of_schema,
    read_any,
    reply,
)
from anxin.faces.teller import new_device, teller_of
from anxin.infra.clock import now
from anxin.market.interest import commands, queries
from anxin.market.interest.queries import BATCH_MAX, Item, ItemKind, Kind, Told, Unheard

router = Router()

PREFIXES = {
    "prd": ItemKind.PRODUCT,
    "vid": ItemKind.VIDEO,
    "nte": ItemKind.NOTE,
    "crt": ItemKind.CREATOR,
    "shop": ItemKind.SHOP,
    "liv": ItemKind.LIVE,
}


def _read_item(value: object) -> Item:
    prefix, identity = read_any(PREFIXES, value)
    return Item(PREFIXES[prefix], identity)


ItemRef = Annotated[
    Item,
    BeforeValidator(_read_item),
    any_of_schema(PREFIXES, "A product, video, note, creator, shop or live room."),
]


class EventIn(Body):
    """One event. `id` is a UUID of the device's own making: the same one is kept once. `at` is by the device's clock."""

    id: Annotated[UUID, Field(strict=False)]
    kind: Annotated[Kind, Field(strict=False)]
    item: ItemRef
    at: Moment
    request: RequestId | None = Field(None, description="The answer that showed it.")
    slot: Annotated[int, Field(ge=0, le=999)] | None = Field(None, description="Its place there, from 0.")
    value: int = Field(0, ge=0, le=queries.WATCH_MS_MAX, description="Milliseconds of a watch, pieces of a cart.")
    finished: bool = False
    loops: int = Field(0, ge=0, le=1000)


class EventsIn(Body):
    """A batch. `sent_at` is the device's clock now: the difference to ours is taken off the events' moments."""

    sent_at: Moment | None = None
    events: Annotated[list[EventIn], Field(min_length=1, max_length=BATCH_MAX)]


class RefusedEventOut(Answer):
    """An event that was not kept, and why."""

    id: UUID
    reason: Unheard


class ReceiptOut(Answer):
    """What became of a batch: new events, events known already, events refused."""

    new: int
    known: int
    refused: list[RefusedEventOut]


class DeviceOut(Answer):
    """A signed device id for the `Anxin-Device` header."""

    device: str


class InterestOut(Answer):
    """An interest: its share of all in basis points, and whether the person wants more (true) or less (false) of it.

    `category` is a category's code, a topic with its `#`, or the id of a creator or shop. A topic stands once, under its
    Chinese name where it has two; `also` is its English one, of which a wish is to be said too.
    """

    category: str
    strength_bps: int
    wanted: bool | None
    also: list[str]


class InterestsOut(Answer):
    """What is known of the caller's interests."""

    personal: bool
    interests: list[InterestOut]


class PersonalIn(Body):
    """Whether recommendations are personal."""

    personal: bool


class InterestWishIn(Body):
    """More (true), less (false), or as it comes (null)."""

    wanted: bool | None


@router.post("/events", response=ReceiptOut)
@operation("events.tell")
def tell_events(request: HttpRequest, batch: EventsIn) -> Any:
    """Tell what happened. Kept before the answer: the very next feed knows of it."""
    told = [Told(**{name: getattr(one, name) for name in EventIn.model_fields}) for one in batch.events]
    receipt = commands.tell(told, teller_of(request), sent_at=batch.sent_at, now=now())
    refused = [RefusedEventOut(id=identity, reason=reason) for identity, reason in receipt.refused]
    return reply(ReceiptOut(new=receipt.new, known=receipt.known, refused=refused))


@router.post("/devices", response={201: DeviceOut})
@operation("events.tell")
def new_device_id(request: HttpRequest) -> Any:  # noqa: ARG001
    """Get an id for a device on which nobody is logged in."""
    return Status(201, DeviceOut(device=new_device()))


@router.get("/me/interests", response=InterestsOut)
@operation("interests.steer")
def my_interests(request: HttpRequest) -> Any:
    """See what is known of my interests, or of those of this device."""
    return _interests(teller_of(request))


@router.patch("/me/interests", response=InterestsOut)
@operation("interests.steer")
def switch_personal(request: HttpRequest, body: PersonalIn) -> Any:
    """Switch personal recommendations on or off."""
    me = teller_of(request)
    commands.personalise(me.id, wanted=body.personal, is_person=me.is_person)
    return _interests(me)


@router.put("/me/interests/{category}", response=InterestsOut)
@operation("interests.steer")
def wish(request: HttpRequest, category: CategoryCode, body: InterestWishIn) -> Any:
    """Say that I want more or less of a category."""
    return _wished(teller_of(request), category, body)


@router.put("/me/interests/topics/{topic}", response=InterestsOut)
@operation("interests.steer")
def wish_topic(
    request: HttpRequest, topic: Annotated[str, Path(min_length=1, max_length=30)], body: InterestWishIn
) -> Any:
    """Say that I want more or less of a topic."""
    return _wished(teller_of(request), queries.topic_wish(topic), body)


@router.put("/me/interests/creators/{creator}", response=InterestsOut)
@operation("interests.steer")
def wish_creator(request: HttpRequest, creator: CreatorId, body: InterestWishIn) -> Any:
    """Say that I want less of a creator, or as it comes."""
    return _wished(teller_of(request), str(creator), body)


@router.delete("/me/interests", response={204: None})
@operation("interests.steer")
def forget_interests(request: HttpRequest) -> Any:
    """Forget my interests and begin anew."""
    commands.forget_interests(teller_of(request).id, now=now())
    return Status(204, None)


def _wished(me: commands.Teller, what: str, body: InterestWishIn) -> Any:
    commands.wish(me.id, what, more=body.wanted, is_person=me.is_person)
    return _interests(me)


def _interests(me: commands.Teller) -> InterestsOut:
    known = queries.tags(me.id, now=now(), chinese=True)
    return InterestsOut(
        personal=queries.history(me.id).is_personal, interests=[InterestOut.model_validate(tag) for tag in known]
    )
