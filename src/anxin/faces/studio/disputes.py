"""The merchant's disputes: what waits for an answer, and the room."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from anxin.faces import dispute_room as room
from anxin.faces.access import operation, person_of
from anxin.faces.dispute_words import PREFIX, dispute_view
from anxin.faces.language import reads_chinese
from anxin.faces.order_words import order_view
from anxin.kernel.ids import parse_public_id
from anxin.market.guarantee.commands.disputes import Side
from anxin.market.guarantee.queries import disputes as queries
from anxin.market.guarantee.queries.disputes import DisputeFacts, Party
from anxin.market.orders import queries as orders
from anxin.ui.parts import Tab


@require_GET
@operation("disputes.read")
def disputes(request: HttpRequest) -> HttpResponse:
    """List the shop's disputes: those that are open, or all that have ended."""
    closed = request.GET.get("tab") == "closed"
    page = queries.disputes_of_shop(_shop(request), is_open=not closed, cursor=request.GET.get("cursor"))
    facts = {
        "page": page.map(lambda one: dispute_view(one, queries.rules_named(one.case.rules), reader=Party.MERCHANT)),
        "tabs": [Tab(_("Open cases"), "?", None, not closed), Tab(_("Closed cases"), "?tab=closed", None, closed)],
        "waiting": queries.waiting_for_shop(_shop(request)),
    }
    return render(request, "studio/disputes.html", facts)


@require_GET
@operation("disputes.read")
def dispute(request: HttpRequest, dispute: str) -> HttpResponse:
    """Show the room to the merchant."""
    side, facts = _ours(request, dispute)
    order = order_view(orders.order(facts.order_id, shop_id=side.shop_id), english=not reads_chinese())
    shown = {**room.room_facts(facts, side), "order": order, "line": room.line_of(order, facts)}
    return render(request, "studio/dispute.html", shown)


@require_POST
@operation("disputes.answer")
def step(request: HttpRequest, dispute: str, step: str) -> HttpResponse:
    """Do something in the room."""
    side, facts = _ours(request, dispute)
    room.take_step(request, facts, step, side)
    return room.back("studio_dispute", dispute)


@require_GET
@operation("disputes.read")
def picture(request: HttpRequest, dispute: str, piece: str) -> HttpResponse:
    """Show a picture of evidence."""
    _side, facts = _ours(request, dispute)
    return room.picture(request, facts.id, piece, Party.MERCHANT)


def _ours(request: HttpRequest, number: str) -> tuple[Side, DisputeFacts]:
    shop_id = _shop(request)
    return Side(person_of(request), shop_id), queries.dispute(parse_public_id(PREFIX, number), shop_id=shop_id)


def _shop(request: HttpRequest) -> UUID:
    shop_id: UUID = request.shop_id  # type: ignore[attr-defined]
    return shop_id


urlpatterns = [
    path("disputes", disputes, name="studio_disputes"),
    path("disputes/<str:dispute>", dispute, name="studio_dispute"),
    path("disputes/<str:dispute>/evidence/<str:piece>", picture, name="studio_dispute_picture"),
    path("disputes/<str:dispute>/<slug:step>", step, name="studio_dispute_step"),
]
