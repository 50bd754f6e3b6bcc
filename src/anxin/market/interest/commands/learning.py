"""Learning by a clock of the caller's: for whoever plays days of a market in minutes."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from anxin.kernel.clock import Instant
from anxin.market.interest import store
from anxin.market.interest.brain.door import DOOR
from anxin.market.interest.brain.learner import OVERLAP, Learner
from anxin.market.interest.errors import AlreadyLearning

OTHERS_SECONDS_MAX = 60.0
LOOK_SECONDS = 0.1


@dataclass(frozen=True)
class Learning:
    """The learner of this market meanwhile."""

    learner: Learner

    @property
    def is_behind(self) -> bool:
        """Whether something was told that was not learned; an open transaction hides what was told after it began."""
        cursor = self.learner.learned.cursor
        return store.is_told_after(cursor.tx, cursor.id, cursor.day - OVERLAP)

    def follow(self, now: Instant) -> None:
        """Learn what can be read, for this process's next page."""
        while self.learner.step(now):
            pass
        DOOR.load_now()

    def finish(self, now: Instant) -> None:
        """Learn all that was told; what stands beside an open transaction is waited for, but not for ever."""
        until = time.monotonic() + OTHERS_SECONDS_MAX
        self.follow(now)
        while self.is_behind and time.monotonic() < until:
            time.sleep(LOOK_SECONDS)
            self.follow(now)


@contextmanager
def learning_by(seconds: Callable[[], float]) -> Iterator[Learning | None]:
    """Be this market's learner meanwhile. Yields None where the market's own learner is at work: that one learns."""
    try:
        learner = Learner(seconds)
    except AlreadyLearning:
        yield None
        return
    try:
        yield Learning(learner)
    finally:
        learner.close()
