"""The creator that somebody works as in the studio: themselves, or a shop that they own or manage."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from anxin.faces.access import actor_of_request, operation
from anxin.faces.post_views import CreatorView, creator_view
from anxin.kernel.ids import parse_public_id, public_id
from anxin.market.creators import queries
from anxin.market.creators.queries import CreatorFacts

CHOSEN = "studio_creator"  # session key
PREFIX = "crt"
View = Callable[..., HttpResponse]


def speaking(view: View) -> View:
    """Give the view the creator that the reader works as; somebody who is none yet is sent to become one."""

    @wraps(view)
    def spoken(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        speaker = chosen_speaker(request)
        if speaker is None:
            return redirect("studio_creator")
        return view(request, speaker, *args, **kwargs)

    return spoken


def chosen_speaker(request: HttpRequest) -> CreatorFacts | None:
    """Return the creator chosen in the studio, else the first that the reader speaks for; None where there is none."""
    mine = queries.creators_of(actor_of_request(request))
    chosen = request.session.get(CHOSEN)
    return next((each for each in mine if str(each.id) == chosen), mine[0] if mine else None)


def speaker_facts(request: HttpRequest, speaker: CreatorFacts) -> dict[str, Any]:
    """Return what the head of every page of content shows: who speaks, and who else one could be."""
    mine = queries.creators_of(actor_of_request(request))
    others = [(public_id(PREFIX, each.id), creator_view(each).name) for each in mine if each.id != speaker.id]
    view: CreatorView = creator_view(speaker)
    return {"speaker": view, "others": others, "followers": queries.reach_of([speaker.id])[speaker.id].followers}


def choose(request: HttpRequest, creator_id: UUID) -> None:
    """Remember whom the reader works as. Raises UnknownCreator for anybody else's."""
    request.session[CHOSEN] = str(queries.acting_as(actor_of_request(request), creator_id).id)


@require_POST
@operation("content.create")
def switch(request: HttpRequest) -> HttpResponse:
    """Work as another creator."""
    choose(request, parse_public_id(PREFIX, request.POST.get("creator", "")))
    return redirect(reverse("studio_posts"))


urlpatterns = [path("creator/switch", switch, name="studio_creator_switch")]
