"""Search in the whole mall, and completions of what is being typed."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from anxin.faces.access import actor_of_request, operation
from anxin.faces.language import reads_chinese
from anxin.faces.post_views import creator_view, post_views
from anxin.faces.storefront.goods import looker_of, recommended, recommended_cards
from anxin.faces.storefront.listing import listing, question_of
from anxin.infra.clock import now
from anxin.kernel.page import Page
from anxin.market.catalog import queries as catalog
from anxin.market.catalog.queries import Question, Suggestion
from anxin.market.content.queries import feed, posts
from anxin.market.content.queries.posts import PostCard, PostKind, PostSort
from anxin.market.creators import queries as creators
from anxin.market.interest.commands import Place
from anxin.ui.parts import Tab

POSTS, PEOPLE, TOPICS, SHELF = 24, 24, 30, 10
STRIP_POSTS, STRIP_PEOPLE, STRIP_TOPICS = 6, 3, 6
HINTS = 3  # creators and topics that a completion offers
NARROWING = ("category", "brand", "f", "from", "to", "sort", "cursor")  # products only from here on


@require_GET
@operation("market.browse")
def search(request: HttpRequest) -> HttpResponse:
    """Show what was found and how to narrow it down: a little of everything before products, or (`tab`) one kind."""
    question = question_of(request)
    tab = request.GET.get("tab", "")
    facts: dict[str, object] = {"q": question.text, "tab": tab, "tabs": _tabs(question.text, tab)}
    if tab == "posts":
        facts |= _posts(request, question.text)
    elif tab == "people":
        facts |= _people(request, question.text)
    elif tab == "topics":
        facts["topics"] = posts.topics_like(question.text, anywhere=True, limit=TOPICS)
    else:
        facts |= _products(request, question, is_mixed=not tab)
    return render(request, "storefront/search.html", facts)


def _products(request: HttpRequest, question: Question, *, is_mixed: bool) -> dict[str, object]:
    """Return found products; on the first page of a plain question a strip of each other kind before them."""
    results = listing(request, question)
    facts = {"listing": results, **_shelf(request, is_empty=question.is_plain, is_fruitless=not results.cards)}
    if is_mixed and question.text and not any(name in request.GET for name in NARROWING):
        facts |= _strips(request, question.text)
    return facts


def _strips(request: HttpRequest, text: str) -> dict[str, object]:
    """Return the first posts, creators and topics: five statements where this process has met the posts."""
    found = posts.found_posts(text, limit=STRIP_POSTS).items
    shown = feed.shown(found, person_id=actor_of_request(request).person_id).cards if found else {}
    people = creators.search_creators(text, limit=STRIP_PEOPLE)
    return {
        "strip_posts": post_views([shown[each] for each in found if each in shown]),
        "strip_people": [creator_view(each) for each in people],
        "strip_topics": posts.topics_like(text, anywhere=True, limit=STRIP_TOPICS),
    }


def _shelf(request: HttpRequest, *, is_empty: bool, is_fruitless: bool) -> dict[str, object]:
    """Return what suits the reader where nothing was asked; where nothing was found, else what is popular."""
    if not is_fruitless and (not is_empty or looker_of(request) is None):
        return {}
    answer = recommended(request, Place("search", falls_back=is_fruitless), limit=SHELF)
    return {"for_you": recommended_cards(answer, "for_you"), "is_fruitless": is_fruitless}


def _posts(request: HttpRequest, text: str) -> dict[str, object]:
    given = request.GET
    kind = PostKind(given["kind"]) if given.get("kind") in list(PostKind) else None
    sort = PostSort(given["sort"]) if given.get("sort") in list(PostSort) else PostSort.MATCH
    page = _found(text, kind, sort, given.get("cursor"))
    return {
        "page": page,
        "posts": post_views(page.items),
        "kinds": _kinds(text, kind, sort),
        "sorts": _sorts(text, kind, sort) if text else (),
    }


def _found(text: str, kind: PostKind | None, sort: PostSort, cursor: str | None) -> Page[PostCard]:
    if not text:
        return posts.newest_posts(kind, cursor=cursor, limit=POSTS)
    return posts.search_posts(text, kind, sort=sort, cursor=cursor, limit=POSTS)


def _people(request: HttpRequest, text: str) -> dict[str, object]:
    page = creators.found_creators(text, cursor=request.GET.get("cursor"), limit=PEOPLE)
    ids = [one.id for one in page.items]
    reach, followed = creators.reach_of(ids), _followed(request, ids)
    people = [(creator_view(one), reach[one.id].followers, one.id in followed) for one in page.items]
    return {"page": page, "people": people}


def _followed(request: HttpRequest, ids: list[UUID]) -> frozenset[UUID]:
    person_id = actor_of_request(request).person_id
    return creators.followed(person_id, ids) if person_id and ids else frozenset()


def _kinds(text: str, active: PostKind | None, sort: PostSort) -> list[Tab]:
    names = {None: _("All"), PostKind.VIDEO: _("Videos"), PostKind.NOTE: _("Notes")}
    return [Tab(words, _posts_url(text, kind, sort), active=kind is active) for kind, words in names.items()]


def _sorts(text: str, kind: PostKind | None, active: PostSort) -> list[Tab]:
    names = {
        PostSort.MATCH: _("Best match"),
        PostSort.NEWEST: pgettext("order of a list", "Newest"),
        PostSort.LIKED: _("Most liked"),
    }
    return [Tab(words, _posts_url(text, kind, sort), active=sort is active) for sort, words in names.items()]


def _posts_url(text: str, kind: PostKind | None, sort: PostSort) -> str:
    chosen = {"kind": kind.value if kind else "", "sort": sort.value if sort is not PostSort.MATCH else ""}
    return f"?{urlencode({'q': text, 'tab': 'posts', **{name: value for name, value in chosen.items() if value}})}"


def _tabs(text: str, active: str) -> list[Tab]:
    kinds = {"products": _("Products"), "posts": _("Videos and notes"), "people": _("Creators"), "topics": _("Topics")}
    names = {"": _("All"), **kinds} if text else {"": _("Products"), "posts": kinds["posts"], "people": kinds["people"]}
    words = {"q": text} if text else {}
    return [
        Tab(label, f"?{urlencode({**words, **({'tab': name} if name else {})})}", active=active == name)
        for name, label in names.items()
    ]


@require_GET
@operation("market.browse")
def suggest(request: HttpRequest) -> JsonResponse:
    """Answer with completions; those of shops, categories, creators and topics lead to their pages: four statements."""
    text = request.GET.get("q", "")
    found = [_shown(each) for each in catalog.suggest(text, now=now(), in_english=not reads_chinese())]
    if text.strip():
        people = (creator_view(each) for each in creators.search_creators(text, limit=HINTS))
        found += [{"text": f"@{each.facts.handle} {each.name}", "url": each.url} for each in people]
        topics = posts.topics_like(text, limit=HINTS)
        found += [{"text": f"#{topic}", "url": reverse("topic", args=[topic])} for topic, _uses in topics]
    return JsonResponse({"suggestions": found})


def _shown(suggestion: Suggestion) -> str | dict[str, str]:
    pages = {"shop": "shop", "category": "category"}
    if suggestion.kind not in pages:
        return suggestion.text
    return {"text": suggestion.text, "url": reverse(pages[suggestion.kind], args=[suggestion.slug])}


urlpatterns = [path("search", search, name="search"), path("search/suggest", suggest, name="suggest")]
