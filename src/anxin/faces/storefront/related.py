"""Beside a product: videos and notes that show it, what was bought with it, and what is like it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from anxin.faces.access import actor_of_request, operation
from anxin.faces.post_views import post_views
from anxin.faces.storefront.goods import recommended, recommended_cards
from anxin.infra.clock import now
from anxin.kernel.ids import parse_public_id
from anxin.market.catalog import queries as catalog
from anxin.market.catalog.errors import ProductNotFound
from anxin.market.content.queries import feed
from anxin.market.interest.commands import Place

SHELF = 10
POSTS = 6


@never_cache
@require_GET
@operation("market.browse")
def related(request: HttpRequest, product_id: str) -> HttpResponse:
    """Answer a product page that was scrolled down with its shelves; without scripts, with a page of them."""
    found = catalog.product_page(parse_public_id("prd", product_id), now=now())
    if not found.is_shown:
        raise ProductNotFound
    answer = recommended(request, Place("product", (found.id,), found.category.code), limit=SHELF)
    shown = feed.shown(feed.showing(found.id, POSTS), person_id=actor_of_request(request).person_id)
    facts = {
        "posts": post_views(list(shown.cards.values()), shown.mine),
        "product": found,
        "public_id": product_id,
        **{name: recommended_cards(answer, name) for name in ("similar", "together")},
    }
    part = "related" if "HX-Request" in request.headers else "related_page"
    return render(request, f"storefront/{part}.html", facts)


urlpatterns = [path("product/<str:product_id>/related", related, name="product_related")]
