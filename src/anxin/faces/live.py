"""What makes a page live: a short-lived ticket for the push server, and leave for the browser to connect to it."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar
from uuid import UUID

from csp.constants import SELF
from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

from anxin.infra.clock import now
from anxin.infra.config import config
from anxin.infra.push import ticket_key
from anxin.kernel.live import Ticket, signed

V = TypeVar("V", bound=Callable[..., Any])

TICKET_LIFE = timedelta(seconds=60)  # to connect with; the connection itself lives longer


def live(view: V) -> V:
    """Let the browser of this page connect to the push server: its address joins the content security policy."""

    @wraps(view)
    def with_edge(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        allowed = csp_update({"connect-src": [SELF, edge_url(request)]})
        return allowed(view)(request, *args, **kwargs)

    return with_edge  # type: ignore[return-value]


def ticket_url(request: HttpRequest, holder: UUID, topics: Sequence[str]) -> str:
    """Return the address at which `holder` may listen to these topics, for a minute from now."""
    ticket = Ticket(str(holder), tuple(topics), now() + TICKET_LIFE)
    return f"{edge_url(request)}/events?ticket={signed(ticket, ticket_key())}"


def ticket_answer(request: HttpRequest, holder: UUID, topics: Sequence[str]) -> HttpResponse:
    """Answer a page that wants to listen."""
    answer = JsonResponse({"url": ticket_url(request, holder, topics)})
    answer["Cache-Control"] = "no-store"
    return answer


def edge_url(request: HttpRequest) -> str:
    """Return the origin of the push server as this reader's browser reaches it."""
    if config().edge_url:
        return config().edge_url.rstrip("/")
    host = request.get_host()
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    return f"{request.scheme}://{name}:{config().edge_port_number}"
