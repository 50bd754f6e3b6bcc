"""Why a person was served what, and where an item stood."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from anxin.faces.access import actor_of_request, operation, person_of
from anxin.faces.desk.interest import console_tabs
from anxin.faces.interest_words import HEADS, item_titles, percent, policy_words, source_words
from anxin.infra.clock import now
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import parse_public_id, public_id
from anxin.market.interest.queries import why
from anxin.market.interest.queries.why import AnswerFacts, Place
from anxin.market.people.commands import record_act
from anxin.market.people.queries import allows, find_people, names_of

TEXT_MAX = 254
SHOWN_HEADS = ("click", "finish", "like", "cart", "order")


@never_cache
@require_GET
@operation("desk.interest.read")
def page(request: HttpRequest) -> HttpResponse:
    """Look a person or an item up; a look at a person is logged, and needs the right to look people up."""
    text = request.GET.get("q", "").strip()[:TEXT_MAX]
    may_people = allows(actor_of_request(request), "desk.people.read")
    facts: dict[str, Any] = {"tabs": console_tabs(request), "q": text, "may_people": may_people}
    if text:
        facts |= _found(request, text, may_people=may_people)
    return render(request, "desk/interest_why.html", facts)


def _found(request: HttpRequest, text: str, *, may_people: bool) -> dict[str, Any]:
    item = _item(text)
    if item is not None:
        answers = why.answers_with(item, now=now())
        return {"heading": item_titles([item]).get(item, text), "answers": _views(answers), "is_item": True}
    if not may_people:
        return {"problem": _("No item has this number. People are looked up by those who may see them.")}
    people = _people(text)
    if len(people) != 1:
        return {
            "problem": _("Several people fit: write the whole email address.")
            if people
            else _("Neither a person nor an item fits that.")
        }
    subject = f"person:{people[0]}"
    record_act("interest.look", subject, {}, actor_id=person_of(request), now=now())
    answers = why.answers_to(people[0])
    return {
        "heading": names_of(people).get(people[0], ""),
        "person": public_id("per", people[0]),
        "answers": _views(answers),
    }


def _item(text: str) -> UUID | None:
    prefix = text.partition("_")[0]
    try:
        return parse_public_id(prefix, text) if prefix != "per" and "@" not in text else None
    except AnxinError:
        return None


def _people(text: str) -> list[UUID]:
    try:
        return [parse_public_id("per", text)]
    except AnxinError:
        return [one.id for one in find_people(text, cursor=None, limit=2).items]


def _views(answers: Sequence[AnswerFacts]) -> list[dict[str, Any]]:
    ids = {each for one in answers for place in one.places for each in (place.item, place.because) if each}
    titles = item_titles(sorted(ids))
    return [
        {
            "at": one.at,
            "policy": policy_words(one.policy),
            "places": [_place(each, titles) for each in one.places],
        }
        for one in answers
    ]


def _place(one: Place, titles: dict[UUID, str]) -> dict[str, Any]:
    because = titles.get(one.because, "") if one.because else ""
    return {
        "place": one.place + 1,
        "title": titles.get(one.item) or _("not public any more"),
        "source": source_words(one.source),
        "because": because,
        "propensity": percent(one.propensity),
        "chances": ", ".join(f"{HEADS[name]} {percent(one.chances[name])}" for name in SHOWN_HEADS)
        if one.chances
        else "",
        "worth": f"{one.worth:.2f}" if one.worth is not None else "",
        "rank": one.rank,
    }


urlpatterns = [path("interest/why", page, name="desk_interest_why")]
