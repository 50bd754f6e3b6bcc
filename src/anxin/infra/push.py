"""Hints to the push server that something changed: sent after the commit, may be lost, never fail who sends them.

The bus of one machine is a datagram socket for each push server in a private folder of the data directory. In a cluster
this file and `anxin.entry.edge` are what changes; who calls `push` and what pages do stays (ADR 9).
"""

import logging
import os
import socket
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Self

from anxin.infra.config import config
from anxin.infra.secrets import secret
from anxin.infra.tx import after_commit
from anxin.kernel.live import Hint, packed

log = logging.getLogger(__name__)

FOLDER = "edge"
PATIENCE_SECONDS = 0.05  # a push server that is busy for longer misses the hint
SILENCE_SECONDS = 1.0  # after a hint was refused, so that a hung push server slows nobody down
RECEIVE_BYTES = 1024 * 1024


def push(topic: str, **payload: Any) -> None:
    """Hint, once the transaction has committed, that something about `topic` changed."""
    data = packed(Hint(topic, payload))
    after_commit(lambda: _bus(config().home_path).tell(data))


def ticket_key() -> str:
    """Return the key that tickets are signed with, made at first use."""
    return secret(config().home_path, "edge.key")


def listen(home: Path) -> socket.socket:
    """Return the socket on which this process, a push server, receives every hint of the machine."""
    folder = home / FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _sweep(folder)
    receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BYTES)
    receiver.setblocking(False)
    with _Opened(folder) as opened:
        own = folder / f"{os.getpid()}.sock"
        own.unlink(missing_ok=True)
        receiver.bind(opened.address(own.name))
    return receiver


class Bus:
    """The sending end: tells every push server of this machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._silent_until: dict[str, float] = {}

    def tell(self, data: bytes) -> None:
        """Send `data` to whoever listens; what cannot be delivered at once is lost."""
        with suppress(FileNotFoundError), _Opened(self._folder) as opened, _sender() as sender:
            for path in self._folder.glob("*.sock"):
                if time.monotonic() >= self._silent_until.get(path.name, 0.0):
                    self._send(sender, opened.address(path.name), data)

    def _send(self, sender: socket.socket, address: str, data: bytes) -> None:
        try:
            sender.sendto(data, address)
        except OSError as refused:  # nobody there, or its buffer is full
            self._silent_until[Path(address).name] = time.monotonic() + SILENCE_SECONDS
            log.debug("a hint was lost: %s", refused)


class _Opened:
    """A folder held open, so that a socket in it has a short address however deep the folder lies (sun_path: 108 bytes)."""

    def __init__(self, folder: Path) -> None:
        self.descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)

    def address(self, name: str) -> str:
        return f"/proc/self/fd/{self.descriptor}/{name}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        os.close(self.descriptor)


def _sender() -> socket.socket:
    sender = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    sender.settimeout(PATIENCE_SECONDS)
    return sender


def _sweep(folder: Path) -> None:
    """Remove the sockets of push servers that are no more."""
    with _Opened(folder) as opened, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as probe:
        for path in folder.glob("*.sock"):
            try:
                probe.connect(opened.address(path.name))
            except ConnectionRefusedError:
                path.unlink(missing_ok=True)


@cache
def _bus(home: Path) -> Bus:
    return Bus(home / FOLDER)
