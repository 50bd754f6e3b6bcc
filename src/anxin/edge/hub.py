"""Who listens to what, and what is written to them. One event loop, no locks, no task for each message.

Hints about one topic are gathered for a moment and written to each of its listeners as one frame: ten hints in a frame cost
little more than one. The queue of a listener is its connection's write buffer; one that does not read fast enough is told to
fetch everything anew, and goes.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from anxin.kernel.live import Hint

READY = b"retry: 3000\nevent: ready\ndata:\n\n"
REFETCH = b"event: refetch\ndata:\n\n"  # something was missed
RENEW = b"event: renew\ndata:\n\n"  # this connection has had its time: come again with a fresh ticket
HEARTBEAT = b":\n\n"
END = b"0\r\n\r\n"


class Transport(Protocol):
    """The part of `asyncio.Transport` that a listener is written to through; `write` never waits."""

    def write(self, data: bytes) -> None: ...
    def get_write_buffer_size(self) -> int: ...
    def is_closing(self) -> bool: ...
    def close(self) -> None: ...


@dataclass(frozen=True)
class Limits:
    """What one push server takes on."""

    listeners_max: int = 50_000
    listeners_of_topic_max: int = 20_000
    listeners_of_holder_max: int = 12
    queue_bytes_max: int = 128 * 1024
    frame_bytes_max: int = 16 * 1024  # hints of one moment that are longer are several frames
    gather_seconds: float = 0.02
    heartbeat_seconds: int = 20
    life_seconds: float = 900.0  # how long a permission that was withdrawn may still be used


class Full(Exception):
    """One more listener would be too many."""


class Listener:
    """One connection. What it is given is written already in chunks (RFC 9112 7.1), the same bytes for everybody."""

    __slots__ = ("holder", "is_quiet", "topics", "transport", "until")

    def __init__(self, holder: str, topics: tuple[str, ...], transport: Transport, until: float) -> None:
        self.holder = holder
        self.topics = topics
        self.transport = transport
        self.until = until  # of the loop's clock
        self.is_quiet = True  # nothing was written since the last heartbeat

    def give(self, chunks: bytes, limit: int) -> bool:
        """Write, unless the listener is too far behind: then it is told so and dropped, and False returned."""
        if self.transport.is_closing():
            return True
        waiting = self.transport.get_write_buffer_size()
        if waiting and waiting + len(chunks) > limit:
            self.end(REFETCH)
            return False
        self.transport.write(chunks)
        self.is_quiet = False
        return True

    def end(self, words: bytes) -> None:
        """Write the last words and hang up once they are sent."""
        if not self.transport.is_closing():
            self.transport.write(chunk(words) + END)
            self.transport.close()


class Room:
    """The listeners of one topic and the hints gathered for them."""

    __slots__ = ("gathered", "listeners", "size")

    def __init__(self) -> None:
        self.listeners: set[Listener] = set()
        self.gathered: list[bytes] = []
        self.size = 0


class Hub:
    """Everybody who listens at this process."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.dropped = 0
        self._rooms: dict[str, Room] = {}
        self._listeners: set[Listener] = set()
        self._held: Counter[str] = Counter()
        self._closing = False

    @property
    def listeners(self) -> int:
        """How many listen."""
        return len(self._listeners)

    def check_room(self, holder: str, topics: tuple[str, ...]) -> None:
        """Raise Full when one more listener of this holder and these topics would be too many."""
        fullest = max((len(self._rooms[topic].listeners) for topic in topics if topic in self._rooms), default=0)
        if (
            self._closing
            or len(self._listeners) >= self.limits.listeners_max
            or self._held[holder] >= self.limits.listeners_of_holder_max
            or fullest >= self.limits.listeners_of_topic_max
        ):
            raise Full

    def join(self, holder: str, topics: tuple[str, ...], transport: Transport) -> Listener:
        """Take in one more listener and greet it."""
        until = asyncio.get_running_loop().time() + self.limits.life_seconds
        listener = Listener(holder, topics, transport, until)
        self._listeners.add(listener)
        self._held[holder] += 1
        for topic in topics:
            self._rooms.setdefault(topic, Room()).listeners.add(listener)
        listener.give(chunk(READY), self.limits.queue_bytes_max)
        return listener

    def leave(self, listener: Listener) -> None:
        """Forget a listener; once more is fine."""
        if listener not in self._listeners:
            return
        self._listeners.discard(listener)
        self._held[listener.holder] -= 1
        if not self._held[listener.holder]:
            del self._held[listener.holder]
        for topic in set(listener.topics):
            room = self._rooms[topic]
            room.listeners.discard(listener)
            if not room.listeners:
                del self._rooms[topic]

    def tell(self, hint: Hint) -> None:
        """Pass a hint on to whoever listens to its topic, together with what else happens there in this moment."""
        room = self._rooms.get(hint.topic)
        if room is None:
            return
        frame = framed(hint)
        if room.size + len(frame) > self.limits.frame_bytes_max:
            self._flush(room)
        room.gathered.append(frame)
        room.size += len(frame)
        if len(room.gathered) == 1:
            asyncio.get_running_loop().call_later(self.limits.gather_seconds, self._flush, room)

    def beat(self, part: int) -> None:
        """Look after one part of `heartbeat_seconds`: end whose time is over, show the others that we are still here."""
        parts, now = self.limits.heartbeat_seconds, asyncio.get_running_loop().time()
        for listener in [each for each in self._listeners if id(each) // 64 % parts == part % parts]:
            if now >= listener.until:
                listener.end(RENEW)
            elif listener.is_quiet:
                self._give([listener], HEARTBEAT)
            listener.is_quiet = True

    def close(self) -> None:
        """Send everybody away: they come back to whoever serves then."""
        self._closing = True
        for listener in self._listeners:
            listener.end(RENEW)

    def _flush(self, room: Room) -> None:
        if room.gathered:
            self._give(room.listeners, b"".join(room.gathered))
            room.gathered.clear()
            room.size = 0

    def _give(self, listeners: Iterable[Listener], frame: bytes) -> None:
        chunks, limit = chunk(frame), self.limits.queue_bytes_max
        for listener in listeners:
            if not listener.give(chunks, limit):
                self.dropped += 1


def framed(hint: Hint) -> bytes:
    """Return a hint as an event of a stream (WHATWG HTML 9.2): its topic and payload as one JSON object."""
    text = json.dumps({"topic": hint.topic, **hint.payload}, separators=(",", ":"), ensure_ascii=False)
    return f"data: {text}\n\n".encode()


def chunk(frame: bytes) -> bytes:
    """Return a frame as one chunk of an HTTP/1.1 body."""
    return b"%x\r\n%b\r\n" % (len(frame), frame)
