"""What the server knows of a viewer's screen: theme and time zone, both from cookies that the viewer set."""

from collections.abc import Callable
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

THEME_COOKIE = "theme"
ZONE_COOKIE = "zone"
CART_COUNT = "cart_count"  # session key: how many items the cart holds, for the bubble of the menus
THEMES = {"light": "anxin", "dark": "anxin-dark"}


def theme_of(request: HttpRequest) -> str:
    """Return `light`, `dark`, or the empty text where the viewer's system decides."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else ""


def zone_of(request: HttpRequest) -> ZoneInfo | None:
    """Return the viewer's time zone, None where the cookie is missing or names no zone."""
    name = request.COOKIES.get(ZONE_COOKIE, "")
    return ZoneInfo(name) if name in _zones() else None


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


class ViewerZone:
    """Middleware: pages write times in the viewer's zone, in Asia/Shanghai where it is unknown."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        zone = zone_of(request)
        with timezone.override(zone or timezone.get_default_timezone()):
            return self.get_response(request)


def viewer(request: HttpRequest) -> dict[str, str]:
    """Context of every page: the theme in force and its name in the style sheet."""
    theme = theme_of(request)
    return {"viewer_theme": theme, "viewer_theme_name": THEMES.get(theme, "")}
