"""The desk of a shop's service agents (飞鸽): who waits, what is said, and whom it is said to."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anxin.faces.access import operation, person_of
from anxin.faces.language import reads_chinese
from anxin.faces.live import live, ticket_answer
from anxin.faces.order_words import order_view
from anxin.faces.pages import message_of
from anxin.faces.status import status_of
from anxin.faces.talk_words import (
    CONVERSATION,
    MESSAGE,
    Reader,
    initial,
    lines,
    message_of_form,
    number_of,
    preview,
)
from anxin.infra.clock import now
from anxin.kernel.clock import Instant, shanghai_day, shanghai_midnight
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import new_id, parse_public_id, public_id
from anxin.kernel.page import Page
from anxin.market.orders import queries as orders
from anxin.market.people import queries as people
from anxin.market.service.commands import conversations as commands
from anxin.market.service.commands.quick_replies import add_quick_reply, change_quick_reply, remove_quick_reply
from anxin.market.service.queries import conversations as queries
from anxin.market.service.queries.conversations import (
    PICTURES_MAX,
    QUICK_REPLY_TITLE_MAX,
    TEXT_LENGTH_MAX,
    ConversationFacts,
    MessageFacts,
    Side,
)
from anxin.ui.parts import Tab

LINES = 40
ORDERS = 5
REPLY_PREFIX = "qrp"


class QuickReplyForm(forms.Form):
    """A sentence, and a short name for it."""

    title = forms.CharField(label=gettext_lazy("Short name"), max_length=QUICK_REPLY_TITLE_MAX, required=False)
    text = forms.CharField(
        label=gettext_lazy("What is sent"), max_length=TEXT_LENGTH_MAX, widget=forms.Textarea(attrs={"rows": 3})
    )


@never_cache
@require_GET
@operation("conversations.read")
@live
def desk(request: HttpRequest) -> HttpResponse:
    """Show the list of conversations, with none opened."""
    return render(request, "studio/conversations.html", {**_list_facts(request), **_day_facts(request)})


@never_cache
@require_GET
@operation("conversations.read")
def rows(request: HttpRequest) -> HttpResponse:
    """Return the list alone, for a desk that was told that something changed."""
    return render(request, "studio/conversation_rows.html", _list_facts(request))


@never_cache
@require_GET
@operation("conversations.read")
def ticket(request: HttpRequest) -> HttpResponse:
    """Hand out leave to listen to the shop's conversations."""
    return ticket_answer(request, person_of(request), [commands.shop_topic(_shop(request))])


@never_cache
@require_GET
@operation("conversations.read")
@live
def conversation(request: HttpRequest, conversation: str) -> HttpResponse:
    """Show one conversation beside the list."""
    return _page(request, _talk(request, conversation))


@require_POST
@operation("conversations.answer")
def say(request: HttpRequest, conversation: str) -> HttpResponse:
    """Say something to the buyer; a script gets the new lines, a form the page again."""
    talk, by_script = _talk(request, conversation), "after" in request.POST
    try:
        commands.say_to_buyer(talk.id, _message(request), shop_id=_shop(request), by=person_of(request), now=now())
    except AnxinError as error:
        if by_script:
            return HttpResponse(message_of(error), status=status_of(error), content_type="text/plain; charset=utf-8")
        messages.error(request, message_of(error))
        return _page(request, talk, status=status_of(error), text=request.POST.get("text", ""))
    if by_script:
        return _fragment(request, conversation, number_of(request.POST["after"]))
    return redirect(f"{reverse('studio_conversation', args=[conversation])}#latest")


@never_cache
@require_GET
@operation("conversations.read")
def news(request: HttpRequest, conversation: str) -> HttpResponse:
    """Return the lines after `after`, and mark them as read."""
    return _fragment(request, conversation, number_of(request.GET.get("after")))


@never_cache
@require_GET
@operation("conversations.read")
def picture(request: HttpRequest, conversation: str, message: str, number: int) -> HttpResponse:
    """Show a private picture of the conversation."""
    jpeg = queries.picture(_talk(request, conversation).id, parse_public_id(MESSAGE, message), number)
    return HttpResponse(jpeg, content_type="image/jpeg")


