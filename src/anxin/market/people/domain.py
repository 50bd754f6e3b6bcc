"""Who a person is to the house: roles, scopes and the actor of a request. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

PLATFORM_ID = UUID(int=0)
"""The one organisation of kind `platform`."""

EVERYTHING = "*"
"""The scope that narrows nothing."""


class OrgKind(StrEnum):
    """What sort of organisation a role is held in."""

    SHOP = "shop"
    AGENCY = "agency"
    PLATFORM = "platform"


class Role(StrEnum):
    """What somebody does in an organisation; ROLES_OF says which roles each kind of organisation knows."""

    OWNER = "owner"
    MANAGER = "manager"
    SERVICE_AGENT = "service_agent"
    SHOP_FINANCE = "shop_finance"
    AGENT = "agent"
    REVIEWER = "reviewer"
    ARBITRATOR = "arbitrator"
    INSPECTOR = "inspector"
    FINANCE = "finance"
    ADMINISTRATOR = "administrator"


ROLES_OF: dict[OrgKind, tuple[Role, ...]] = {
    OrgKind.SHOP: (Role.OWNER, Role.MANAGER, Role.SERVICE_AGENT, Role.SHOP_FINANCE),
    OrgKind.AGENCY: (Role.OWNER, Role.AGENT),
    OrgKind.PLATFORM: (Role.REVIEWER, Role.ARBITRATOR, Role.INSPECTOR, Role.FINANCE, Role.ADMINISTRATOR),
}


@dataclass(frozen=True)
class Grant:
    """One role held in one organisation."""

    org_kind: OrgKind
    org_id: UUID
    role: Role


@dataclass(frozen=True)
class Actor:
    """Who asks: nobody (person_id None), or a person with roles, narrowed by the scopes of a token (None: a session, all)."""

    person_id: UUID | None = None
    roles: frozenset[Grant] = frozenset()
    scopes: frozenset[str] | None = None
    token_id: UUID | None = None

    @property
    def is_person(self) -> bool:
        """Whether somebody is logged in."""
        return self.person_id is not None

    def roles_in(self, org_kind: OrgKind, org_id: UUID | None = None) -> frozenset[Role]:
        """Return the roles held in one organisation, or in any of the kind when `org_id` is None."""
        return frozenset(
            grant.role
            for grant in self.roles
            if grant.org_kind is org_kind and (org_id is None or grant.org_id == org_id)
        )

    def shops(self) -> frozenset[UUID]:
        """Return the shops in which a role is held."""
        return frozenset(grant.org_id for grant in self.roles if grant.org_kind is OrgKind.SHOP)

    def covers(self, operation: str) -> bool:
        """Say whether the scopes reach `operation`: by its own name, its area (the part before the dot) or `*`."""
        if self.scopes is None:
            return True
        area = operation.partition(".")[0]
        return not self.scopes.isdisjoint((EVERYTHING, area, operation))


NOBODY = Actor()
"""The actor of a request without a login."""
