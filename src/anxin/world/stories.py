"""Stories of the demo market: things that people did in the last weeks, told through the platform's public commands.

A story is a generator: it does something, then yields the moment at which it goes on. The teller runs all of them on one
time line and lets the worker do in between what had become due.
"""

import heapq
import logging
from collections.abc import Callable, Generator, Iterable
from datetime import timedelta
from typing import TypeAlias

from anxin.infra.worker import drain
from anxin.kernel.clock import Instant
from anxin.kernel.errors import AnxinError

log = logging.getLogger(__name__)

Story: TypeAlias = Generator[Instant, None, None]
WORKER_EVERY = timedelta(hours=6)  # of the story's time: more often would change nothing that is told


def tell(stories: Iterable[Story], *, now: Instant, heard: Callable[[], object] = lambda: None) -> int:
    """Run stories until their ends or `now`, in the order of their moments; return how many ran."""
    waiting = [(moment, number, story) for number, story in enumerate(stories) if (moment := next(story, None))]
    heapq.heapify(waiting)
    told, worked_at = len(waiting), None
    while waiting:
        moment, number, story = heapq.heappop(waiting)
        if moment > now:
            heard()  # it goes on after today
            continue
        if worked_at is None or moment - worked_at >= WORKER_EVERY:
            drain(moment)
            worked_at = moment
        following = _go_on(story)
        if following is None:
            heard()
        else:
            heapq.heappush(waiting, (following, number, story))
    drain(now)
    return told


def _go_on(story: Story) -> Instant | None:
    """Return when a story goes on; what the rules do not allow is where it ends, and no reason for a market not to open."""
    try:
        return next(story, None)
    except AnxinError as refused:
        log.warning("a story of the demo ends early: %s", refused)
        return None