@require_POST
@operation("conversations.answer")
def open_for_order(request: HttpRequest, order: str) -> HttpResponse:
    """Go to the conversation with the buyer of an order."""
    talk = commands.open_for_order(parse_public_id("ord", order), shop_id=_shop(request), now=now())
    return redirect("studio_conversation", public_id(CONVERSATION, talk))


@require_http_methods(["GET", "POST"])
@operation("conversations.answer")
def quick_replies(request: HttpRequest) -> HttpResponse:
    """List the quick replies, and keep a new one."""
    form = QuickReplyForm(request.POST or None)
    if form.is_valid():
        told = form.cleaned_data
        try:
            add_quick_reply(_shop(request), told["title"], told["text"], by=person_of(request), now=now())
        except AnxinError as error:
            form.add_error("text", message_of(error))
        else:
            messages.success(request, _("Kept. It is at hand in every conversation."))
            return redirect("studio_quick_replies")
    facts = {"form": form, "replies": [_reply_row(reply) for reply in queries.quick_replies(_shop(request))]}
    return render(request, "studio/quick_replies.html", facts, status=422 if form.errors else 200)


@require_POST
@operation("conversations.answer")
def quick_reply(request: HttpRequest, reply: str) -> HttpResponse:
    """Change a quick reply, or remove it."""
    identity, told = parse_public_id(REPLY_PREFIX, reply), request.POST
    try:
        if "remove" in told:
            queries.quick_reply(_shop(request), identity)
            remove_quick_reply(_shop(request), identity)
            messages.success(request, _("Removed."))
        else:
            title, text = told.get("title", ""), told.get("text", "")
            change_quick_reply(_shop(request), identity, title, text, by=person_of(request), now=now())
            messages.success(request, _("Changed."))
    except AnxinError as error:
        if status_of(error) == 404:  # noqa: PLR2004
            raise
        messages.error(request, message_of(error))
    return redirect("studio_quick_replies")


def _page(request: HttpRequest, talk: ConversationFacts, *, status: int = 200, text: str = "") -> HttpResponse:
    before = number_of(request.GET.get("before")) or None
    said = queries.messages(talk.id, before=before, limit=LINES)
    if said and talk.shop_unread:
        commands.read_by_shop(talk.id, said[-1].seq, shop_id=talk.shop_id)
    bought = orders.orders_between(talk.person_id, talk.shop_id, limit=ORDERS)
    facts = {
        **_list_facts(request, talk.id),
        "talk": talk,
        "public_id": public_id(CONVERSATION, talk.id),
        "initial": initial(talk.person_name),
        "lines": lines(said, _reader(talk, said)),
        "earlier": said[0].seq if said and said[0].seq > 1 else None,
        "is_past": before is not None,
        "last_seq": said[-1].seq if said else 0,
        "text": text,
        "key": new_id(),
        "replies": [_reply_row(reply) for reply in queries.quick_replies(talk.shop_id)],
        "orders": [order_view(order, english=not reads_chinese()) for order in bought],
        "pictures_max": PICTURES_MAX,
        "text_max": TEXT_LENGTH_MAX,
    }
    return render(request, "studio/conversations.html", facts, status=status)


def _fragment(request: HttpRequest, conversation: str, after: int) -> HttpResponse:
    talk = _talk(request, conversation)
    found = queries.messages(talk.id, after=max(after - 1, 0))
    known, fresh = [m for m in found if m.seq <= after], [m for m in found if m.seq > after]
    if fresh and talk.shop_unread:
        commands.read_by_shop(talk.id, fresh[-1].seq, shop_id=talk.shop_id)
    shown = lines(fresh, _reader(talk, fresh), known[-1].sent_at if known else None)
    return render(request, "talk/lines.html", {"lines": shown, "read_seq": talk.buyer_read_seq})


