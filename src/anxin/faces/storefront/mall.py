"""The mall: the way into every category, what is new and what many people buy."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from anxin.faces.access import operation
from anxin.faces.storefront.goods import category_url, looker_of, recommended, recommended_cards, shelves_of
from anxin.infra.clock import now
from anxin.market.catalog import queries as catalog
from anxin.market.interest.commands import Place
from anxin.ui.parts import ProductCard

SHELF = 10
POPULAR = 30
ENTRIES_ON_A_PHONE = 9  # and the tenth leads to all of them


@operation("market.browse")
def mall(request: HttpRequest) -> HttpResponse:
    """Show the categories of the first level, what suits the reader where something is known, and two shelves."""
    tops = catalog.category_tree(now=now()).tops
    fresh, popular = shelves_of(catalog.fresh(SHELF), catalog.popular(POPULAR))
    facts = {
        "entries": [(top, category_url(top)) for top in tops],
        "entries_on_a_phone": ENTRIES_ON_A_PHONE,
        "for_you": _for_you(request),
        "fresh": fresh,
        "popular": popular,
    }
    return render(request, "storefront/mall.html", facts)


def _for_you(request: HttpRequest) -> list[ProductCard]:
    """Return what suits the reader; nothing for strangers and for whoever refuses what is personal."""
    if looker_of(request) is None:
        return []
    return recommended_cards(recommended(request, Place("home", falls_back=False), limit=SHELF), "for_you")


urlpatterns = [path("mall", mall, name="mall")]
