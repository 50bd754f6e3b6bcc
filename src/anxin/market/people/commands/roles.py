"""Who does what in which organisation."""

from uuid import UUID

from anxin.infra.outbox import publish
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.people import store
from anxin.market.people.commands.audit import record_act
from anxin.market.people.domain import ROLES_OF, Grant, OrgKind, Role
from anxin.market.people.errors import LastAdministrator, LastOwner, RoleUnfit
from anxin.market.people.events import RoleGranted, RoleRevoked
from anxin.market.people.models import Membership

INDISPENSABLE: dict[Role, type[LastOwner | LastAdministrator]] = {
    Role.OWNER: LastOwner,
    Role.ADMINISTRATOR: LastAdministrator,
}


@transactional
def grant_role(person_id: UUID, grant: Grant, *, granted_by: UUID | None, now: Instant) -> None:
    """Give a person a role in an organisation; a role already held changes nothing.

    The caller has checked that `granted_by` may. Raises UnknownPerson, RoleUnfit.
    """
    if grant.role not in ROLES_OF[grant.org_kind]:
        raise RoleUnfit(grant.role.value)
    person = store.locked_person(person_id)
    _, is_new = Membership.objects.get_or_create(
        person=person,
        org_kind=grant.org_kind.value,
        org_id=grant.org_id,
        role=grant.role.value,
        defaults={"granted_at": now, "granted_by": granted_by},
    )
    if not is_new:
        return
    _record("people.grant_role", person_id, grant, actor_id=granted_by, now=now)
    publish(RoleGranted(person_id, grant.org_kind.value, grant.org_id, grant.role.value), now=now)


@transactional
def revoke_role(person_id: UUID, grant: Grant, *, revoked_by: UUID | None, now: Instant) -> None:
    """Take a role from a person; a role not held changes nothing. Raises LastOwner, LastAdministrator."""
    store.lock_organisation(grant.org_kind, grant.org_id)
    held = Membership.objects.filter(org_kind=grant.org_kind.value, org_id=grant.org_id, role=grant.role.value)
    if not held.filter(person_id=person_id).exists():
        return
    last = INDISPENSABLE.get(grant.role)
    if last is not None and not held.exclude(person_id=person_id).exists():
        raise last
    held.filter(person_id=person_id).delete()
    _record("people.revoke_role", person_id, grant, actor_id=revoked_by, now=now)
    publish(RoleRevoked(person_id, grant.org_kind.value, grant.org_id, grant.role.value), now=now)


def _record(act: str, person_id: UUID, grant: Grant, *, actor_id: UUID | None, now: Instant) -> None:
    detail = {"org_kind": OrgKind(grant.org_kind).value, "org_id": str(grant.org_id), "role": grant.role.value}
    record_act(act, f"person:{person_id}", detail, actor_id=actor_id, now=now)
