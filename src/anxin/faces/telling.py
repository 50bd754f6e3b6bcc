"""What somebody does to a video, note or creator by a form or a program's call is told to interests by the face that did it.

The feed's own script names the answer and the place in it; a page's form carries them in its address. What is not well formed
names no place, and what was done is told all the same.
"""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID, uuid5

from django.http import HttpRequest

from anxin.faces.teller import teller_of
from anxin.infra.clock import now
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import new_id, parse_public_id, public_id
from anxin.market.content.queries.posts import kind_of
from anxin.market.interest import commands
from anxin.market.interest.errors import BadDevice, NoActor
from anxin.market.interest.queries import Item, ItemKind, Kind, Told

REQUEST, SLOT = "request", "slot"
SLOT_DIGITS_MAX = 3
TOLD = UUID("0193f3c0-6f2a-7c1e-8a52-4f6b1f0e9d12")  # the namespace of what is one event however often it is sent


@dataclass(frozen=True)
class Place:
    """Where a thing stood when something was done to it: an answer, and the place in it from 0."""

    request: UUID | None = None
    slot: int | None = None

    @property
    def query(self) -> str:
        """It as the query of an address; empty where there was no answer."""
        if self.request is None:
            return ""
        slot = {} if self.slot is None else {SLOT: self.slot}
        return f"?{urlencode({REQUEST: public_id('req', self.request), **slot})}"


def place_of(request: HttpRequest) -> Place:
    """Return the place that an address names."""
    slot = request.GET.get(SLOT, "")
    try:
        answer = parse_public_id("req", request.GET.get(REQUEST, ""))
    except AnxinError:
        return Place()
    is_number = slot.isascii() and slot.isdigit() and len(slot) <= SLOT_DIGITS_MAX
    return Place(answer, int(slot) if is_number else None)


def tell_of_post(request: HttpRequest, kind: Kind, post_id: UUID, place: Place, *, key: str = "") -> None:
    """Tell what was done to a video or note; with `key` it is one event however often that is done."""
    found = kind_of(post_id)
    if found is not None:
        _tell(request, kind, Item(ItemKind(found.value), post_id), place, key)


def tell_of_creator(request: HttpRequest, kind: Kind, creator_id: UUID, place: Place) -> None:
    """Tell that a creator is followed, or no longer."""
    _tell(request, kind, Item(ItemKind.CREATOR, creator_id), place, "")


def _tell(request: HttpRequest, kind: Kind, item: Item, place: Place, key: str) -> None:
    try:
        teller = teller_of(request)
    except (NoActor, BadDevice):
        return
    at = now()
    identity = uuid5(TOLD, f"{kind}:{teller.id}:{key}") if key else new_id()
    commands.tell([Told(identity, kind, item, at, place.request, place.slot)], teller, now=at)
