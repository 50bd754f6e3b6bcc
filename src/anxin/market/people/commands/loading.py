"""Many people at once, for the demo market and for benchmarks."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.people.commands.addresses import NewAddress
from anxin.market.people.domain import Grant
from anxin.market.people.models import Address, Membership, Person

BATCH = 1_000


@dataclass(frozen=True)
class LoadedPerson:
    """A person with everything that the demo market gives them; the first address is the default."""

    id: UUID
    name: str
    email: str = ""
    phone: str = ""  # E.164
    joined_at: datetime | None = None
    addresses: tuple[NewAddress, ...] = ()
    grants: tuple[Grant, ...] = field(default=())


@transactional
def load_people(people: Sequence[LoadedPerson], password: str, *, now: Instant) -> None:
    """Write many people in a few statements. They share one password and so one hash: hashing 300 would take 15 s."""
    shared = make_password(password)
    rows = [
        Person(
            id=person.id,
            name=person.name,
            email=person.email,
            phone=person.phone,
            phone_verified=bool(person.phone),
            password=shared,
            joined_at=person.joined_at or now,
        )
        for person in people
    ]
    Person.objects.bulk_create(rows, batch_size=BATCH)
    emails = [EmailAddress(user=row, email=row.email, verified=True, primary=True) for row in rows if row.email]
    EmailAddress.objects.bulk_create(emails, batch_size=BATCH)
    Address.objects.bulk_create([row for person in people for row in _addresses(person, now)], batch_size=BATCH)
    Membership.objects.bulk_create([row for person in people for row in _roles(person, now)], batch_size=BATCH)


def _addresses(person: LoadedPerson, now: Instant) -> list[Address]:
    return [
        Address(
            person_id=person.id,
            name=checked.name,
            phone=checked.phone,
            region=checked.region,
            detail=checked.detail,
            is_default=index == 0,
            created_at=person.joined_at or now,
        )
        for index, checked in enumerate(address.checked() for address in person.addresses)
    ]


def _roles(person: LoadedPerson, now: Instant) -> list[Membership]:
    return [
        Membership(
            person_id=person.id,
            org_kind=grant.org_kind.value,
            org_id=grant.org_id,
            role=grant.role.value,
            granted_at=person.joined_at or now,
        )
        for grant in person.grants
    ]
