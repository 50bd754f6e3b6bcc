"""The buyer's disputes: the list, and the room in which both sides are heard."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET, require_POST

from anxin.faces import dispute_room as room
from anxin.faces.access import operation, person_of
from anxin.faces.dispute_words import PREFIX, dispute_view
from anxin.faces.language import reads_chinese
from anxin.faces.order_words import line_view, order_view
from anxin.kernel.ids import parse_public_id
from anxin.market.guarantee.commands.disputes import Side
from anxin.market.guarantee.queries import disputes as queries
from anxin.market.guarantee.queries.disputes import DisputeFacts, Party
from anxin.market.orders import queries as orders


@require_GET
@operation("disputes.use")
def disputes(request: HttpRequest) -> HttpResponse:
    """List the buyer's disputes, newest first."""
    page = queries.disputes_of(person_of(request), cursor=request.GET.get("cursor"))
    lines = orders.lines_by_id([one.line_id for one in page.items])
    rows = [
        (
            dispute_view(one, queries.rules_named(one.case.rules), reader=Party.BUYER),
            line_view(lines[one.line_id], english=not reads_chinese()),
        )
        for one in page.items
    ]
    return render(request, "storefront/disputes.html", {"page": page, "rows": rows})


@require_GET
@operation("disputes.use")
def dispute(request: HttpRequest, dispute: str) -> HttpResponse:
    """Show the room to the buyer."""
    side, facts = _mine(request, dispute)
    order = order_view(orders.order(facts.order_id, person_id=side.person_id), english=not reads_chinese())
    shown = {**room.room_facts(facts, side), "order": order, "line": room.line_of(order, facts)}
    return render(request, "storefront/dispute.html", shown)


@require_POST
@operation("disputes.use")
def step(request: HttpRequest, dispute: str, step: str) -> HttpResponse:
    """Do something in the room."""
    side, facts = _mine(request, dispute)
    room.take_step(request, facts, step, side)
    return room.back("dispute", dispute)


@require_GET
@operation("disputes.use")
def picture(request: HttpRequest, dispute: str, piece: str) -> HttpResponse:
    """Show a picture of evidence."""
    _side, facts = _mine(request, dispute)
    return room.picture(request, facts.id, piece, Party.BUYER)


def _mine(request: HttpRequest, number: str) -> tuple[Side, DisputeFacts]:
    side = Side(person_of(request))
    return side, queries.dispute(parse_public_id(PREFIX, number), person_id=side.person_id)


urlpatterns = [
    path("disputes", disputes, name="disputes"),
    path("disputes/<str:dispute>", dispute, name="dispute"),
    path("disputes/<str:dispute>/evidence/<str:piece>", picture, name="dispute_picture"),
    path("disputes/<str:dispute>/<slug:step>", step, name="dispute_step"),
]
