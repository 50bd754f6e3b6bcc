"""What others may ask about people."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Q

from anxin.infra.sql import Statements
from anxin.kernel.clock import Instant
from anxin.kernel.page import Page, limited, page_of
from anxin.market.people import regions
from anxin.market.people.domain import NOBODY, PLATFORM_ID, ROLES_OF, Actor, Grant, OrgKind, Role
from anxin.market.people.errors import BadCursor, BadPhone, UnknownAddress, UnknownPerson, UnknownToken
from anxin.market.people.models import AccessToken, Address, Audit, Membership, Person, SandboxMessage
from anxin.market.people.phones import masked_phone, normal_phone, shown_phone
from anxin.market.people.policy import POLICIES, Audience, Policy, allows, require
from anxin.market.people.policy_page import policy_page
from anxin.market.people.regions import District, Region
from anxin.market.people.store import actor_of_row
from anxin.market.people.tokens import scopes_offered, token_digest

__all__ = [
    "NOBODY",
    "PLATFORM_ID",
    "POLICIES",
    "ROLES_OF",
    "Actor",
    "Audience",
    "District",
    "Grant",
    "OrgKind",
    "Policy",
    "Region",
    "Role",
    "actor_of_row",
    "allows",
    "masked_phone",
    "normal_phone",
    "policy_page",
    "require",
    "scopes_offered",
    "token_digest",
]

SQL = Statements(__name__)
C = TypeVar("C", UUID, int)


@dataclass(frozen=True)
class PersonFacts:
    """One person as the account page, the studio's staff list and the desk show them."""

    id: UUID
    name: str
    email: str
    phone: str
    phone_verified: bool
    locale: str
    zone: str
    has_password: bool
    is_active: bool
    joined_at: datetime | None
    erased_at: datetime | None

    @property
    def shown_phone(self) -> str:
        """The phone number as people read it."""
        return shown_phone(self.phone)

    @property
    def masked_phone(self) -> str:
        """The phone number for eyes over the shoulder."""
        return masked_phone(self.phone)

    @property
    def shown_name(self) -> str:
        """The name, or what is left of the login where no name was given."""
        return self.name or self.email.partition("@")[0] or masked_phone(self.phone)


@dataclass(frozen=True)
class AddressFacts:
    """One address with the names of its places."""

    id: UUID
    name: str
    phone: str
    region: District
    detail: str
    is_default: bool

    @property
    def shown_phone(self) -> str:
        """The phone number as people read it."""
        return shown_phone(self.phone)

    @property
    def text(self) -> str:
        """The address in one line."""
        return f"{self.region.text} {self.detail}"


@dataclass(frozen=True)
class TokenFacts:
    """One access token as its owner sees it after its first showing."""

    id: UUID
    name: str
    prefix: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True)
class MembershipFacts:
    """One role that somebody holds."""

    id: UUID
    person_id: UUID
    person_name: str
    org_kind: OrgKind
    org_id: UUID
    role: Role
    granted_at: datetime


@dataclass(frozen=True)
class KeptMessage:
    """A message in the sandbox inbox."""

    channel: str
    recipient: str
    subject: str
    body: str
    sent_at: datetime


@dataclass(frozen=True)
class Act:
    """One row of the audit log."""

    seq: int
    at: datetime
    actor_id: UUID | None
    act: str
    subject: str
    detail: dict[str, Any]


def actor_of(person_id: UUID) -> Actor:
    """Return a person as an actor with every role and no narrowing. Raises UnknownPerson."""
    return _person(person_id).actor


def actor_of_token(token: str, *, now: Instant) -> Actor:
    """Return the bearer of a token with its scopes; one statement. Raises BadToken."""
    return actor_of_row(SQL.one("token_holder", digest=token_digest(token), now=now), now=now)


def person(person_id: UUID) -> PersonFacts:
    """Return one person. Raises UnknownPerson."""
    return _person_facts(_person(person_id))


def person_by_login(login: str) -> PersonFacts:
    """Return the person with an email address or phone number. Raises UnknownPerson."""
    found = _by_login(login)
    if found is None:
        raise UnknownPerson
    return _person_facts(found)


def find_people(text: str, *, cursor: str | None = None, limit: int | None = None) -> Page[PersonFacts]:
    """Return people whose login is `text` or whose name contains it, newest first; everybody for an empty text."""
    size = limited(limit)
    rows = Person.objects.filter(_matching(text)).order_by("-id")
    if cursor:
        rows = rows.filter(id__lt=_read_cursor(UUID, cursor))
    return page_of([_person_facts(row) for row in rows[: size + 1]], size, lambda facts: str(facts.id))


def names_of(person_ids: list[UUID]) -> dict[UUID, str]:
    """Return how people are called, by id; unknown ids are left out."""
    rows = Person.objects.filter(pk__in=person_ids)
    return {row.pk: _person_facts(row).shown_name for row in rows}


def addresses_of(person_id: UUID) -> tuple[AddressFacts, ...]:
    """Return a person's address book, the default first (at most ADDRESSES_MAX)."""
    rows = Address.objects.filter(person_id=person_id).order_by("-is_default", "-created_at")
    return tuple(_address_facts(row) for row in rows)


def address_of(person_id: UUID, address_id: UUID) -> AddressFacts:
    """Return one address of this person. Raises UnknownAddress, for another person's address too."""
    row = SQL.one("address_of", person_id=person_id, address_id=address_id)
    if row is None:
        raise UnknownAddress
    return AddressFacts(**{**row, "region": _place(row["region"])})


