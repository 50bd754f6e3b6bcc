"""Search in the whole mall, and completions of what is being typed."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from anxin.faces.access import operation
from anxin.faces.language import reads_chinese
from anxin.faces.post_views import creator_view, post_views
from anxin.faces.storefront.goods import looker_of, recommended, recommended_cards
from anxin.faces.storefront.listing import listing, question_of
from anxin.infra.clock import now
from anxin.kernel.page import Page
from anxin.market.catalog import queries as catalog
from anxin.market.catalog.queries import Suggestion
from anxin.market.content.queries import posts
from anxin.market.content.queries.posts import PostCard
from anxin.market.creators.queries import reach_of, search_creators
from anxin.market.interest.commands import Place
from anxin.ui.parts import Tab

POSTS, PEOPLE, SHELF = 24, 30, 10


@require_GET
@operation("market.browse")
def search(request: HttpRequest) -> HttpResponse:
    """Show what was found and how to narrow it down: products, or (`tab`) videos and notes, or people."""
    question = question_of(request)
    tab = request.GET.get("tab", "")
    facts: dict[str, object] = {"q": question.text, "tab": tab, "tabs": _tabs(question.text, tab)}
    if tab == "posts":
        page = _posts(question.text, request.GET.get("cursor"))
        facts |= {"page": page, "posts": post_views(page.items)}
    elif tab == "people":
        found = search_creators(question.text, limit=PEOPLE)
        reach = reach_of([one.id for one in found])
        facts["people"] = [(creator_view(one), reach[one.id].followers) for one in found]
    else:
        results = listing(request, question)
        facts["listing"] = results
        facts |= _shelf(request, is_empty=question.is_plain, is_fruitless=not results.cards)
    return render(request, "storefront/search.html", facts)


def _shelf(request: HttpRequest, *, is_empty: bool, is_fruitless: bool) -> dict[str, object]:
    """Return what suits the reader where nothing was asked; where nothing was found, else what is popular."""
    if not is_fruitless and (not is_empty or looker_of(request) is None):
        return {}
    answer = recommended(request, Place("search", falls_back=is_fruitless), limit=SHELF)
    return {"for_you": recommended_cards(answer, "for_you"), "is_fruitless": is_fruitless}


def _posts(text: str, cursor: str | None) -> Page[PostCard]:
    if not text:
        return posts.newest_posts(cursor=cursor, limit=POSTS)
    return posts.search_posts(text, cursor=cursor, limit=POSTS)


def _tabs(text: str, active: str) -> list[Tab]:
    names = {"": _("Products"), "posts": _("Videos and notes"), "people": _("Creators")}
    words = {"q": text} if text else {}
    return [
        Tab(label, f"?{urlencode({**words, **({'tab': name} if name else {})})}", active=active == name)
        for name, label in names.items()
    ]


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
