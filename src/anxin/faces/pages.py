"""What every page has in common: how a refusal looks, and the reader's language and time zone."""

import logging
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import DataError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from anxin.faces.access import API_PREFIX, actor_of_request
from anxin.faces.status import ValueOutOfRange, status_of, waiting_headers
from anxin.kernel.errors import AnxinError, Kind
from anxin.kernel.ids import BadIdentifier
from anxin.market.people.errors import NotHere
from anxin.market.people.queries import NOBODY, allows

OFFICES = {"studio": ("studio_home", "content.create"), "desk": ("desk_home", "desk.home")}

log = logging.getLogger(__name__)

Handler = Callable[[HttpRequest], HttpResponse]


def message_of(error: AnxinError) -> str:
    """Return the error's sentence in the language of the request, with its facts filled in."""
    return gettext(error.template()).format_map(error.facts())


def asks_part(request: HttpRequest) -> bool:
    """Say whether a script of a page asks, which wants the answer alone and not the page around it."""
    return request.headers.get("Accept") == "text/html-part"


def leads_to(address: str) -> HttpResponse:
    """Tell a script of a page where what it sent leads."""
    return HttpResponse(status=204, headers={"Leads-To": address})


class PageErrors:
    """Middleware: a typed error raised by a page becomes the login page, or a page that says what was refused.

    A script that asked for a part is told the reason as plain text.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if answer.status_code != HTTPStatus.METHOD_NOT_ALLOWED or answer.content or request.method != "GET":
            return answer
        said = gettext("A page that only takes what a form sends. Go back and send the form again.")
        page = render(request, "errors/refused.html", _refusal(request, said, answer.status_code), status=405)
        page["Allow"] = answer["Allow"]
        return page

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer a typed error of a page; leave everything else, and the API, to others."""
        if request.path_info.startswith(API_PREFIX):
            return None
        if isinstance(error, DataError):
            log.warning("a value passed the checks of a page but not those of the database", exc_info=error)
            error = ValueOutOfRange()
        if not isinstance(error, AnxinError):
            return None
        if isinstance(error, BadIdentifier):  # programs are told so; a person who followed a link is not helped by it
            error = NotHere()
        if asks_part(request):
            return _plain(error)
        if error.kind is Kind.UNAUTHENTICATED:
            return login_redirect(request)
        facts = _refusal(request, message_of(error), status_of(error).value)
        answer = render(request, "errors/refused.html", facts, status=status_of(error))
        for name, value in waiting_headers(error).items():
            answer[name] = value
        return answer


class Preferences:
    """Middleware: a person's own time zone wins, and their language where the browser keeps no choice of its own."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        locale, zone = request.user.locale, request.user.zone
        if locale and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            translation.activate(locale)
            request.LANGUAGE_CODE = locale
        if not zone:
            return self.get_response(request)
        with timezone.override(ZoneInfo(zone)):
            return self.get_response(request)


def reader(request: HttpRequest) -> dict[str, Any]:
    """Context of every page: who reads it, and `admits`, which says whether an operation is open to them."""
    actor = actor_of_request(request) if hasattr(request, "user") else NOBODY
    shop_id = getattr(request, "shop_id", None)
    return {"actor": actor, "admits": partial(allows, actor, shop_id=shop_id)}


def _refusal(request: HttpRequest, message: str, status: int) -> dict[str, Any]:
    """Return what the page of a refusal says; it leads to the first page of the office it was met in, if the reader may enter."""
    office = request.path_info.split("/")[1]  # studio, desk, or a page of the mall
    actor = actor_of_request(request) if hasattr(request, "user") else NOBODY
    home = OFFICES.get(office)
    home_url = reverse(home[0]) if home and allows(actor, home[1]) else ""
    return {"message": message, "status": status, "home_url": home_url}


def _plain(error: AnxinError) -> HttpResponse:
    kind, headers = "text/plain; charset=utf-8", waiting_headers(error)
    return HttpResponse(message_of(error), status=status_of(error), content_type=kind, headers=headers)


def login_redirect(request: HttpRequest) -> HttpResponseRedirect:
    """Send to the login page and back to where a reader was; back to the start after a refused form."""
    back = request.get_full_path() if request.method in ("GET", "HEAD") else "/"
    return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': back})}")
