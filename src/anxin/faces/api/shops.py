"""Shops in public, and the settings of one's own: profile, freight, deposit, staff."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Path, Query, Router, Status
from pydantic import Field

from anxin.faces.access import operation, person_of
from anxin.faces.api.fields import (
    AmountMinor,
    Answer,
    Body,
    DepositPaymentId,
    FreightTemplateId,
    InvitationId,
    PageAnswer,
    PageQuery,
    PersonId,
    ShopId,
    page_answer,
)
from anxin.faces.api.idempotency import idempotent
from anxin.infra.clock import now
from anxin.infra.media import picture_url
from anxin.market.shops import queries
from anxin.market.shops.commands import deposits, freight, profile, staff
from anxin.market.shops.commands.freight import Area, Tariff, Template, TemplateDraft
from anxin.market.shops.commands.profile import Profile, ReturnAddress
from anxin.market.shops.queries import RestrictionKind, ShopFacts, ShopState, ShopType, Unit
from anxin.market.shops.queries import deposits as deposit_queries
from anxin.market.shops.queries import staff as staff_queries
from anxin.market.shops.queries.deposits import TopUpPurpose, TopUpSource, TopUpState
from anxin.market.shops.queries.staff import Role

router = Router()

Slug = Annotated[str, Path(pattern=r"^[-a-z0-9]{1,64}$", description="The shop's address.", examples=["qinghe"])]
Step = Annotated[int, Field(ge=1, le=1_000_000)]
Amount = Annotated[int, Field(ge=0, le=10_000_000, description="An amount in fen (1/100 yuan).")]
Prefix = Annotated[str, Field(pattern=r"^\d{2,6}$", description="How codes of GB/T 2260 begin.", examples=["44"])]
Version = Annotated[int, Field(ge=0, le=1_000_000, description="The version that was read; another one is a conflict.")]


class ShopOut(Answer):
    """A shop as everybody sees it."""

    id: ShopId
    slug: str
    name: str
    name_en: str
    shop_type: ShopType
    state: ShopState
    selling: bool
    brand: str
    categories: list[str]
    intro: str
    intro_en: str
    logo_url: str
    banner_url: str
    opened_at: datetime


class ShopsQuery(PageQuery):
    """Which shops are wanted; `text` is a part of a name, brand or company."""

    text: Annotated[str, Field(max_length=60)] = ""


class RestrictionOut(Answer):
    """Something that the shop may not do now, and why."""

    kind: RestrictionKind
    cause: str
    since: datetime


class ProfileOut(ShopOut):
    """A shop as its staff see it."""

    entity_name: str
    contact_phone: str
    contact_email: str
    return_address: dict[str, str]
    zero_deposit: bool
    version: int
    restrictions: list[RestrictionOut]


class ProfileIn(Body):
    """The words of the shop."""

    version: Version
    name: Annotated[str, Field(min_length=1, max_length=30)]
    name_en: Annotated[str, Field(max_length=60)] = ""
    intro: Annotated[str, Field(max_length=500)] = ""
    intro_en: Annotated[str, Field(max_length=500)] = ""
    contact_phone: Annotated[str, Field(max_length=20)] = ""
    contact_email: Annotated[str, Field(max_length=120)] = ""


class ReturnAddressIn(Body):
    """Where buyers send goods back."""

    version: Version
    name: Annotated[str, Field(min_length=1, max_length=40)]
    phone: Annotated[str, Field(min_length=5, max_length=20)]
    region: Annotated[str, Field(pattern=r"^\d{6}$", examples=["110105"])]
    detail: Annotated[str, Field(min_length=1, max_length=120)]


class TariffIn(Body):
    """A first step and following ones; a step is pieces or grams."""

    first_step: Step = 1
    first_minor: Amount = 0
    next_step: Step = 1
    next_minor: Amount = 0
    free_over_minor: Amount | None = None


class AreaIn(Body):
    """A tariff of its own for some regions."""

    prefixes: list[Prefix] = Field(min_length=1, max_length=400)
    tariff: TariffIn


class TemplateIn(Body):
    """A freight template; `version` is needed to change one."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    unit: Annotated[Unit, Field(strict=False)]
    base: TariffIn
    areas: list[AreaIn] = Field(default=[], max_length=queries.AREAS_MAX)
    remote_prefixes: list[Prefix] = Field(default=list(queries.REMOTE_PREFIXES), max_length=400)
    remote_surcharge_minor: Amount = 0
    excluded_prefixes: list[Prefix] = Field(default=list(queries.OVERSEAS_PREFIXES), max_length=400)
    is_default: bool = False
    version: Version = 0

    def draft(self) -> TemplateDraft:
        """Return what the command takes."""
        template = Template(
            unit=self.unit,
            base=Tariff(**self.base.model_dump()),
            areas=tuple(Area(tuple(area.prefixes), Tariff(**area.tariff.model_dump())) for area in self.areas),
            remote_prefixes=tuple(self.remote_prefixes),
            remote_surcharge_minor=self.remote_surcharge_minor,
            excluded_prefixes=tuple(self.excluded_prefixes),
        )
        return TemplateDraft(self.name, template, self.is_default)


