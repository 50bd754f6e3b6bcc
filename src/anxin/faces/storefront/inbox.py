"""The sandbox inbox: mail and text messages that were not sent. There is no such page in production."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from anxin.faces.access import operation
from anxin.infra.config import config
from anxin.market.people import queries


@never_cache
@require_GET
@operation("sandbox.use")
def inbox(request: HttpRequest) -> HttpResponse:
    """Show the latest messages that the sandbox kept."""
    return render(request, "account/inbox.html", {"messages_kept": queries.sandbox_messages()})


urlpatterns: list[URLPattern] = [path("sandbox/inbox", inbox, name="sandbox_inbox")] if config().is_sandbox else []
