"""Django's middleware for pages; `/api/` goes past it, because a program needs neither session, CSRF token nor messages."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

from allauth.usersessions.middleware import UserSessionsMiddleware
from csp.middleware import CSPMiddleware
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponseBase
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.common import CommonMiddleware
from django.middleware.csrf import CsrfViewMiddleware
from django.middleware.locale import LocaleMiddleware
from django.middleware.security import SecurityMiddleware

from anxin.faces import pages
from anxin.infra.config import config
from anxin.ui.viewer import ViewerZone

M = TypeVar("M")
API_PREFIX = "/api/"


def pages_only(middleware: type[Any]) -> type[Any]:
    """Return `middleware` that lets requests under /api/ pass untouched."""

    class PagesOnly(middleware):  # type: ignore[misc]
        def __call__(self, request: HttpRequest) -> HttpResponseBase:
            if request.path_info.startswith(API_PREFIX):
                return self.get_response(request)  # type: ignore[no-any-return]
            return super().__call__(request)  # type: ignore[no-any-return]

        if hasattr(middleware, "process_view"):

            def process_view(
                self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
            ) -> HttpResponseBase | None:
                if request.path_info.startswith(API_PREFIX):
                    return None
                return super().process_view(request, view, args, kwargs)  # type: ignore[no-any-return]

    PagesOnly.__name__ = middleware.__name__
    return PagesOnly


class Timing:
    """Tells in a Server-Timing header how long an answer took inside the server, where the setting asks for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if not config().server_timing:
            raise MiddlewareNotUsed
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, timed in milliseconds: `app` by the clock, `cpu` of this thread."""
        began, cpu_began = time.perf_counter(), time.thread_time()
        response = self._get_response(request)
        spent_ms, cpu_ms = (time.perf_counter() - began) * 1000, (time.thread_time() - cpu_began) * 1000
        response.headers["Server-Timing"] = f"app;dur={spent_ms:.2f}, cpu;dur={cpu_ms:.2f}"
        return response


Security = pages_only(SecurityMiddleware)
Sessions = pages_only(SessionMiddleware)
Locale = pages_only(LocaleMiddleware)
Common = pages_only(CommonMiddleware)
Csrf = pages_only(CsrfViewMiddleware)
Authentication = pages_only(AuthenticationMiddleware)
Messages = pages_only(MessageMiddleware)
Clickjacking = pages_only(XFrameOptionsMiddleware)
ContentSecurity = pages_only(CSPMiddleware)
UserSessions = pages_only(UserSessionsMiddleware)
Zone = pages_only(ViewerZone)
Preferences = pages_only(pages.Preferences)
PageErrors = pages.PageErrors
