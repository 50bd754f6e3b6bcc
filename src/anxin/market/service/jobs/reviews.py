"""What reviews do when something happens elsewhere."""

from anxin.infra.outbox import subscribe
from anxin.kernel.clock import Instant
from anxin.market.people.events import PersonErased
from anxin.market.service.commands import reviews


@subscribe(PersonErased)
def anonymise(event: PersonErased, *, now: Instant) -> None:  # noqa: ARG001
    """A person asked to be forgotten: what they said of goods stays, without name and pictures."""
    reviews.anonymise_reviews(event.person_id)