class TariffOut(Answer):
    """A first step and following ones."""

    first_step: int
    first_minor: int
    next_step: int
    next_minor: int
    free_over_minor: int | None


class AreaOut(Answer):
    """A tariff of its own for some regions."""

    prefixes: list[str]
    tariff: TariffOut


class RulesOut(Answer):
    """How a template reckons."""

    unit: Unit
    base: TariffOut
    areas: list[AreaOut]
    remote_prefixes: list[str]
    remote_surcharge_minor: int
    excluded_prefixes: list[str]


class TemplateOut(Answer):
    """A freight template."""

    id: FreightTemplateId
    name: str
    template: RulesOut
    is_default: bool
    version: int
    updated_at: datetime


class TemplatesOut(Answer):
    """The shop's freight templates, the default first (at most 20)."""

    items: list[TemplateOut]


class DepositOut(Answer):
    """What the shop owes as deposit and has paid."""

    due_minor: int
    paid_minor: int
    short_minor: int
    available_minor: int
    next_due_minor: int | None
    next_due_at: datetime | None
    short_since: datetime | None
    listing_stops_at: datetime | None
    experience_due_minor: int
    experience_paid_minor: int
    experience_short_minor: int
    trade_stops_at: datetime | None


class PaymentIn(Body):
    """A payment into the deposit."""

    amount_minor: AmountMinor
    source: Annotated[TopUpSource, Field(strict=False)]
    purpose: Annotated[TopUpPurpose, Field(strict=False)] = TopUpPurpose.BASE


class DepositPaymentOut(Answer):
    """A payment into the deposit; a bank transfer carries `transfer_code`."""

    id: DepositPaymentId
    source: TopUpSource
    purpose: TopUpPurpose
    state: TopUpState
    amount_minor: int
    transfer_code: str
    asked_at: datetime
    settled_at: datetime | None


class MemberOut(Answer):
    """Somebody's role in the shop."""

    person_id: PersonId
    person_name: str
    role: Role
    granted_at: datetime


class InvitationOut(Answer):
    """An open invitation."""

    id: InvitationId
    role: Role
    note: str
    expires_at: datetime


class StaffOut(Answer):
    """Who works for the shop, and who is invited to."""

    members: list[MemberOut]
    invitations: list[InvitationOut]


class InvitationIn(Body):
    """Whom to invite as what."""

    role: Annotated[str, Field(pattern="^(manager|service_agent|shop_finance)$", examples=["manager"])]
    note: Annotated[str, Field(max_length=60)] = ""


class InvitedOut(Answer):
    """A new invitation; the token is told only now."""

    id: InvitationId
    token: str


class TokenIn(Body):
    """The token of an invitation."""

    token: Annotated[str, Field(min_length=10, max_length=80)]


class JoinedOut(Answer):
    """The shop that was joined."""

    shop_id: ShopId


@router.get("/shops", response=PageAnswer[ShopOut])
@operation("market.browse")
def list_shops(request: HttpRequest, wanted: Query[ShopsQuery]) -> Any:  # noqa: ARG001
    """List shops, newest first."""
    page = queries.shops_page(wanted.text, cursor=wanted.cursor, limit=wanted.limit)
    return page_answer(page.map(lambda one: ShopOut.model_validate(_public(one))))


@router.get("/shops/{slug}", response=ShopOut)
@operation("market.browse")
def read_shop(request: HttpRequest, slug: Slug) -> Any:  # noqa: ARG001
    """Read one shop."""
    return _public(queries.shop_by_slug(slug))


@router.get("/shop/profile", response=ProfileOut)
@operation("shop.read")
def read_profile(request: HttpRequest) -> Any:
    """Read one's own shop with everything that restricts it."""
    return _profile(request)


@router.put("/shop/profile", response=ProfileOut)
@operation("shop.manage")
def write_profile(request: HttpRequest, written: ProfileIn) -> Any:
    """Change the words of the shop."""
    words = Profile(**written.model_dump(exclude={"version"}))
    profile.change_profile(_shop(request), words, version=written.version, now=now())
    return _profile(request)


@router.put("/shop/return-address", response=ProfileOut)
@operation("shop.manage")
def write_return_address(request: HttpRequest, written: ReturnAddressIn) -> Any:
    """Set where buyers send goods back."""
    address = ReturnAddress(**written.model_dump(exclude={"version"}))
    profile.set_return_address(_shop(request), address, version=written.version, now=now())
    return _profile(request)


