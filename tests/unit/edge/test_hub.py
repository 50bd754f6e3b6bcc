"""The push server's hub: who gets what, in how many writes, and who is sent away."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from anxin.edge.hub import HEARTBEAT, READY, REFETCH, RENEW, Full, Hub, Limits, chunk, framed
from anxin.kernel.live import Hint

SOON = Limits(gather_seconds=0)


class FakeConnection:
    """A connection whose peer reads when told to."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.unread = 0
        self.closed = False

    def write(self, data: bytes) -> None:
        self.written.append(data)

    def get_write_buffer_size(self) -> int:
        return self.unread

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    @property
    def text(self) -> bytes:
        return b"".join(self.written)


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a test in a thread of its own: after browser tests, this process's first thread has a loop already."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(lambda: asyncio.run(test())).result()


async def gathered() -> None:
    """Let the hub write what it gathered."""
    for _ in range(3):
        await asyncio.sleep(0)


def test_a_hint_reaches_the_listeners_of_its_topic_and_nobody_else():
    async def play() -> None:
        hub, near, far = Hub(SOON), FakeConnection(), FakeConnection()
        hub.join("a", ("shop/1", "person/1"), near)
        hub.join("b", ("shop/2",), far)
        hub.tell(Hint("shop/1", {"seq": 7}))
        hub.tell(Hint("shop/9", {"seq": 8}))
        await gathered()
        assert near.written == [chunk(READY), chunk(framed(Hint("shop/1", {"seq": 7})))]
        assert far.written == [chunk(READY)]

    run(play)


def test_hints_of_one_moment_are_one_write():
    async def play() -> None:
        hub, connection = Hub(SOON), FakeConnection()
        hub.join("a", ("shop/1",), connection)
        for number in range(10):
            hub.tell(Hint("shop/1", {"seq": number}))
        await gathered()
        assert len(connection.written) == 2
        assert connection.written[1].count(b"data: {") == 10

    run(play)


def test_more_hints_than_a_frame_holds_are_several_frames():
    async def play() -> None:
        hub, connection = Hub(Limits(gather_seconds=0, frame_bytes_max=110)), FakeConnection()
        hub.join("a", ("shop/1",), connection)
        for number in range(9):
            hub.tell(Hint("shop/1", {"seq": number}))
        await gathered()
        assert [frame.count(b"data: {") for frame in connection.written[1:]] == [3, 3, 3]

    run(play)


def test_a_slow_listener_is_told_to_refetch_and_dropped_while_the_others_stay():
    async def play() -> None:
        hub, slow, quick = Hub(SOON), FakeConnection(), FakeConnection()
        hub.join("a", ("shop/1",), slow)
        hub.join("b", ("shop/1",), quick)
        slow.unread = SOON.queue_bytes_max
        hub.tell(Hint("shop/1", {"seq": 1}))
        await gathered()
        assert slow.closed
        assert slow.text.endswith(chunk(REFETCH) + b"0\r\n\r\n")
        assert b"seq" not in slow.text
        assert not quick.closed
        assert b"seq" in quick.text
        assert hub.dropped == 1

    run(play)


def test_who_left_is_written_to_no_more():
    async def play() -> None:
        hub, connection = Hub(SOON), FakeConnection()
        listener = hub.join("a", ("shop/1",), connection)
        hub.tell(Hint("shop/1"))
        hub.leave(listener)
        hub.leave(listener)
        await gathered()
        assert connection.written == [chunk(READY)]
        assert hub.listeners == 0

    run(play)


@pytest.mark.parametrize(
    "limits",
    [Limits(listeners_max=1), Limits(listeners_of_topic_max=1), Limits(listeners_of_holder_max=1)],
)
def test_there_is_an_end_to_connections_of_all_of_a_topic_and_of_a_holder(limits):
    async def play() -> None:
        hub = Hub(limits)
        listener = hub.join("a", ("shop/1",), FakeConnection())
        with pytest.raises(Full):
            hub.check_room("a", ("shop/1",))
        hub.leave(listener)
        hub.check_room("a", ("shop/1",))

    run(play)


def test_the_quiet_hear_a_heartbeat_and_the_others_need_none():
    async def play() -> None:
        hub, quiet, lively = Hub(SOON), FakeConnection(), FakeConnection()
        hub.join("a", ("shop/1",), quiet)
        hub.join("b", ("shop/2",), lively)
        one_round(hub)  # the greeting counted as a sign of life
        hub.tell(Hint("shop/2"))
        await gathered()
        one_round(hub)
        assert quiet.written[-1] == chunk(HEARTBEAT)
        assert lively.written[-1] != chunk(HEARTBEAT)

    run(play)


def test_a_connection_that_had_its_time_is_asked_to_come_again():
    async def play() -> None:
        hub, connection = Hub(Limits(life_seconds=0)), FakeConnection()
        hub.join("a", ("shop/1",), connection)
        one_round(hub)
        assert connection.closed
        assert chunk(RENEW) in connection.text

    run(play)


def test_closing_sends_everybody_away_and_takes_nobody_in():
    async def play() -> None:
        hub, connection = Hub(SOON), FakeConnection()
        hub.join("a", ("shop/1",), connection)
        hub.close()
        assert connection.closed
        assert connection.text.endswith(chunk(RENEW) + b"0\r\n\r\n")
        with pytest.raises(Full):
            hub.check_room("b", ("shop/1",))

    run(play)


def one_round(hub: Hub) -> None:
    for part in range(hub.limits.heartbeat_seconds):
        hub.beat(part)
