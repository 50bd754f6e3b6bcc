"""A buyer's conversations with shops: the list, and the chat page, which is live where scripts run and a form where not."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from anxin.faces.access import operation, person_of
from anxin.faces.language import reads_chinese
from anxin.faces.live import live, ticket_answer
from anxin.faces.order_words import order_view
from anxin.faces.pages import message_of
from anxin.faces.status import status_of
from anxin.faces.storefront.goods import shown_card
from anxin.faces.talk_words import MESSAGE, Reader, initial, lines, message_of_form, number_of, preview
from anxin.infra.clock import now
from anxin.infra.media import picture_url
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import new_id, parse_public_id, public_id
from anxin.market.catalog import queries as catalog
from anxin.market.orders import queries as orders
from anxin.market.service.commands import conversations as commands
from anxin.market.service.errors.conversations import UnknownConversation
from anxin.market.service.queries import conversations as queries
from anxin.market.service.queries.conversations import PICTURES_MAX, TEXT_LENGTH_MAX, ConversationFacts, Side
from anxin.market.shops import queries as shops
from anxin.market.shops.queries import ShopFacts

LINES = 30


@require_GET
@operation("conversations.use")
@live
def conversations(request: HttpRequest) -> HttpResponse:
    """List the conversations, the last spoken in first."""
    page = queries.conversations_of(person_of(request), cursor=request.GET.get("cursor"))
    return render(request, "storefront/conversations.html", {"page": page.map(_row)})


@require_GET
@operation("conversations.use")
def rows(request: HttpRequest) -> HttpResponse:
    """Return the rows of the list alone, for a page that was told that something changed."""
    page = queries.conversations_of(person_of(request))
    return render(request, "storefront/conversation_rows.html", {"page": page.map(_row)})


@never_cache
@require_GET
@operation("conversations.use")
def ticket(request: HttpRequest) -> HttpResponse:
    """Hand out leave to listen to one's own conversations."""
    person_id = person_of(request)
    return ticket_answer(request, person_id, [commands.buyer_topic(person_id)])


@never_cache
@require_http_methods(["GET", "POST"])
@operation("conversations.use")
@live
def conversation(request: HttpRequest, shop: str) -> HttpResponse:
    """Show the conversation with a shop, or say something in it."""
    found = shops.shop_by_slug(shop)
    return _say(request, found) if request.method == "POST" else _page(request, found)


@never_cache
@require_GET
@operation("conversations.use")
def news(request: HttpRequest, shop: str) -> HttpResponse:
    """Return the lines after `after`, and mark them as read: they are being looked at."""
    return _fragment(request, shops.shop_by_slug(shop), number_of(request.GET.get("after")))


@never_cache
@require_GET
@operation("conversations.use")
def picture(request: HttpRequest, shop: str, message: str, number: int) -> HttpResponse:
    """Show a private picture of the conversation."""
    talk = _mine(request, shops.shop_by_slug(shop))
    jpeg = queries.picture(talk.id, parse_public_id(MESSAGE, message), number)
    return HttpResponse(jpeg, content_type="image/jpeg")


def _say(request: HttpRequest, shop: ShopFacts) -> HttpResponse:
    """Say what the form says; a script gets the new lines, a form the page again."""
    by_script = "after" in request.POST
    try:
        commands.say_to_shop(shop.id, message_of_form(request), person_id=person_of(request), now=now())
    except AnxinError as error:
        if by_script:
            return HttpResponse(message_of(error), status=status_of(error), content_type="text/plain; charset=utf-8")
        messages.error(request, message_of(error))
        return _page(request, shop, status=status_of(error), text=request.POST.get("text", ""))
    if by_script:
        return _fragment(request, shop, number_of(request.POST["after"]))
    return redirect(f"{reverse('conversation', args=[shop.slug])}#latest")


