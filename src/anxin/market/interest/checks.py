"""What must be true of the interest engine's files, of its learner, and of those who are to be forgotten."""

from datetime import timedelta

from anxin.infra import clock
from anxin.infra.doctor import Broken, check
from anxin.market.interest.brain.door import Door, is_written
from anxin.market.interest.models import Forgetting
from anxin.market.interest.queries.overview import LearnerState, learner_state

LATE = timedelta(hours=1)  # so old an event that nobody learned says that no learner runs


@check("interest.engine")
def engine() -> str:
    """The engine's files can be served from; without any, the feed goes by what is popular and new."""
    if not is_written():
        return "nothing was learned yet: the feed goes by popularity"
    door = Door()  # one of its own: what a server still holds says nothing about the files
    loaded = door.load_now()
    if loaded is None:
        raise Broken(f"the feed goes by popularity: {door.reason}")
    told = loaded.manifest
    return f"version {told.version}: {len(loaded.ids):,} items, {told.learned:,} impressions learned"


@check("interest.learner")
def learner() -> str:
    """The learner follows what is told: an event that waits for an hour says that none runs."""
    state = learner_state(now=clock.now())
    if state.is_empty or state.problem:
        return "nothing was learned yet" if state.is_empty else "see interest.engine"
    said = waiting(state)
    if state.waiting_s > LATE.total_seconds():
        raise Broken(f"{said}: `anxin learner` does not run, or is late")
    return said


@check("interest.forgetting")
def forgetting() -> str:
    """Whoever begins anew or is erased is forgotten within the day, all of it."""
    late = Forgetting.objects.filter(until__lt=clock.now() - timedelta(days=1)).count()
    if late:
        raise Broken(f"{late:,} people wait for more than a day until what they did is nobody's: does the worker run?")
    return f"{Forgetting.objects.count():,} people are being forgotten"


def waiting(state: LearnerState) -> str:
    """Return how many events wait and how old the oldest is."""
    most = " or more" if state.more_wait else ""
    return f"{state.waiting:,}{most} events wait, the oldest for {state.waiting_s:,} s"
