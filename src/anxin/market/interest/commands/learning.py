"""Learning by a clock of the caller's: for whoever plays days of a market in minutes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from anxin.kernel.clock import Instant
from anxin.market.interest.brain.door import DOOR
from anxin.market.interest.brain.learner import Learner
from anxin.market.interest.errors import AlreadyLearning

Follow = Callable[[Instant], None]


@contextmanager
def learning_by(seconds: Callable[[], float]) -> Iterator[Follow | None]:
    """Be this market's learner meanwhile: yields what learns all that was told, for this process's next page.

    Yields None where the market's own learner is at work: that one learns.
    """
    try:
        learner = Learner(seconds)
    except AlreadyLearning:
        yield None
        return

    def follow(now: Instant) -> None:
        while learner.step(now):
            pass
        DOOR.load_now()

    try:
        yield follow
    finally:
        learner.close()
