"""A shop's own page, with the search inside it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from anxin.faces.access import operation
from anxin.faces.storefront.goods import recommended, recommended_cards
from anxin.faces.storefront.listing import listing, question_of
from anxin.infra.media import picture_url
from anxin.market.interest.commands import Place
from anxin.market.service.queries import reviews as voices
from anxin.market.shops import queries as shops

SHELF = 10


@require_GET
@operation("market.browse")
def shop(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a shop and its goods. Raises UnknownShop."""
    found = shops.shop_by_slug(slug)
    question = question_of(request, shop_id=found.id)
    facts = {
        "shop": found,
        "logo": picture_url(found.logo),
        "banner": picture_url(found.banner),
        "score": shops.score_of(found.id),
        "rating": voices.rating_of_shop(found.id),
        "q": request.GET.get("q", ""),
        "listing": listing(request, question),
        **(_shelf(request, found.id) if question.is_plain else {}),
    }
    return render(request, "storefront/shop.html", facts)


def _shelf(request: HttpRequest, shop_id: UUID) -> dict[str, object]:
    """Return what of the shop suits the reader, else what sells best there."""
    answer = recommended(request, Place("shop", shop_id=shop_id), limit=SHELF)
    return {"for_you": recommended_cards(answer, "for_you"), "is_personal": answer.is_personal}


urlpatterns = [path("shop/<slug:slug>", shop, name="shop")]
