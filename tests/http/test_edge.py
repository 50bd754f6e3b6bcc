"""The push server as a process: tickets, hints from the bus, slow readers, its end."""

import socket
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from anxin.infra import clock
from anxin.infra.push import FOLDER, PATIENCE_SECONDS, Bus
from anxin.infra.secrets import secret
from anxin.kernel.live import Hint, Ticket, packed, signed
from tests.support.edge import LiveEdge

PATIENCE = 20
TOPIC = "shop/1"
HINTS = 2_000


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveEdge]:
    # A home so deep that no socket address could hold its path.
    server = LiveEdge(tmp_path_factory.mktemp("edge") / ("deep" * 30))
    server.start()
    yield server
    server.stop()


def a_ticket(home: Path, *topics: str, holder: str = "somebody", seconds: float = 60, key: str = "") -> str:
    until = clock.now() + timedelta(seconds=seconds)
    return signed(Ticket(holder, topics or (TOPIC,), until), key or secret(home, "edge.key"))


def tell(home: Path, count: int = 1, topic: str = TOPIC, **payload: object) -> None:
    bus = Bus(home / FOLDER)
    for number in range(count):
        bus.tell(packed(Hint(topic, {"seq": number, **payload})))


class Reader:
    """A listener at a plain socket, which reads only when asked."""

    def __init__(self, edge: LiveEdge, ticket: str, buffer: int = 0) -> None:
        self.socket = socket.socket()
        if buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(("127.0.0.1", edge.port))
        self.socket.sendall(f"GET /events?ticket={ticket} HTTP/1.1\r\nHost: edge\r\n\r\n".encode())
        self.text = b""
        self.read_until(b"event: ready")

    def read_until(self, words: bytes) -> bytes:
        while words not in self.text:
            data = self.socket.recv(65536)
            assert data, self.text[-500:]
            self.text += data
        return self.text

    def read_all(self) -> bytes:
        while data := self.socket.recv(65536):
            self.text += data
        return self.text

    def close(self) -> None:
        self.socket.close()


def test_a_hint_reaches_who_holds_a_ticket_for_its_topic(edge):
    reader = Reader(edge, a_ticket(edge.home))
    tell(edge.home, topic="shop/2")
    tell(edge.home, kind="message")
    text = reader.read_until(b'"kind":"message"')
    assert b"shop/2" not in text
    reader.close()


@pytest.mark.parametrize("facts", [{"key": "a key of their own"}, {"seconds": -1}], ids=["forged", "over"])
def test_a_ticket_that_is_forged_or_over_opens_nothing(edge, facts):
    answer = httpx.get(f"{edge.url}/events", params={"ticket": a_ticket(edge.home, **facts)})
    assert (answer.status_code, answer.json()["code"]) == (401, "kernel.bad_ticket")


def test_without_a_ticket_there_is_nothing(edge):
    assert httpx.get(f"{edge.url}/events").status_code == 401
    assert httpx.get(f"{edge.url}/").status_code == 404
    assert httpx.post(f"{edge.url}/events").status_code == 405


def test_one_holder_has_an_end_of_connections(edge):
    ticket = a_ticket(edge.home, holder="many")
    readers = [Reader(edge, ticket) for _ in range(12)]
    answer = httpx.get(f"{edge.url}/events", params={"ticket": ticket})
    assert (answer.status_code, answer.json()["code"]) == (429, "edge.full")
    for reader in readers:
        reader.close()


def test_who_reads_too_slowly_is_told_to_refetch_and_disconnected_while_others_stay(edge):
    slow = Reader(edge, a_ticket(edge.home, "room/9"), buffer=4096)
    quick = Reader(edge, a_ticket(edge.home, "room/9"))
    for number in range(100):  # about 4 MB: more than the kernel's buffers and the queue hold
        tell(edge.home, 5, topic="room/9", round=number, text="x" * 7500)
        quick.read_until(b'"seq":4,"round":%d,' % number)
        quick.text = b""
    assert slow.read_all().rstrip().endswith(b"event: refetch\ndata:\n\n\r\n0")
    quick.close()
    slow.close()


def test_nonsense_on_the_bus_is_skipped(edge):
    reader = Reader(edge, a_ticket(edge.home))
    Bus(edge.home / FOLDER).tell(b"nonsense")
    tell(edge.home, kind="after")
    reader.read_until(b'"kind":"after"')
    reader.close()


def test_a_stopped_edge_sends_its_listeners_away_at_once_and_leaves_no_socket(tmp_path):
    edge = LiveEdge(tmp_path)
    edge.start()
    reader = Reader(edge, a_ticket(tmp_path))
    assert edge.stop() == 0
    assert b"event: renew" in reader.read_all()
    assert "graceful" not in (tmp_path / "edge.log").read_text()  # nobody had to be cut off
    assert list((tmp_path / FOLDER).iterdir()) == []
    reader.close()


def test_telling_nobody_costs_nothing_and_fails_nobody(tmp_path):
    tell(tmp_path)  # no folder
    (tmp_path / FOLDER).mkdir()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as gone:
        gone.bind(str(tmp_path / FOLDER / "1.sock"))
    tell(tmp_path, 1000)  # a socket that nobody holds


def test_a_hung_edge_slows_nobody_down_for_long(tmp_path, monkeypatch):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as hung:
        (tmp_path / FOLDER).mkdir()
        monkeypatch.chdir(tmp_path / FOLDER)
        hung.bind("1.sock")
        started = time.monotonic()
        tell(tmp_path, HINTS, text="x" * 1000)
        assert time.monotonic() - started < HINTS * PATIENCE_SECONDS / 4  # most were not tried
