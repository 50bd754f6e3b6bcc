"""The showcase: which products a creator picked, in which order; found among all that is on sale."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from anxin.faces.access import operation
from anxin.faces.pages import message_of
from anxin.faces.studio.speakers import speaker_facts, speaking
from anxin.infra.clock import now
from anxin.kernel.clock import shanghai_day
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import new_id, parse_public_id, public_id
from anxin.market.catalog import queries as catalog
from anxin.market.catalog.queries import Card, Question
from anxin.market.creators import commands, queries
from anxin.market.creators.queries import CreatorFacts

PAGE_SIZE = 50
OFFERED = 12
WORDS_LENGTH_MAX = 60


@require_GET
@operation("content.create")
@speaking
def showcase(request: HttpRequest, speaker: CreatorFacts) -> HttpResponse:
    """Show what was picked, what may be picked (`find`), and search within (`q`)."""
    text, wanted = request.GET.get("q", "")[:WORDS_LENGTH_MAX], request.GET.get("find", "")[:WORDS_LENGTH_MAX]
    page = queries.own_showcase(speaker.id, text, cursor=request.GET.get("cursor"), limit=PAGE_SIZE)
    offered = offered_goods(speaker, wanted, with_picks=False)
    picked = queries.links_of(speaker.id, [card.id for card in offered])
    facts: dict[str, Any] = {
        **speaker_facts(request, speaker),
        "page": page,
        "rows": [(public_id("lnk", item.link_id), public_id("prd", item.product_id), item) for item in page.items],
        "q": text,
        "find": wanted,
        "offered": [(public_id("prd", card.id), card, card.id in picked) for card in offered],
        "count": queries.picks_count(speaker.id),
        "most": queries.level_rules(shanghai_day(now())).of(speaker.level).showcase_max,
    }
    return render(request, "studio/showcase.html", facts)


@require_POST
@operation("content.create")
@speaking
def change(request: HttpRequest, speaker: CreatorFacts) -> HttpResponse:
    """Add a product, take one out, or move one up, down or to the front."""
    try:
        if "add" in request.POST:
            commands.pick_products(speaker.id, [parse_public_id("prd", request.POST["add"])], now=now())
            messages.success(request, _("It is in your showcase."))
        elif "remove" in request.POST:
            commands.unpick_product(speaker.id, parse_public_id("lnk", request.POST["remove"]), now=now())
            messages.success(request, _("It is out of your showcase."))
        else:
            _move(request, speaker)
    except AnxinError as refused:
        messages.error(request, message_of(refused))
    names = (
        ("q", "find") if "front" in request.POST else ("q", "find", "cursor")
    )  # what went to the front is seen there
    kept = {name: request.GET[name] for name in names if request.GET.get(name)}
    return redirect(f"{reverse('studio_showcase')}?{urlencode(kept)}" if kept else reverse("studio_showcase"))


@require_GET
@operation("content.create")
@speaking
def goods(request: HttpRequest, speaker: CreatorFacts) -> HttpResponse:
    """Answer with products to choose from, as HTML, for the editor of a post: of all shops, or of one's showcase only."""
    words, is_within = request.GET.get("q", "")[:WORDS_LENGTH_MAX], request.GET.get("within") == "showcase"
    offered = picked_goods(speaker, words) if is_within else offered_goods(speaker, words)
    return render(request, "studio/goods_choices.html", {"offered": goods_choices(offered)})


def offered_goods(speaker: CreatorFacts, text: str, *, with_picks: bool = True) -> list[Card]:
    """Return products with these words; without words the showcase, then what the shop or the whole mall sells most."""
    if text.strip():
        answer = catalog.search(Question(text=text, limit=OFFERED))
        return catalog.cards(answer.page.items)
    picks = [item.card for item in queries.showcase(speaker.id, limit=OFFERED).items] if with_picks else []
    best = (
        catalog.best_of_shop(speaker.shop_id, OFFERED, except_id=new_id())
        if speaker.shop_id
        else catalog.popular(OFFERED)
    )
    return list({card.id: card for card in (*picks, *catalog.cards(best))}.values())[:OFFERED]


def picked_goods(speaker: CreatorFacts, text: str) -> list[Card]:
    """Return products of the showcase that can be bought now, with these words."""
    return [item.card for item in queries.showcase(speaker.id, text, limit=OFFERED).items]


def goods_choices(offered: list[Card]) -> list[tuple[str, Card]]:
    """Return products with their outside ids."""
    return [(public_id("prd", card.id), card) for card in offered]


def _move(request: HttpRequest, speaker: CreatorFacts) -> None:
    """Move the pick that `up` or `down` names by one, also over the edge of a page, or the one of `front` to the front."""
    way = next((name for name in ("up", "down", "front") if name in request.POST), "")
    moved = parse_public_id("lnk", request.POST.get(way, ""))
    if way == "front":
        commands.arrange_showcase(speaker.id, [moved])
    else:
        commands.move_pick(speaker.id, moved, down=way == "down")


urlpatterns = [
    path("showcase", showcase, name="studio_showcase"),
    path("showcase/change", change, name="studio_showcase_change"),
    path("showcase/goods", goods, name="studio_goods"),
]
