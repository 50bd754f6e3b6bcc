"""A creator's own page: what they show, and the showcase of products they picked, with a search inside."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from anxin.faces.access import actor_of_request, operation
from anxin.faces.origin import PARAMETER, origin_text
from anxin.faces.post_views import creator_view, post_views
from anxin.faces.storefront.goods import stocked_cards
from anxin.market.content.queries import posts
from anxin.market.creators import queries as creators
from anxin.market.shops.queries import shop
from anxin.ui.parts import ProductCard, Tab

PAGE_SIZE = 24


@require_GET
@operation("market.browse")
def creator(request: HttpRequest, handle: str) -> HttpResponse:
    """Show a creator with their posts, or with their showcase. Raises UnknownCreator."""
    found = creators.creator_by_handle(handle)
    person_id = actor_of_request(request).person_id
    cursor, text = request.GET.get("cursor"), request.GET.get("q", "")
    is_showcase = request.GET.get("tab") == "showcase"
    facts: dict[str, Any] = {
        "creator": creator_view(found),
        "shop": shop(found.shop_id) if found.shop_id else None,
        "followers": creators.reach_of([found.id])[found.id].followers,
        "is_followed": bool(person_id and creators.followed(person_id, [found.id])),
        "is_showcase": is_showcase,
        "q": text,
        "tabs": [
            Tab(_("Videos and notes"), reverse("creator", args=[found.handle]), active=not is_showcase),
            Tab(_("Showcase"), "?tab=showcase", creators.picks_count(found.id), is_showcase),
        ],
    }
    if is_showcase:
        picked = creators.showcase(found.id, text, cursor=cursor, limit=PAGE_SIZE)
        facts |= {"page": picked, "cards": _cards(picked.items, found.id)}
    else:
        page = posts.public_posts_of(found.id, person_id=person_id, cursor=cursor, limit=PAGE_SIZE)
        facts |= {"page": page, "posts": post_views(page.items)}
    return render(request, "storefront/creator.html", facts)


def _cards(picks: Iterable[creators.ShowcaseItem], creator_id: UUID) -> list[ProductCard]:
    """Return picks as cards whose addresses say that they were met at this creator's."""
    met = f"{PARAMETER}={origin_text(None, '', None, creator_id)}"
    return [replace(card, url=f"{card.url}?{met}") for card in stocked_cards(item.card for item in picks)]


urlpatterns = [path("@<str:handle>", creator, name="creator")]
