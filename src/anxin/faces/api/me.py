"""The caller: profile, roles, addresses, tokens, and the regions that an address is written with."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import BaseModel, ConfigDict, Field

from anxin.faces.access import operation, person_of
from anxin.faces.api.fields import AddressId, Answer, Body, PersonId, TokenId
from anxin.infra.clock import now
from anxin.kernel.ids import public_id
from anxin.market.people import commands, queries
from anxin.market.people.commands import DETAIL_LENGTHS, NAME_LENGTHS, NewAddress, Preferences
from anxin.market.people.queries import AddressFacts, MembershipFacts, OrgKind

router = Router()

Code = Field(pattern=r"^\d{6}$", description="A six-digit code of GB/T 2260.", examples=["440305"])
ORG_PREFIX = {OrgKind.SHOP: "shop", OrgKind.AGENCY: "agc", OrgKind.PLATFORM: "platform"}


class RoleOut(Answer):
    """One role that the caller holds."""

    org_kind: str
    org_id: str
    role: str


class MeOut(Answer):
    """The caller."""

    id: PersonId
    name: str
    email: str
    phone: str = Field(description="E.164, empty where there is none.")
    locale: str
    zone: str
    joined_at: datetime | None
    roles: list[RoleOut]


class MeIn(Body):
    """What to change about the caller; a field left out stays."""

    name: str | None = Field(None, max_length=60)
    locale: str | None = Field(None, max_length=10)
    zone: str | None = Field(None, max_length=40)


class RegionOut(Answer):
    """A province, city or district."""

    code: str
    name: str


class RegionsOut(Answer):
    """Places of one level below one place."""

    items: list[RegionOut]


class RegionQuery(BaseModel):
    """Which places are wanted."""

    model_config = ConfigDict(extra="forbid")

    parent: str | None = Field(None, pattern=r"^\d{6}$", description="The place that they lie in; none: provinces.")


class AddressIn(Body):
    """An address as one writes it."""

    name: str = Field(min_length=NAME_LENGTHS[0], max_length=NAME_LENGTHS[1])
    phone: str = Field(max_length=24, examples=["13800138000"])
    region: str = Code
    detail: str = Field(min_length=DETAIL_LENGTHS[0], max_length=DETAIL_LENGTHS[1])
    is_default: bool = False

    def wanted(self) -> NewAddress:
        """Return what the command takes."""
        return NewAddress(self.name, self.phone, self.region, self.detail, self.is_default)


class AddressOut(Answer):
    """An address of the caller."""

    id: AddressId
    name: str
    phone: str
    region: str
    province: str
    city: str
    district: str
    detail: str
    is_default: bool
    is_remote: bool = Field(description="Whether carriers commonly charge extra.")


class AddressesOut(Answer):
    """The caller's address book, the default first; it holds at most 20."""

    items: list[AddressOut]


class TokenOut(Answer):
    """An access token of the caller, without its text."""

    id: TokenId
    name: str
    prefix: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None


class TokensOut(Answer):
    """The caller's access tokens, newest first; there are at most 50."""

    items: list[TokenOut]


@router.get("/me", response=MeOut)
@operation("account.read")
def read_me(request: HttpRequest) -> Any:
    """Say who the token belongs to and which roles they hold."""
    return _me(request)


@router.patch("/me", response=MeOut)
@operation("account.manage")
def change_me(request: HttpRequest, changes: MeIn) -> Any:
    """Change name, language or time zone."""
    person = queries.person(person_of(request))
    if changes.name is not None:
        commands.rename(person.id, changes.name, now=now())
    if changes.locale is not None or changes.zone is not None:
        locale = person.locale if changes.locale is None else changes.locale
        zone = person.zone if changes.zone is None else changes.zone
        commands.set_preferences(person.id, Preferences(locale, zone), now=now())
    return _me(request)


@router.get("/me/addresses", response=AddressesOut)
@operation("account.read")
def list_addresses(request: HttpRequest) -> Any:
    """List the address book."""
    return {"items": [_address(address) for address in queries.addresses_of(person_of(request))]}


@router.post("/me/addresses", response={201: AddressOut})
@operation("account.manage")
def add_address(request: HttpRequest, address: AddressIn) -> Any:
    """Write an address into the book; the first one becomes the default."""
    address_id = commands.add_address(person_of(request), address.wanted(), now=now())
    return Status(201, _address(queries.address_of(person_of(request), address_id)))


@router.get("/me/addresses/{address_id}", response=AddressOut)
@operation("account.read")
def read_address(request: HttpRequest, address_id: AddressId) -> Any:
    """Read one address."""
    return _address(queries.address_of(person_of(request), address_id))


@router.put("/me/addresses/{address_id}", response=AddressOut)
@operation("account.manage")
def change_address(request: HttpRequest, address_id: AddressId, address: AddressIn) -> Any:
    """Rewrite an address; orders already placed keep theirs."""
    commands.change_address(person_of(request), address_id, address.wanted(), now=now())
    return _address(queries.address_of(person_of(request), address_id))


@router.delete("/me/addresses/{address_id}", response={204: None})
@operation("account.manage")
def remove_address(request: HttpRequest, address_id: AddressId) -> Any:
    """Remove an address; where it was the default, the newest that is left takes its place."""
    commands.remove_address(person_of(request), address_id, now=now())
    return Status(204, None)


@router.get("/me/tokens", response=TokensOut)
@operation("account.read")
def list_tokens(request: HttpRequest) -> Any:
    """List the access tokens. Making one needs a login on the site."""
    return {"items": queries.tokens_of(person_of(request))}


@router.delete("/me/tokens/{token_id}", response={204: None})
@operation("account.manage")
def revoke_token(request: HttpRequest, token_id: TokenId) -> Any:
    """Make a token useless, this one included."""
    commands.revoke_token(person_of(request), token_id, now=now())
    return Status(204, None)


@router.get("/regions", response=RegionsOut)
@operation("market.browse")
def list_regions(request: HttpRequest, query: Query[RegionQuery]) -> Any:  # noqa: ARG001
    """List provinces, the cities of a province or the districts of a city."""
    return {"items": queries.subregions(query.parent) if query.parent else queries.provinces()}


def _me(request: HttpRequest) -> dict[str, Any]:
    person = queries.person(person_of(request))
    facts = {name: getattr(person, name) for name in MeOut.model_fields if name != "roles"}
    return {**facts, "roles": [_role(held) for held in queries.roles_of(person.id)]}


def _role(held: MembershipFacts) -> dict[str, str]:
    return {
        "org_kind": held.org_kind.value,
        "org_id": public_id(ORG_PREFIX[held.org_kind], held.org_id),
        "role": held.role.value,
    }


def _address(address: AddressFacts) -> dict[str, Any]:
    place = address.region
    return {
        "id": address.id,
        "name": address.name,
        "phone": address.phone,
        "region": place.code,
        "province": place.province,
        "city": place.city,
        "district": place.district,
        "detail": address.detail,
        "is_default": address.is_default,
        "is_remote": place.is_remote,
    }
