"""Who works for a shop, and who is invited to."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from anxin.kernel.clock import Instant
from anxin.market.people.queries import MembershipFacts, OrgKind, Role, members_of
from anxin.market.shops.commands.staff import ROLES_TO_INVITE, token_hash
from anxin.market.shops.domain.types import InvitationState
from anxin.market.shops.errors import UnknownInvitation
from anxin.market.shops.models import StaffInvitation

__all__ = ["ROLES_TO_INVITE", "MembershipFacts", "Role"]


@dataclass(frozen=True)
class InvitationFacts:
    """An open invitation."""

    id: UUID
    shop_id: UUID
    shop_name: str
    role: Role
    note: str
    expires_at: datetime


def members(shop_id: UUID) -> tuple[MembershipFacts, ...]:
    """Return who holds which role in a shop."""
    return members_of(OrgKind.SHOP, shop_id)


def open_invitations(shop_id: UUID, *, now: Instant) -> tuple[InvitationFacts, ...]:
    """Return the invitations of a shop that can still be accepted, newest first."""
    rows = StaffInvitation.objects.filter(shop_id=shop_id, state=InvitationState.OPEN.value, expires_at__gt=now)
    return tuple(_facts(row) for row in rows.select_related("shop").order_by("-id")[:100])


def invitation(token: str, *, now: Instant) -> InvitationFacts:
    """Return what a token invites to. Raises UnknownInvitation."""
    rows = StaffInvitation.objects.filter(
        token_hash=token_hash(token), state=InvitationState.OPEN.value, expires_at__gt=now
    )
    row = rows.select_related("shop").first()
    if row is None:
        raise UnknownInvitation
    return _facts(row)


def _facts(row: StaffInvitation) -> InvitationFacts:
    return InvitationFacts(row.pk, row.shop_id, row.shop.name, Role(row.role), row.note, row.expires_at)
