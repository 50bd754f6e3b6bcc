"""My interests: see them, want more or less, switch personal recommendations off, begin anew; of a person or of a device."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from anxin.faces.access import actor_of_request, operation
from anxin.faces.language import reads_chinese
from anxin.faces.pages import asks_part
from anxin.faces.post_views import creator_view
from anxin.faces.storefront.posts import post_of
from anxin.faces.teller import give_device, teller_of, watcher_of
from anxin.infra.clock import now
from anxin.kernel.ids import new_id
from anxin.market.catalog.queries import category_tree
from anxin.market.content.queries import posts
from anxin.market.creators.queries import creators_by_id
from anxin.market.interest import commands, queries
from anxin.market.interest.queries import Item, ItemKind, Kind, Told
from anxin.market.people.errors import NotHere

WISHED_LENGTH_MAX = 80
NAMES_MAX = 2  # of a topic, one a language
WANTED = {"more": True, "less": False, "as_it_comes": None}


@dataclass(frozen=True)
class Shown:
    """An interest as the page shows it."""

    code: str
    name: str
    url: str
    percent: int
    wanted: bool | None
    also: tuple[str, ...] = ()


@never_cache
@require_GET
@operation("interests.steer")
def interests(request: HttpRequest) -> HttpResponse:
    """Show what is known of one's interests, in words and shares."""
    watcher, signed = watcher_of(request)
    known, tags = queries.history(watcher), queries.tags(watcher, now=now(), chinese=reads_chinese())
    facts = {"is_personal": known.is_personal, "hidden": len(known.hidden), "interests": _shown(tags)}
    response = render(request, "storefront/interests.html", facts)
    give_device(request, response, signed)
    return response


@require_POST
@operation("interests.steer")
def switch(request: HttpRequest) -> HttpResponse:
    """Switch personal recommendations on or off."""
    me, wanted = teller_of(request), request.POST.get("personal") == "on"
    commands.personalise(me.id, wanted=wanted, is_person=me.is_person)
    messages.success(
        request, _("Recommendations are personal.") if wanted else _("Recommendations are the same for everybody.")
    )
    return redirect("interests")


@require_POST
@operation("interests.steer")
def wish(request: HttpRequest) -> HttpResponse:
    """Want more or less of a category, topic (by its names in both languages) or creator, or as it comes."""
    me, how = teller_of(request), request.POST.get("wanted", "")
    what = list(dict.fromkeys(each[:WISHED_LENGTH_MAX] for each in request.POST.getlist("what")[:NAMES_MAX]))
    if not all(what) or not what or how not in WANTED:
        raise NotHere
    commands.wish(me.id, *what, more=WANTED[how], is_person=me.is_person)
    return redirect("interests")


@require_POST
@operation("interests.steer")
def begin_anew(request: HttpRequest) -> HttpResponse:
    """Forget the history and the wishes."""
    commands.forget_interests(teller_of(request).id, now=now())
    messages.success(request, _("Your interests are forgotten: everything begins anew."))
    return redirect("interests")


@require_POST
@operation("events.tell")
def less(request: HttpRequest) -> HttpResponse:
    """Say what one does not want: this post, more of its creator, category, or one of its topics. The next page obeys."""
    me, number, what = teller_of(request), request.POST.get("item", ""), request.POST.get("what", "")
    card = posts.card(post_of(number), person_id=actor_of_request(request).person_id)
    if what == "creator":
        commands.wish(me.id, str(card.creator.id), more=False, is_person=me.is_person)
    elif what.startswith("#") and what[1:] in card.post.topics:
        commands.wish(me.id, what, more=False, is_person=me.is_person)
    elif what == "category" and card.goods:
        commands.wish(me.id, card.goods[0][1].category, more=False, is_person=me.is_person)
    elif what == "post":
        told = Told(new_id(), Kind.NOT_INTERESTED, Item(ItemKind(card.post.kind.value), card.post.id), now())
        commands.tell([told], me, now=now())
    else:
        raise NotHere
    if asks_part(request):
        return HttpResponse(status=204)
    messages.success(request, _("You will see less of that."))
    return redirect("feed")


def _shown(tags: tuple[queries.Tag, ...]) -> list[Shown]:
    """Return interests with their names; what is neither category nor topic is a creator."""
    tree = category_tree(now=now()).nodes
    ids = [identity for tag in tags if (identity := _id_of(tag.category))]
    creators = {str(one.id): creator_view(one) for one in creators_by_id(ids).values()} if ids else {}
    found = []
    for tag in tags:
        code, percent = tag.category, (tag.strength_bps + 50) // 100
        if code.startswith("#"):
            found.append(Shown(code, code, reverse("topic", args=[code[1:]]), percent, tag.wanted, tag.also))
        elif code in tree:
            name = tree[code].name if reads_chinese() else tree[code].name_en
            found.append(Shown(code, name, reverse("category", args=[code]), percent, tag.wanted))
        elif code in creators:
            found.append(Shown(code, f"@{creators[code].name}", creators[code].url, percent, tag.wanted))
    return found


def _id_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


urlpatterns = [
    path("interests", interests, name="interests"),
    path("interests/switch", switch, name="interests_switch"),
    path("interests/wish", wish, name="interests_wish"),
    path("interests/anew", begin_anew, name="interests_anew"),
    path("feed/less", less, name="feed_less"),
]
