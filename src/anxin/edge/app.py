"""The push server's two addresses: `/events?ticket=…` streams, `/health` says that it runs."""

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from anxin.edge.hub import Full, Hub
from anxin.kernel.clock import Instant
from anxin.kernel.live import BadTicket, Ticket, read_ticket

# Who may listen is said by the ticket in the address, not by a cookie, so any page may ask.
ANYWHERE = {"Access-Control-Allow-Origin": "*", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
STREAM_HEADERS = [
    *((name.lower().encode(), value.encode()) for name, value in ANYWHERE.items()),
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"transfer-encoding", b"chunked"),
    (b"connection", b"close"),
    (b"x-accel-buffering", b"no"),
]
FULL_RETRY_SECONDS = 30
CONNECTION = "anxin.connection"  # our extension of ASGI: the transport of the request


class Connection(HttpToolsProtocol):
    """Uvicorn's HTTP, which lets the application write to the connection itself.

    ASGI's `send` would wake a task for every message of every listener: 32 µs each where the write costs 10.
    """

    def on_headers_complete(self) -> None:
        """Put the connection into the request's scope."""
        self.scope["extensions"] = {CONNECTION: {"transport": self.transport}}
        super().on_headers_complete()


class Stream(Response):
    """An answer that is written by the hub and ends with its connection."""

    def __init__(self, hub: Hub, ticket: Ticket) -> None:
        self._hub = hub
        self._ticket = ticket
        self.status_code = 200
        self.background = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Join the hub until the connection is gone, whoever ended it."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": STREAM_HEADERS})
        transport = scope["extensions"][CONNECTION]["transport"]
        listener = self._hub.join(self._ticket.holder, self._ticket.topics, transport)
        try:
            while (await receive())["type"] != "http.disconnect":
                pass
        finally:
            self._hub.leave(listener)


def create_app(hub: Hub, key: str, clock: Callable[[], Instant]) -> Starlette:
    """Return the application: tickets are checked with `key` at the time that `clock` tells."""

    async def events(request: Request) -> Response:
        if request.method == "HEAD":
            return Response(headers=ANYWHERE, media_type="text/event-stream")
        try:
            ticket = read_ticket(request.query_params.get("ticket", ""), key, now=clock())
            hub.check_room(ticket.holder, ticket.topics)
        except BadTicket as refused:
            return JSONResponse({"code": refused.code}, 401, ANYWHERE)
        except Full:
            return JSONResponse({"code": "edge.full"}, 429, {**ANYWHERE, "Retry-After": str(FULL_RETRY_SECONDS)})
        return Stream(hub, ticket)

    async def health(_request: Request) -> Response:
        return JSONResponse({"status": "ok"}, headers=ANYWHERE)

    return Starlette(routes=[Route("/events", events, methods=["GET"]), Route("/health", health)])