def _page(request: HttpRequest, shop: ShopFacts, *, status: int = 200, text: str = "") -> HttpResponse:
    person_id = person_of(request)
    before = number_of(request.GET.get("before")) or None
    talk = queries.conversation_with(shop.id, person_id=person_id)
    said = queries.messages(talk.id, before=before, limit=LINES) if talk else ()
    if talk and said and talk.buyer_unread:
        commands.read_by_buyer(shop.id, said[-1].seq, person_id=person_id)
    facts = {
        "shop": shop,
        "logo": picture_url(shop.logo),
        "initial": initial(shop.name),
        "lines": lines(said, _reader(talk, shop)),
        "earlier": said[0].seq if said and said[0].seq > 1 else None,
        "is_past": before is not None,
        "last_seq": said[-1].seq if said else 0,
        "text": text,
        "key": new_id(),
        "offered": _offered(request, shop, person_id),
        "pictures_max": PICTURES_MAX,
        "text_max": TEXT_LENGTH_MAX,
    }
    return render(request, "storefront/conversation.html", facts, status=status)


def _fragment(request: HttpRequest, shop: ShopFacts, after: int) -> HttpResponse:
    person_id = person_of(request)
    talk = queries.conversation_with(shop.id, person_id=person_id)
    found = queries.messages(talk.id, after=max(after - 1, 0)) if talk else ()
    known, fresh = [m for m in found if m.seq <= after], [m for m in found if m.seq > after]
    if talk and fresh and talk.buyer_unread:
        commands.read_by_buyer(shop.id, fresh[-1].seq, person_id=person_id)
    shown = lines(fresh, _reader(talk, shop), known[-1].sent_at if known else None)
    return render(request, "talk/lines.html", {"lines": shown, "read_seq": talk.shop_read_seq if talk else 0})


def _mine(request: HttpRequest, shop: ShopFacts) -> ConversationFacts:
    talk = queries.conversation_with(shop.id, person_id=person_of(request))
    if talk is None:
        raise UnknownConversation
    return talk


def _reader(talk: ConversationFacts | None, shop: ShopFacts) -> Reader:
    return Reader(
        side=Side.BUYER,
        other_read_seq=talk.shop_read_seq if talk else 0,
        product_url=lambda product: reverse("product", args=[product]),
        order_url=lambda order: reverse("order", args=[order]),
        picture_url=lambda message, number: reverse(
            "conversation_picture", args=[shop.slug, public_id(MESSAGE, message), number]
        ),
        authors={},
    )


def _offered(request: HttpRequest, shop: ShopFacts, person_id: UUID) -> dict[str, Any] | None:
    """Return the product or order that the reader came from, to be sent with one tap."""
    if product := request.GET.get("product"):
        cards = catalog.cards([parse_public_id("prd", product)])
        return {"name": "product", "id": product, "card": shown_card(cards[0])} if cards else None
    if order := request.GET.get("order"):
        found = orders.order(parse_public_id("ord", order), person_id=person_id, shop_id=shop.id)
        return {"name": "order", "id": order, "order": order_view(found, english=not reads_chinese())}
    return None


def _row(talk: ConversationFacts) -> dict[str, Any]:
    shop = talk.shop
    return {
        "url": reverse("conversation", args=[shop.slug]),
        "shop": shop,
        "logo": picture_url(shop.logo),
        "initial": initial(shop.name),
        "preview": preview(talk),
        "is_mine": talk.preview.side is Side.BUYER,
        "at": talk.last_at,
        "unread": talk.buyer_unread,
    }


urlpatterns = [
    path("messages", conversations, name="conversations"),
    path("messages/rows", rows, name="conversation_rows"),
    path("messages/ticket", ticket, name="conversation_ticket"),
    path("messages/with/<slug:shop>", conversation, name="conversation"),
    path("messages/with/<slug:shop>/news", news, name="conversation_news"),
    path("messages/with/<slug:shop>/pictures/<str:message>/<int:number>", picture, name="conversation_picture"),
]
