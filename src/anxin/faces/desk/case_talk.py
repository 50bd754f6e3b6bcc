"""What buyer and shop said about the order of a case, for its arbitrator."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from anxin.faces.access import operation
from anxin.faces.case_papers import talk_picture
from anxin.faces.talk_words import MESSAGE, Reader, lines
from anxin.kernel.ids import parse_public_id, public_id
from anxin.market.orders.queries import OrderFacts
from anxin.market.service.queries import conversations as queries
from anxin.market.service.queries.conversations import Side

DISPUTE = "dsp"


def case_talk(order: OrderFacts, dispute_id: UUID) -> dict[str, Any] | None:
    """Return the conversation as lines, the shop's on the right; None where the two never spoke of the order."""
    found = queries.conversation_about(order)
    if found is None:
        return None
    number = public_id(DISPUTE, dispute_id)
    reader = Reader(
        side=Side.SHOP,
        other_read_seq=0,
        product_url=lambda product: reverse("product", args=[product]),
        order_url=lambda order: reverse("desk_order", args=[order]),
        picture_url=lambda message, place: reverse(
            "desk_dispute_talk_picture", args=[number, public_id(MESSAGE, message), place]
        ),
        authors={},
    )
    return {"lines": lines(found.messages, reader), "is_whole": found.is_whole}


@never_cache
@require_GET
@operation("desk.disputes.read")
def picture(request: HttpRequest, dispute: str, message: str, number: int) -> HttpResponse:  # noqa: ARG001
    """Show a picture of the conversation that belongs to the case."""
    found = talk_picture(parse_public_id(DISPUTE, dispute), parse_public_id(MESSAGE, message), number)
    return HttpResponse(found, content_type="image/jpeg")


urlpatterns = [
    path("disputes/<str:dispute>/messages/<str:message>/<int:number>", picture, name="desk_dispute_talk_picture"),
]
