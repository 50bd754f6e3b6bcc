"""Accounts from the first day to the last."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import available_timezones

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password

from anxin.infra.outbox import publish
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.people import sessions, store
from anxin.market.people.commands.audit import record_act
from anxin.market.people.commands.roles import revoke_role
from anxin.market.people.errors import BadPreference, EmailTaken, PhoneTaken
from anxin.market.people.events import PersonErased
from anxin.market.people.models import AccessToken, Address, Membership, Person, SandboxMessage
from anxin.market.people.phones import normal_phone


@dataclass(frozen=True)
class NewPerson:
    """An account made by somebody else than its person: the command line, the demo market, an invitation."""

    name: str
    email: str = ""
    phone: str = ""
    password: str | None = None


@dataclass(frozen=True)
class Preferences:
    """How a person reads the pages; an empty text means: as the browser says."""

    locale: str = ""
    zone: str = ""


@transactional
def register(wanted: NewPerson, *, now: Instant) -> UUID:
    """Make an account whose email and phone count as verified; return its id. Raises BadPhone, EmailTaken, PhoneTaken."""
    email = wanted.email.strip().lower()
    phone = normal_phone(wanted.phone) if wanted.phone else ""
    if email and Person.objects.filter(email__iexact=email).exists():
        raise EmailTaken
    if phone and Person.objects.filter(phone=phone).exists():
        raise PhoneTaken
    person = Person.objects.create(
        name=wanted.name,
        email=email,
        phone=phone,
        phone_verified=bool(phone),
        password=make_password(wanted.password),
        joined_at=now,
    )
    if email:
        EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
    return person.pk


@transactional
def rename(person_id: UUID, name: str, *, now: Instant) -> None:  # noqa: ARG001
    """Change what a person is called. Raises UnknownPerson."""
    person = store.locked_person(person_id)
    person.name = " ".join(name.split())[:60]
    person.save(update_fields=["name"])


@transactional
def set_preferences(person_id: UUID, wanted: Preferences, *, now: Instant) -> None:  # noqa: ARG001
    """Keep how a person reads the pages. Raises BadPreference, UnknownPerson."""
    locales = {"", *(code for code, _ in settings.LANGUAGES)}
    if wanted.locale not in locales or wanted.zone not in {"", *available_timezones()}:
        raise BadPreference
    person = store.locked_person(person_id)
    person.locale, person.zone = wanted.locale, wanted.zone
    person.save(update_fields=["locale", "zone"])


@transactional
def set_active(person_id: UUID, is_active: bool, reason: str, *, actor_id: UUID, now: Instant) -> None:
    """Close an account or open it again; closing ends every session at once. Raises UnknownPerson."""
    person = store.locked_person(person_id)
    if person.is_active == is_active:
        return
    person.is_active = is_active
    person.save(update_fields=["is_active"])
    if not is_active:
        sessions.end_all(person_id)
    act = "people.reopen_account" if is_active else "people.close_account"
    record_act(act, f"person:{person_id}", {"reason": reason}, actor_id=actor_id, now=now)


ERASURE_CHECKS: list[Callable[[UUID], None]] = []


def before_erasing(check: Callable[[UUID], None]) -> Callable[[UUID], None]:
    """Have `check` called when a person wants to be forgotten; it raises a typed error while something of theirs is open."""
    ERASURE_CHECKS.append(check)
    return check


@transactional
def erase(person_id: UUID, *, now: Instant) -> None:
    """Forget a person: logins, addresses, tokens, roles and sessions go, orders stay without a name.

    Other modules follow through PersonErased. Raises UnknownPerson, LastOwner or LastAdministrator while an
    organisation would be left without anybody, and what `before_erasing` raises while something is open.
    """
    person = store.locked_person(person_id)
    for check in ERASURE_CHECKS:
        check(person_id)
    for held in Membership.objects.filter(person=person):
        revoke_role(person_id, store.grant_of(held), revoked_by=person_id, now=now)
    sessions.end_all(person_id)
    sessions.forget_authenticators(person_id)
    SandboxMessage.objects.filter(recipient__in=[login for login in (person.email, person.phone) if login]).delete()
    EmailAddress.objects.filter(user=person).delete()
    AccessToken.objects.filter(person=person).delete()
    Address.objects.filter(person=person).delete()
    Person.objects.filter(pk=person_id).update(
        name="",
        email="",
        phone="",
        phone_verified=False,
        password=make_password(None),
        is_active=False,
        last_login=None,
        erased_at=now,
    )
    record_act("people.erase", f"person:{person_id}", {}, actor_id=person_id, now=now)
    publish(PersonErased(person_id, now), now=now)
