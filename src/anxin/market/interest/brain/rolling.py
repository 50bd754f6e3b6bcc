"""Going back to a version of the rank model, as the learner does it."""

from dataclasses import dataclass

from anxin.engine.rank import snapshots
from anxin.engine.rank.log import Log
from anxin.engine.rank.model import Model
from anxin.engine.rank.snapshots import Version
from anxin.engine.serving import RECIPE
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.interest.brain import files
from anxin.market.interest.errors import UnknownVersion
from anxin.market.interest.models import Rollback

NEWEST_KEPT = 4  # versions, a minute apart
HOURS_KEPT = 3  # then the newest of each hour
DAYS_KEPT = 4  # then of each day [CHOICE]: eleven versions of 20 MB
HOUR, DAY = 3_600, 86_400


@dataclass(frozen=True)
class Wanted:
    """A version that an operator wants back."""

    id: int
    position: int


def wanted() -> Wanted | None:
    """Return what waits to be done."""
    row = Rollback.objects.filter(done_at=None).values_list("pk", "position").first()
    return Wanted(*row) if row else None


def go_back(record: Log, position: int) -> Model:
    """Put a version in the model's place and go on from the end of the log: what came between is not learned again.

    Raises UnknownVersion, ModelUnreadable.
    """
    folder = files.folder() / "snapshots"
    version = next((one for one in snapshots.versions(folder) if one.position == position), None)
    if version is None:
        raise UnknownVersion(position)
    model = snapshots.restore(folder, version, files.folder() / files.RANK, RECIPE)
    model.start_at(record.end)
    return model


@transactional
def done(wish: Wanted, failure: str = "", *, now: Instant) -> None:
    """Write down that it was done, or why it could not be."""
    Rollback.objects.filter(pk=wish.id).update(done_at=now, failure=failure[:300])


def kept(versions: list[Version]) -> set[int]:
    """Return the positions that are kept: the newest, then one an hour, then one a day."""
    newest_first = sorted(versions, key=lambda one: one.position, reverse=True)
    found = {one.position for one in newest_first[:NEWEST_KEPT]}
    for length, most in ((HOUR, HOURS_KEPT), (DAY, DAYS_KEPT)):
        first_of = dict[int, int]()
        for one in newest_first:
            first_of.setdefault(one.taken_at // length, one.position)
        found |= set(list(first_of.values())[:most])
    return found
