"""The push server under idle listeners: memory for each, CPU for each message, one and ten a frame (BENCHMARKS 7)."""

import asyncio
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import psutil
from tests.support.ports import free_port

from anxin.infra.clock import now
from anxin.infra.config import config
from anxin.infra.push import FOLDER, Bus, ticket_key
from anxin.kernel.live import Hint, Ticket, packed, signed
from bench.live import ROOT

LISTENERS = 2000
WARM_LISTENERS = 50
ROUNDS = 60
A_FRAME = 10
PATIENCE_SECONDS = 60
GATHERING_SECONDS = 0.03  # longer than the edge gathers: the next hint begins another frame
MARK = b"data: {"
TOPIC = "room/1"


def edge() -> dict[str, Any]:
    """Measure a push server with LISTENERS connections in one room."""
    _allow_connections()
    with _running_edge() as (process, port):
        return asyncio.run(_measured(process, port, Bus(config().home_path / FOLDER)))


async def _measured(process: psutil.Process, port: int, bus: Bus) -> dict[str, Any]:
    warm = await _listening(port, WARM_LISTENERS)
    before = process.memory_info().rss
    crowd = _Crowd(warm.listeners + (await _listening(port, LISTENERS)).listeners)
    after = process.memory_info().rss
    idle = await _idle_share(process)
    one = await _cost(process, bus, crowd, 1)
    ten = await _cost(process, bus, crowd, A_FRAME)
    return {
        "listeners": len(crowd.listeners),
        "memory_kb_per_client": round((after - before) / LISTENERS / 1024, 1),
        "rss_mb": round(after / 1024 / 1024, 1),
        "idle_cpu_percent": round(idle * 100, 2),
        "cpu_us_per_message": round(one, 2),
        "cpu_us_per_message_batched": round(ten, 2),
        "messages_a_frame": A_FRAME,
        "lost": crowd.expected - crowd.received,
    }


class _Listener(asyncio.Protocol):
    """Counts the messages that it is sent."""

    def __init__(self, port: int, number: int) -> None:
        self.received = 0
        self.is_ready = asyncio.get_running_loop().create_future()
        ticket = signed(Ticket(f"bench-{number}", (TOPIC,), now() + timedelta(minutes=5)), ticket_key())
        self._request = f"GET /events?ticket={ticket} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.write(self._request)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self.received += data.count(MARK)
        if b"event: ready" in data and not self.is_ready.done():
            self.is_ready.set_result(None)


class _Crowd:
    """Listeners, and how many messages they should have by now."""

    def __init__(self, listeners: list[_Listener]) -> None:
        self.listeners = listeners
        self.expected = 0

    @property
    def received(self) -> int:
        return sum(listener.received for listener in self.listeners)

    async def tell(self, bus: Bus, hints: int) -> None:
        """Send hints at once and wait until everybody has them."""
        for number in range(hints):
            bus.tell(packed(Hint(TOPIC, {"kind": "message", "number": number, "text": "x" * 40})))
        self.expected += hints * len(self.listeners)
        until = time.perf_counter() + PATIENCE_SECONDS
        while self.received < self.expected and time.perf_counter() < until:  # noqa: ASYNC110 - counted by 2,000 listeners
            await asyncio.sleep(0.005)


async def _listening(port: int, count: int) -> _Crowd:
    loop = asyncio.get_running_loop()
    listeners = []
    for number in range(count):
        _, listener = await loop.create_connection(lambda number=number: _Listener(port, number), "127.0.0.1", port)
        listeners.append(listener)
    await asyncio.wait_for(asyncio.gather(*(listener.is_ready for listener in listeners)), PATIENCE_SECONDS)
    return _Crowd(listeners)


async def _idle_share(process: psutil.Process, seconds: float = 5.0) -> float:
    """Return the share of a core that connections cost which nobody tells anything."""
    before = _cpu(process)
    await asyncio.sleep(seconds)
    return (_cpu(process) - before) / seconds


async def _cost(process: psutil.Process, bus: Bus, crowd: _Crowd, a_frame: int) -> float:
    """Return microseconds of the edge's CPU for a message delivered to one listener."""
    await crowd.tell(bus, a_frame)  # the first round grows buffers
    before, expected = _cpu(process), crowd.expected
    for _ in range(ROUNDS):
        await crowd.tell(bus, a_frame)
        await asyncio.sleep(GATHERING_SECONDS)
    return (_cpu(process) - before) * 1e6 / (crowd.expected - expected)


def _cpu(process: psutil.Process) -> float:
    return sum(process.cpu_times()[:2])


@contextmanager
def _running_edge() -> Iterator[tuple[psutil.Process, int]]:
    """Run `anxin edge` on an empty data directory."""
    with tempfile.TemporaryDirectory(prefix="anxin-bench-") as home:
        port = free_port()
        os.environ.update(ANXIN_HOME=home, ANXIN_EDGE_PORT=str(port), ANXIN_LOG_LEVEL="ERROR")
        config.cache_clear()  # a command line may have read it before
        with (Path(home) / "edge.log").open("wb") as log:
            process = subprocess.Popen([sys.executable, "-m", "anxin.entry.edge"], cwd=ROOT, stdout=log, stderr=log)
        try:
            _wait_until_it_answers(port)
            yield psutil.Process(process.pid), port
        finally:
            process.terminate()
            process.wait(PATIENCE_SECONDS)


def _wait_until_it_answers(port: int) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            httpx.get(f"http://127.0.0.1:{port}/health", timeout=1)
        except httpx.TransportError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return


def _allow_connections() -> None:
    """Let this process, and the edge that it starts, hold enough sockets."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = LISTENERS + WARM_LISTENERS + 256
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))
