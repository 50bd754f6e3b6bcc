"""What creators do when something happens elsewhere."""

from anxin.infra.outbox import subscribe
from anxin.kernel.clock import Instant
from anxin.market.creators import commands
from anxin.market.people.events import PersonErased


@subscribe(PersonErased)
def forget(event: PersonErased, *, now: Instant) -> None:
    """A person asked to be forgotten: nothing about them as a creator stays."""
    commands.close_creator_of_person(event.person_id, now=now)
