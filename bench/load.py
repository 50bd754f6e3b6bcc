"""A plain HTTP load: keep-alive connections that send prepared requests as fast as they are answered."""

import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Tally:
    """Answers by status, and how long it took."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: float = 0.0

    def per_second(self, status: int) -> float:
        """Answers of a status a second."""
        return self.statuses[status] / self.seconds if self.seconds else 0.0


def hammer(port: int, request_of: Callable[[int, int], bytes], *, clients: int, seconds: float, most: int = 0) -> Tally:
    """Send `request_of(client, number)` over `clients` connections for `seconds`, or `most` requests each; count answers."""
    tally, until = Tally(), time.perf_counter() + seconds
    counts = [Counter[int]() for _ in range(clients)]

    def work(client: int) -> None:
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            number = 0
            while time.perf_counter() < until and (not most or number < most):
                connection.sendall(request_of(client, number))
                counts[client][_answer(connection)] += 1
                number += 1

    threads = [threading.Thread(target=work, args=(client,)) for client in range(clients)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tally.seconds = time.perf_counter() - started
    for count in counts:
        tally.statuses.update(count)
    return tally


def post(path: str, body: bytes, headers: str) -> bytes:
    """Return a POST as bytes; `headers` are whole lines with their line ends."""
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{headers}"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def _answer(connection: socket.socket) -> int:
    """Read one answer to its end; return its status."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += _more(connection)
    head, _, rest = data.partition(b"\r\n\r\n")
    length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    while len(rest) < length:
        rest += _more(connection)
    return int(head[9:12])


def _more(connection: socket.socket) -> bytes:
    data = connection.recv(65_536)
    if not data:
        raise ConnectionError("the server hung up")
    return data