def default_address(person_id: UUID) -> AddressFacts | None:
    """Return the address that a checkout begins with, None where the book is empty."""
    row = Address.objects.filter(person_id=person_id).order_by("-is_default", "-created_at").first()
    return _address_facts(row) if row else None


def tokens_of(person_id: UUID) -> tuple[TokenFacts, ...]:
    """Return a person's access tokens, newest first (at most TOKENS_MAX)."""
    rows = AccessToken.objects.filter(person_id=person_id).order_by("-created_at")
    return tuple(_token_facts(row) for row in rows)


def token_of(person_id: UUID, token_id: UUID) -> TokenFacts:
    """Return one token of this person. Raises UnknownToken."""
    row = AccessToken.objects.filter(pk=token_id, person_id=person_id).first()
    if row is None:
        raise UnknownToken
    return _token_facts(row)


def members_of(org_kind: OrgKind, org_id: UUID = PLATFORM_ID) -> tuple[MembershipFacts, ...]:
    """Return who holds which role in an organisation (at most 500)."""
    rows = Membership.objects.filter(org_kind=org_kind, org_id=org_id).select_related("person")
    return tuple(_membership_facts(row) for row in rows.order_by("granted_at")[:500])


def roles_of(person_id: UUID) -> tuple[MembershipFacts, ...]:
    """Return every role that a person holds."""
    rows = Membership.objects.filter(person_id=person_id).select_related("person").order_by("granted_at")
    return tuple(_membership_facts(row) for row in rows)


def acts_about(subject: str, *, limit: int | None = None) -> tuple[Act, ...]:
    """Return the latest acts in the audit log about one subject, newest first."""
    return tuple(_act(row) for row in Audit.objects.filter(subject=subject).order_by("-seq")[: limited(limit)])


def acts(*, cursor: str | None = None, limit: int | None = None) -> Page[Act]:
    """Return the audit log, newest first."""
    size = limited(limit)
    rows = Audit.objects.order_by("-seq")
    if cursor:
        rows = rows.filter(seq__lt=_read_cursor(int, cursor))
    return page_of([_act(row) for row in rows[: size + 1]], size, lambda act: str(act.seq))


def broken_acts() -> tuple[int, ...]:
    """Return the numbers of audit rows that do not follow from the row before; empty while the chain is whole."""
    return tuple(row["seq"] for row in SQL.rows("audit_broken"))


def provinces() -> tuple[Region, ...]:
    """Return the provinces."""
    return regions.children()


def subregions(code: str) -> tuple[Region, ...]:
    """Return the cities of a province or the districts of a city; empty for anything else."""
    return regions.children(code) if code else ()


def district(code: str) -> District | None:
    """Return a district with its city and province, None for a code that is no district."""
    return regions.district(code)


def sandbox_messages(*, limit: int | None = None) -> tuple[KeptMessage, ...]:
    """Return the latest messages that the sandbox kept instead of sending them, newest first."""
    rows = SandboxMessage.objects.order_by("-id")[: limited(limit)]
    return tuple(KeptMessage(row.channel, row.recipient, row.subject, row.body, row.sent_at) for row in rows)


def held_about(person_id: UUID) -> dict[str, Any]:
    """Return everything that this module keeps about a person, for the export."""
    return {
        "person": _person_facts(_person(person_id)),
        "addresses": addresses_of(person_id),
        "tokens": tokens_of(person_id),
        "roles": roles_of(person_id),
        "acts": acts_about(f"person:{person_id}"),
    }


def _read_cursor(read: Callable[[str], C], cursor: str) -> C:
    try:
        return read(cursor)
    except ValueError as error:
        raise BadCursor from error


def _person(person_id: UUID) -> Person:
    found = Person.objects.filter(pk=person_id).first()
    if found is None:
        raise UnknownPerson
    return found


def _by_login(login: str) -> Person | None:
    if "@" in login:
        return Person.objects.filter(email__iexact=login.strip()).first()
    try:
        return Person.objects.filter(phone=normal_phone(login)).first()
    except BadPhone:
        return None


def _matching(text: str) -> Q:
    wanted = text.strip()
    if not wanted:
        return Q()
    try:
        phone = Q(phone=normal_phone(wanted))
    except BadPhone:
        phone = Q(pk__in=[])
    return phone | Q(email__iexact=wanted) | Q(name__icontains=wanted)


def _person_facts(row: Person) -> PersonFacts:
    return PersonFacts(
        id=row.pk,
        name=row.name,
        email=row.email,
        phone=row.phone,
        phone_verified=row.phone_verified,
        locale=row.locale,
        zone=row.zone,
        has_password=row.has_usable_password(),
        is_active=row.is_active,
        joined_at=row.joined_at,
        erased_at=row.erased_at,
    )


def _address_facts(row: Address) -> AddressFacts:
    return AddressFacts(row.pk, row.name, row.phone, _place(row.region), row.detail, row.is_default)


def _place(code: str) -> District:
    return regions.district(code) or District(code, "", "", "")


def _token_facts(row: AccessToken) -> TokenFacts:
    return TokenFacts(row.pk, row.name, row.prefix, tuple(row.scopes), row.created_at, row.expires_at, row.last_used_at)


def _membership_facts(row: Membership) -> MembershipFacts:
    return MembershipFacts(
        id=row.pk,
        person_id=row.person_id,
        person_name=_person_facts(row.person).shown_name,
        org_kind=OrgKind(row.org_kind),
        org_id=row.org_id,
        role=Role(row.role),
        granted_at=row.granted_at,
    )


def _act(row: Audit) -> Act:
    return Act(row.seq, row.at, row.actor_id, row.act, row.subject, row.detail)
