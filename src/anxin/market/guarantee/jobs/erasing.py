"""What the guarantee does when a person asks to be forgotten."""

from uuid import UUID

from anxin.infra.outbox import subscribe
from anxin.kernel.clock import Instant
from anxin.market.guarantee.commands import erasing
from anxin.market.guarantee.events.claims import ClaimClosed, ClaimDone
from anxin.market.people.commands import before_erasing
from anxin.market.people.events import PersonErased
from anxin.market.people.queries import person

before_erasing(erasing.check_nothing_open)


@subscribe(PersonErased)
def forget(event: PersonErased, *, now: Instant) -> None:
    """A person asked to be forgotten: amounts and decisions stay, their words and files go."""
    erasing.forget_buyer(event.person_id, now=now)


@subscribe(ClaimDone)
def forget_after_end(event: ClaimDone, *, now: Instant) -> None:
    """A claim that slipped in while its buyer was forgotten is done."""
    _forget_if_erased(event.person_id, now)


@subscribe(ClaimClosed)
def forget_after_closing(event: ClaimClosed, *, now: Instant) -> None:
    """A claim that slipped in while its buyer was forgotten is closed."""
    _forget_if_erased(event.person_id, now)


def _forget_if_erased(person_id: UUID, now: Instant) -> None:
    if person(person_id).erased_at is not None:
        erasing.forget_buyer(person_id, now=now)
