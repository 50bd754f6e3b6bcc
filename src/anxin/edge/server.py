"""The push server as a process: one event loop, one subscription to the bus, many listeners."""

import asyncio
import logging
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import uvicorn
import uvloop

from anxin.edge.app import Connection, create_app
from anxin.edge.hub import Hub, Limits
from anxin.kernel.clock import Instant
from anxin.kernel.live import HINT_BYTES_MAX, BadHint, unpacked

log = logging.getLogger(__name__)

GRACE_SECONDS = 3  # for listeners to take their last frame when we stop
UNREAD_MS_MAX = 30_000  # a peer that acknowledges nothing for so long is dead (RFC 5482)
BACKLOG = 1024
HINTS_A_TURN = 16  # then the listeners' buffers are written out


@dataclass(frozen=True)
class Settings:
    """Where to listen, the bus, the key of tickets, the clock that they are checked by, and the limits."""

    host: str
    port: int
    bus: socket.socket
    key: str
    clock: Callable[[], Instant]
    limits: Limits = field(default_factory=Limits)


class Server(uvicorn.Server):
    """Uvicorn, which sends the listeners away before it waits for them."""

    def __init__(self, config: uvicorn.Config, hub: Hub) -> None:
        super().__init__(config)
        self._hub = hub

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop when asked, inside the loop, and end as a process that did what it was asked (uvicorn would raise it again)."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._leave)
        yield

    def _leave(self) -> None:
        self._hub.close()
        self.should_exit = True


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serving(settings))


async def serving(settings: Settings) -> None:
    """Serve in the running event loop until a signal."""
    hub = Hub(settings.limits)
    server = Server(_uvicorn(hub, settings), hub)
    loop = asyncio.get_running_loop()
    loop.add_reader(settings.bus, lambda: drain(settings.bus, hub))
    beating = loop.create_task(_beat(hub))
    try:
        await server.serve(sockets=[listening(settings.host, settings.port)])
    finally:
        loop.remove_reader(settings.bus)
        beating.cancel()
        with suppress(asyncio.CancelledError):
            await beating


def listening(host: str, port: int) -> socket.socket:
    """Return the socket that listeners come to; a connection that nobody reads from is given up by the kernel."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    door = socket.socket(family, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    door.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD_MS_MAX)
    door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    door.bind((host, port))
    return door


def drain(bus: socket.socket, hub: Hub) -> None:
    """Pass on the hints that wait; one that cannot be read is skipped."""
    for _ in range(HINTS_A_TURN):
        try:
            data = bus.recv(HINT_BYTES_MAX + 1)
        except BlockingIOError:
            return
        try:
            hub.tell(unpacked(data))
        except BadHint:
            log.warning("skipped what is not a hint: %d bytes", len(data))


def _uvicorn(hub: Hub, settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        create_app(hub, settings.key, settings.clock),
        http=Connection,
        ws="none",
        lifespan="off",
        backlog=BACKLOG,
        access_log=False,  # a ticket in an address belongs into no log
        log_config=None,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


async def _beat(hub: Hub) -> None:
    part = 0
    while True:
        await asyncio.sleep(1)
        hub.beat(part)
        part += 1
