"""Staff of a shop: an invitation link makes whoever opens it a member, once and for a limited time."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.people.commands.roles import grant_role, revoke_role
from anxin.market.people.queries import Grant, OrgKind, Role
from anxin.market.shops import store
from anxin.market.shops.domain.types import InvitationState
from anxin.market.shops.errors import TooManyInvitations, UnknownInvitation
from anxin.market.shops.models import StaffInvitation

INVITATION_DAYS = 7
OPEN_INVITATIONS_MAX = 20
TOKEN_BYTES = 24
# Whoever holds an invitation may pass it on, so the highest role is never given by one.
ROLES_TO_INVITE = (Role.MANAGER, Role.SERVICE_AGENT, Role.SHOP_FINANCE)


@dataclass(frozen=True)
class Invited:
    """A new invitation; the token is known only now, the database keeps its hash."""

    invitation_id: UUID
    token: str


@transactional
def invite(shop_id: UUID, role: Role, *, note: str = "", invited_by: UUID, now: Instant) -> Invited:
    """Make an invitation to the shop. Raises TooManyInvitations, UnknownShop; ValueError for a role not to be invited."""
    if role not in ROLES_TO_INVITE:
        raise ValueError(role)
    store.locked_shop(shop_id)
    open_ones = StaffInvitation.objects.filter(shop_id=shop_id, state=InvitationState.OPEN.value, expires_at__gt=now)
    if open_ones.count() >= OPEN_INVITATIONS_MAX:
        raise TooManyInvitations(OPEN_INVITATIONS_MAX)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row = StaffInvitation.objects.create(
        shop_id=shop_id,
        role=role.value,
        note=note.strip()[:60],
        token_hash=token_hash(token),
        invited_by_id=invited_by,
        expires_at=now + timedelta(days=INVITATION_DAYS),
        created_at=now,
    )
    return Invited(row.pk, token)


@transactional
def accept(token: str, *, person_id: UUID, now: Instant) -> UUID:
    """Make the person a member of the inviting shop and return the shop's id; a link works once. Raises UnknownInvitation."""
    rows = StaffInvitation.objects.filter(
        token_hash=token_hash(token), state=InvitationState.OPEN.value, expires_at__gt=now
    )
    invitation = rows.first()
    if invitation is None or not rows.update(state=InvitationState.ACCEPTED.value, accepted_by_id=person_id):
        raise UnknownInvitation
    grant = Grant(OrgKind.SHOP, invitation.shop_id, Role(invitation.role))
    grant_role(person_id, grant, granted_by=invitation.invited_by_id, now=now)
    return invitation.shop_id


@transactional
def revoke_invitation(shop_id: UUID, invitation_id: UUID, *, now: Instant) -> None:  # noqa: ARG001
    """Make an open invitation useless. Raises UnknownInvitation."""
    rows = StaffInvitation.objects.filter(pk=invitation_id, shop_id=shop_id, state=InvitationState.OPEN.value)
    if not rows.update(state=InvitationState.REVOKED.value):
        raise UnknownInvitation


@transactional
def remove_member(shop_id: UUID, person_id: UUID, role: Role, *, removed_by: UUID, now: Instant) -> None:
    """Take a role in the shop from a person. Raises LastOwner for the only owner."""
    revoke_role(person_id, Grant(OrgKind.SHOP, shop_id, role), revoked_by=removed_by, now=now)


def token_hash(token: str) -> str:
    """Return what is kept of an invitation's token: 192 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()
