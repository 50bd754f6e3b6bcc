"""Facts about people that other modules act on."""

from datetime import datetime
from uuid import UUID

from anxin.infra.outbox import event


@event("people.erased", version=1)
class PersonErased:
    """A person asked to be forgotten: whoever keeps personal data of theirs removes or anonymises it."""

    person_id: UUID
    erased_at: datetime


@event("people.role_granted", version=1)
class RoleGranted:
    """A role in an organisation was given to a person."""

    person_id: UUID
    org_kind: str
    org_id: UUID
    role: str


@event("people.role_revoked", version=1)
class RoleRevoked:
    """A role in an organisation was taken from a person."""

    person_id: UUID
    org_kind: str
    org_id: UUID
    role: str