@router.get("/shop/freight-templates", response=TemplatesOut)
@operation("freight.edit")
def list_templates(request: HttpRequest) -> Any:
    """List the shop's freight templates."""
    return {"items": queries.freight_templates(_shop(request))}


@router.post("/shop/freight-templates", response={201: TemplateOut})
@operation("freight.edit")
def create_template(request: HttpRequest, written: TemplateIn) -> Any:
    """Add a freight template."""
    template_id = freight.create_template(_shop(request), written.draft(), now=now())
    return Status(201, queries.freight_template(_shop(request), template_id))


@router.put("/shop/freight-templates/{template}", response=TemplateOut)
@operation("freight.edit")
def write_template(request: HttpRequest, template: FreightTemplateId, written: TemplateIn) -> Any:
    """Change a freight template; orders placed before keep their freight."""
    freight.save_template(_shop(request), template, written.draft(), version=written.version, now=now())
    return queries.freight_template(_shop(request), template)


@router.delete("/shop/freight-templates/{template}", response={204: None})
@operation("freight.edit")
def delete_template(request: HttpRequest, template: FreightTemplateId) -> Any:
    """Delete a freight template that is not the default."""
    freight.delete_template(_shop(request), template, now=now())
    return Status(204, None)


@router.get("/shop/deposit", response=DepositOut)
@operation("deposit.pay")
def read_deposit(request: HttpRequest) -> Any:
    """Read what the shop owes as deposit and has paid."""
    return deposit_queries.deposit(_shop(request), now=now())


@router.get("/shop/deposit/payments", response=PageAnswer[DepositPaymentOut])
@operation("deposit.pay")
def list_payments(request: HttpRequest, wanted: Query[PageQuery]) -> Any:
    """List payments into the deposit, newest first."""
    page = deposit_queries.top_ups_of(_shop(request), cursor=wanted.cursor, limit=wanted.limit)
    return page_answer(page.map(DepositPaymentOut.model_validate))


@router.post("/shop/deposit/payments", response={201: DepositPaymentOut})
@operation("deposit.pay")
@idempotent
def pay_deposit(request: HttpRequest, written: PaymentIn) -> Any:
    """Pay into the deposit: from the shop's balance at once, or announce a bank transfer and get its code."""
    pay = deposits.ask_transfer if written.source is TopUpSource.BANK_TRANSFER else deposits.pay_from_available
    top_up_id = pay(
        _shop(request), written.amount_minor, asked_by=person_of(request), purpose=written.purpose, now=now()
    )
    return Status(201, deposit_queries.top_up(_shop(request), top_up_id))


@router.get("/shop/staff", response=StaffOut)
@operation("shop.staff")
def read_staff(request: HttpRequest) -> Any:
    """Read who works for the shop."""
    shop_id = _shop(request)
    return {
        "members": staff_queries.members(shop_id),
        "invitations": staff_queries.open_invitations(shop_id, now=now()),
    }


@router.post("/shop/invitations", response={201: InvitedOut})
@operation("shop.staff")
def invite(request: HttpRequest, written: InvitationIn) -> Any:
    """Make an invitation; its token is told only now, works once and for seven days."""
    by = person_of(request)
    invited = staff.invite(_shop(request), Role(written.role), note=written.note, invited_by=by, now=now())
    return Status(201, {"id": invited.invitation_id, "token": invited.token})


@router.delete("/shop/invitations/{invitation}", response={204: None})
@operation("shop.staff")
def revoke_invitation(request: HttpRequest, invitation: InvitationId) -> Any:
    """Make an invitation useless."""
    staff.revoke_invitation(_shop(request), invitation, now=now())
    return Status(204, None)


@router.post("/invitations/acceptance", response=JoinedOut)
@operation("account.manage")
def accept_invitation(request: HttpRequest, written: TokenIn) -> Any:
    """Accept an invitation: the caller joins the shop."""
    return {"shop_id": staff.accept(written.token, person_id=person_of(request), now=now())}


def _shop(request: HttpRequest) -> UUID:
    return request.shop_id  # type: ignore[attr-defined,no-any-return]  # set by the door


def _public(one: ShopFacts) -> dict[str, Any]:
    return {
        **vars(one),
        "selling": one.state is ShopState.OPEN and one.can_sell,
        "logo_url": picture_url(one.logo),
        "banner_url": picture_url(one.banner),
    }


def _profile(request: HttpRequest) -> dict[str, Any]:
    shop_id = _shop(request)
    limits = queries.restrictions(shop_id, now=now())
    return {**_public(queries.shop(shop_id)), "restrictions": limits.rows}
