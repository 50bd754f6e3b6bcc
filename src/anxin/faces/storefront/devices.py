"""The devices on which I am logged in: see them, end one or all the others."""

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from anxin.faces.access import operation, person_of
from anxin.market.people.errors import NotHere

# Looked for in this order, because every browser also claims to be its ancestors.
BROWSERS = {
    "MicroMessenger": "微信",
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "HarmonyOS": "HarmonyOS",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}
PHONES = {"iPhone", "HarmonyOS", "Android"}


@dataclass(frozen=True)
class Device:
    """One login as its owner recognises it."""

    id: int
    name: str
    icon: str
    address: str
    since: datetime
    is_current: bool


def device_name(user_agent: str) -> tuple[str, str]:
    """Return what to call a browser (`Chrome · Android`) and the icon of its kind."""
    browser = next((name for mark, name in BROWSERS.items() if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS.items() if mark in user_agent), "")
    name = " · ".join(filter(None, (browser, system)))
    return name or user_agent.partition("/")[0][:40] or "?", "smartphone" if system in PHONES else "laptop"


@require_GET
@operation("account.security")
def devices(request: HttpRequest) -> HttpResponse:
    """List every login that is open, this one first."""
    here = request.session.session_key
    open_sessions = UserSession.objects.purge_and_list(request.user)
    found = [
        _device(session, here) for session in sorted(open_sessions, key=lambda each: each.created_at, reverse=True)
    ]
    found.sort(key=lambda device: not device.is_current)
    return render(request, "usersessions/usersession_list.html", {"devices": found})


@require_POST
@operation("account.security")
def end_session(request: HttpRequest, session: int) -> HttpResponse:
    """Log one device out."""
    found = UserSession.objects.filter(pk=session, user_id=person_of(request)).first()
    if found is None:
        raise NotHere
    found.end()
    messages.success(request, _("That device is logged out."))
    return redirect("usersessions_list")


@require_POST
@operation("account.security")
def end_others(request: HttpRequest) -> HttpResponse:
    """Log every other device out."""
    mine = UserSession.objects.filter(user_id=person_of(request))
    for session in mine.exclude(session_key=request.session.session_key):
        session.end()
    messages.success(request, _("Every other device is logged out."))
    return redirect("usersessions_list")


def _device(session: UserSession, here: str | None) -> Device:
    name, icon = device_name(session.user_agent)
    return Device(session.pk, name, icon, session.ip, session.created_at, session.session_key == here)


urlpatterns = [
    path("account/sessions/", devices, name="usersessions_list"),
    path("account/sessions/others/end", end_others, name="account_sessions_end"),
    path("account/sessions/<int:session>/end", end_session, name="account_session_end"),
]