def _message(request: HttpRequest) -> commands.NewMessage:
    """Return what the form says; the button of a quick reply says that."""
    wanted = request.POST.get("quick")
    if not wanted:
        return message_of_form(request)
    reply = queries.quick_reply(_shop(request), parse_public_id(REPLY_PREFIX, wanted))
    return commands.NewMessage(request.POST.get("key", "") or str(new_id()), reply.text)


def _reader(talk: ConversationFacts, said: tuple[MessageFacts, ...] | list[MessageFacts]) -> Reader:
    conversation = public_id(CONVERSATION, talk.id)
    authors = {message.author_id for message in said if message.author_id and message.side is Side.SHOP}
    return Reader(
        side=Side.SHOP,
        other_read_seq=talk.buyer_read_seq,
        product_url=lambda product: reverse("product", args=[product]),
        order_url=lambda order: reverse("studio_order", args=[order]),
        picture_url=lambda message, number: reverse(
            "studio_conversation_picture", args=[conversation, public_id(MESSAGE, message), number]
        ),
        authors=people.names_of(list(authors)) if authors else {},
    )


def _list_facts(request: HttpRequest, opened: UUID | None = None) -> dict[str, Any]:
    """Return the rows of the list: those who wait, longest first, or all."""
    shop_id, tab, text = _shop(request), request.GET.get("tab", ""), request.GET.get("q", "").strip()[:60]
    if tab == "waiting":
        page = Page(queries.waiting_in_shop(shop_id))
    else:
        page = queries.conversations_of_shop(shop_id, text=text, cursor=request.GET.get("cursor"))
    address = reverse("studio_conversations")
    return {
        "page": page.map(lambda talk: _row(talk, opened)),
        "tabs": [
            Tab(_("All"), address, None, tab != "waiting"),
            Tab(_("Waiting"), f"{address}?tab=waiting", queries.count_waiting(shop_id), tab == "waiting"),
        ],
        "tab": tab if tab == "waiting" else "",
        "q": text,
    }


def _day_facts(request: HttpRequest) -> dict[str, Any]:
    moment: Instant = now()
    since = shanghai_midnight(shanghai_day(moment))
    return {"today": queries.answering_of_shop(_shop(request), since=since, until=moment)}


def _row(talk: ConversationFacts, opened: UUID | None) -> dict[str, Any]:
    return {
        "url": reverse("studio_conversation", args=[public_id(CONVERSATION, talk.id)]),
        "name": talk.person_name,
        "initial": initial(talk.person_name),
        "preview": preview(talk),
        "at": talk.last_at,
        "unread": talk.shop_unread,
        "waiting_since": talk.waiting_since,
        "is_open": talk.id == opened,
    }


def _reply_row(reply: queries.QuickReplyFacts) -> dict[str, str]:
    return {"id": public_id(REPLY_PREFIX, reply.id), "title": reply.title, "text": reply.text}


def _talk(request: HttpRequest, conversation: str) -> ConversationFacts:
    return queries.conversation(parse_public_id(CONVERSATION, conversation), shop_id=_shop(request))


def _shop(request: HttpRequest) -> UUID:
    return request.shop_id  # type: ignore[attr-defined,no-any-return]  # set by the door


urlpatterns = [
    path("orders/<str:order>/conversation", open_for_order, name="studio_order_talk"),
    path("conversations", desk, name="studio_conversations"),
    path("conversations/rows", rows, name="studio_conversation_rows"),
    path("conversations/ticket", ticket, name="studio_conversation_ticket"),
    path("conversations/quick-replies", quick_replies, name="studio_quick_replies"),
    path("conversations/quick-replies/<str:reply>", quick_reply, name="studio_quick_reply"),
    path("conversations/<str:conversation>", conversation, name="studio_conversation"),
    path("conversations/<str:conversation>/say", say, name="studio_conversation_say"),
    path("conversations/<str:conversation>/news", news, name="studio_conversation_news"),
    path(
        "conversations/<str:conversation>/pictures/<str:message>/<int:number>",
        picture,
        name="studio_conversation_picture",
    ),
]
