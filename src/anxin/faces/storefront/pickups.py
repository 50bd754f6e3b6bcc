"""A courier for a return: choose a time, see him come, call him off."""

from collections import defaultdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from anxin.faces.access import operation, person_of
from anxin.faces.insurance_words import VISITS
from anxin.faces.pages import message_of
from anxin.infra.clock import now
from anxin.kernel.clock import SHANGHAI
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import parse_public_id
from anxin.market.guarantee.commands.return_pickups import book_return_pickup, cancel_return_pickup, return_slots
from anxin.market.guarantee.errors.insurance import NoPickUp
from anxin.market.guarantee.queries import insurance
from anxin.market.shipping.commands import Slot
from anxin.market.shipping.errors import CarrierUnavailable, SlotGone

PREFIX = "clm"


@never_cache
@require_http_methods(["GET", "POST"])
@operation("orders.buy")
def pickup(request: HttpRequest, claim: str) -> HttpResponse:
    """Show the courier of a return, or the times at which one can come; on POST book one."""
    claim_id, person_id = parse_public_id(PREFIX, claim), person_of(request)
    if request.method == "POST" and _booked(request, claim_id, person_id):
        return redirect("claim_pickup", claim)
    visit = insurance.visit_of_claim(claim_id, person_id=person_id)
    facts: dict[str, Any] = {
        "claim": claim,
        "visit": visit,
        "words": VISITS[visit.visit.state] if visit else None,
        "policy": insurance.policies_of_orders([visit.order_id], now=now()).get(visit.order_id) if visit else None,
        "days": [] if visit and (visit.is_open or visit.collected) else _days(request, claim_id, person_id),
    }
    return render(request, "storefront/pickup.html", facts)


@require_POST
@operation("orders.buy")
def cancel_pickup(request: HttpRequest, claim: str) -> HttpResponse:
    """Want no courier after all."""
    try:
        cancel_return_pickup(parse_public_id(PREFIX, claim), person_id=person_of(request), now=now())
    except AnxinError as error:
        messages.error(request, message_of(error))
    else:
        messages.success(request, _("The courier stays away."))
    return redirect("claim_pickup", claim)


def _booked(request: HttpRequest, claim_id: UUID, person_id: UUID) -> bool:
    try:
        book_return_pickup(claim_id, _slot(request.POST.get("slot", "")), person_id=person_id, now=now())
    except AnxinError as error:
        messages.error(request, message_of(error))
        return False
    messages.success(request, _("Booked. Have the parcel ready; you need no label."))
    return True


def _slot(text: str) -> Slot:
    """Read a slot as the page wrote it. Raises SlotGone."""
    try:
        starts_at, ends_at = (datetime.fromisoformat(part) for part in text.split("/"))
    except ValueError as bad:
        raise SlotGone from bad
    if starts_at.tzinfo is None or ends_at.tzinfo is None:
        raise SlotGone
    return Slot(starts_at, ends_at)


def _days(request: HttpRequest, claim_id: UUID, person_id: UUID) -> list[tuple[date, list[tuple[str, str]]]]:
    """Return the times by day in China, each with its value and its words; none while no courier can be booked."""
    try:
        slots = return_slots(claim_id, person_id=person_id, now=now())
    except (NoPickUp, CarrierUnavailable) as error:
        messages.warning(request, message_of(error))
        return []
    days: dict[date, list[tuple[str, str]]] = defaultdict(list)
    for slot in slots:
        starts_at, ends_at = slot.starts_at.astimezone(SHANGHAI), slot.ends_at.astimezone(SHANGHAI)
        value = f"{slot.starts_at.isoformat()}/{slot.ends_at.isoformat()}"
        days[starts_at.date()].append((value, f"{starts_at:%H:%M}–{ends_at:%H:%M}"))
    return list(days.items())


urlpatterns = [
    path("claims/<str:claim>/pickup", pickup, name="claim_pickup"),
    path("claims/<str:claim>/pickup/cancel", cancel_pickup, name="claim_pickup_cancel"),
]
