"""The clocks of complaints, and what they do when a person is forgotten."""

from uuid import UUID

from anxin.infra.deadlines import on_due
from anxin.infra.outbox import subscribe
from anxin.kernel.clock import Instant
from anxin.market.people.events import PersonErased
from anxin.market.service.commands import complaints
from anxin.market.service.store.complaints import ACKNOWLEDGE, ANSWER, MERCHANT


@on_due(ACKNOWLEDGE)
def acknowledge_overdue(subject: UUID, _version: int, *, now: Instant) -> None:
    """24 hours after filing."""
    complaints.acknowledge_overdue(subject, now=now)


@on_due(MERCHANT)
def note_merchant_silent(subject: UUID, _version: int, *, now: Instant) -> None:
    """48 hours after filing."""
    complaints.note_merchant_silent(subject, now=now)


@on_due(ANSWER)
def remind_of_answer(subject: UUID, _version: int, *, now: Instant) -> None:
    """Five working days after filing, and every day from then on."""
    complaints.remind_of_answer(subject, now=now)


@subscribe(PersonErased)
def forget_words(event: PersonErased, *, now: Instant) -> None:
    """A person asked to be forgotten: open complaints end, of the others only the outcome stays."""
    complaints.anonymise_complaints(event.person_id, now=now)
