"""Search in the whole mall, and completions of what is being typed."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_GET

from anxin.faces.access import operation
from anxin.faces.language import reads_chinese
from anxin.faces.storefront.listing import listing, question_of
from anxin.infra.clock import now
from anxin.market.catalog import queries as catalog
from anxin.market.catalog.queries import Suggestion


@require_GET
@operation("market.browse")
def search(request: HttpRequest) -> HttpResponse:
    """Show what was found and how to narrow it down."""
    question = question_of(request)
    return render(request, "storefront/search.html", {"q": question.text, "listing": listing(request, question)})


@require_GET
@operation("market.browse")
def suggest(request: HttpRequest) -> JsonResponse:
    """Answer with completions; a shop's or category's leads to its page, the others fill the search box."""
    found = catalog.suggest(request.GET.get("q", ""), now=now(), in_english=not reads_chinese())
    return JsonResponse({"suggestions": [_shown(each) for each in found]})


def _shown(suggestion: Suggestion) -> str | dict[str, str]:
    pages = {"shop": "shop", "category": "category"}
    if suggestion.kind not in pages:
        return suggestion.text
    return {"text": suggestion.text, "url": reverse(pages[suggestion.kind], args=[suggestion.slug])}


urlpatterns = [path("search", search, name="search"), path("search/suggest", suggest, name="suggest")]
