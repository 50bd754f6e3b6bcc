"""Who calls the API: the bearer of a token, or, from the site's own pages, the person of the session with a CSRF token."""

from importlib import import_module
from typing import NoReturn

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware

from anxin.faces.api.errors import CsrfMissing
from anxin.market.people.queries import NOBODY, Actor

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
SESSION_COOKIE = settings.SESSION_COOKIE_NAME


def bearer(request: HttpRequest) -> str | None:
    """Return the token of the Authorization header, None when there is no such header."""
    header = request.META.get("HTTP_AUTHORIZATION")
    if not header:
        return None
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def bucket_of(request: HttpRequest) -> str:
    """Return whose requests are counted together: those of a token, else those of an address."""
    return request.META.get("HTTP_AUTHORIZATION") or f"address {request.META.get('REMOTE_ADDR', '')}"


def actor_of_session(request: HttpRequest) -> Actor:
    """Return the person of the session cookie, NOBODY without one.

    Raises CsrfMissing for a request that changes something but carries no CSRF token.
    """
    key = request.COOKIES.get(SESSION_COOKIE)
    if key is None:
        return NOBODY
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    request.user = get_user(request)
    if not request.user.is_authenticated:
        return NOBODY
    if request.method not in SAFE_METHODS:
        _require_csrf(request)
    actor: Actor = request.user.actor
    return actor


class _CsrfGuard(CsrfViewMiddleware):
    """Django's check, which says no by a problem instead of a page."""

    def _reject(self, _request: HttpRequest, _reason: str) -> NoReturn:
        raise CsrfMissing


def _require_csrf(request: HttpRequest) -> None:
    guard = _CsrfGuard(_nothing)
    guard.process_request(request)
    guard.process_view(request, _nothing, (), {})


def _nothing(_request: HttpRequest) -> HttpResponse:
    """Stand in for the view, which the check only asks whether it is exempt."""
    return HttpResponse()
