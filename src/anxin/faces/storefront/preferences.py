"""How a reader likes the pages: language and theme, kept in cookies; no account is needed."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from anxin.faces.access import operation
from anxin.ui.viewer import THEME_COOKIE, THEMES

YEAR_SECONDS = 365 * 24 * 3600


@require_POST
@operation("preferences.set")
def preferences(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language or theme and go back to the page it was chosen on."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/"
    answer = HttpResponseRedirect(back)
    language, theme = request.POST.get("language"), request.POST.get("theme")
    if language in dict(settings.LANGUAGES):
        _keep(answer, settings.LANGUAGE_COOKIE_NAME, language)
    if theme in THEMES:
        _keep(answer, THEME_COOKIE, theme)
    elif theme == "system":
        answer.delete_cookie(THEME_COOKIE, samesite="Lax")
    return answer


def _keep(answer: HttpResponse, name: str, value: str | None) -> None:
    answer.set_cookie(name, value or "", max_age=YEAR_SECONDS, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)


urlpatterns = [path("preferences", preferences, name="preferences")]
