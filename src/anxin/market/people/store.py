"""Rows of people ⇄ domain. The order of locks: a person's row, an organisation's advisory lock, the audit chain."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from anxin.infra.sql import Row, Statements
from anxin.kernel.clock import Instant
from anxin.market.people.domain import Actor, Grant, OrgKind, Role
from anxin.market.people.errors import BadToken, UnknownPerson
from anxin.market.people.models import Membership, Person

SQL = Statements(__name__)
USE_NOTED_EVERY = timedelta(hours=1)


def actor_of_row(row: Row | None, *, now: Instant) -> Actor:
    """Return the actor of a row of people_public_token_holder; note the use once an hour. Raises BadToken for no row."""
    if row is None:
        raise BadToken
    if row["last_used_at"] is None or row["last_used_at"] < now - USE_NOTED_EVERY:
        SQL.run("token_touch", token_id=row["token_id"], now=now)
    return Actor(row["person_id"], grants_of(row["roles"]), frozenset(row["scopes"]), row["token_id"])


def grants_of(held: Sequence[str]) -> frozenset[Grant]:
    """Return the grants written as `kind:organisation:role`."""
    if not held:
        return frozenset()
    parts = (text.split(":") for text in held)
    return frozenset(Grant(OrgKind(kind), UUID(org), Role(role)) for kind, org, role in parts)


def grant_of(row: Membership) -> Grant:
    """Return a row of roles as a grant."""
    return Grant(OrgKind(row.org_kind), row.org_id, Role(row.role))


def locked_person(person_id: UUID) -> Person:
    """Return the person with the row locked, so that limits on what one person has hold. Raises UnknownPerson."""
    person = Person.objects.select_for_update().filter(pk=person_id, erased_at=None).first()
    if person is None:
        raise UnknownPerson
    return person


def lock_organisation(org_kind: OrgKind, org_id: UUID) -> None:
    """Let one transaction at a time change who has which role in an organisation."""
    SQL.rows("organisation_lock", organisation=f"{org_kind}:{org_id}")


def append_act(act: dict[str, Any]) -> int:
    """Append one act to the audit chain and return its number."""
    SQL.rows("audit_lock")
    row = SQL.one("audit_append", **act)
    return int(row["seq"]) if row else 0
