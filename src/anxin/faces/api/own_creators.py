"""The creators whom the caller speaks for: their profiles and showcases."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field

from anxin.faces.access import actor_of_request, operation, person_of
from anxin.faces.api.content_answers import CreatorPageOut, creator_page_out
from anxin.faces.api.fields import (
    Answer,
    Body,
    CreatorId,
    LinkId,
    PageAnswer,
    PageQuery,
    ProductId,
    ShopId,
    page_answer,
)
from anxin.faces.speaking import speaker_of
from anxin.infra.clock import now
from anxin.infra.media import Size, picture_url
from anxin.kernel.page import BadCursor
from anxin.market.creators import commands, queries
from anxin.market.creators.commands import NewCreator, Profile
from anxin.market.creators.queries import (
    BIO_LENGTH_MAX,
    HANDLE_LENGTH_MAX,
    NAME_LENGTH_MAX,
    PICKS_A_CALL_MAX,
    CreatorFacts,
    OwnPick,
)
from anxin.market.creators.queries.levels import level_standing

router = Router()

Name = Annotated[str, Field(max_length=NAME_LENGTH_MAX)]
Bio = Annotated[str, Field(max_length=BIO_LENGTH_MAX)]


class CreatorProfileIn(Body):
    """What a creator says of themselves, whole; `avatar` is the key of a stored picture."""

    handle: Annotated[str, Field(max_length=HANDLE_LENGTH_MAX + 1)]
    name: Name
    name_en: Name = ""
    bio: Bio = ""
    bio_en: Bio = ""
    avatar: Annotated[str, Field(pattern=r"^([0-9a-f]{40})?$")] = ""

    def profile(self) -> Profile:
        """Return what the command takes."""
        return Profile(**{name: getattr(self, name) for name in CreatorProfileIn.model_fields})


class NewCreatorIn(CreatorProfileIn):
    """A new creator: the caller, or one of the caller's shops."""

    shop: ShopId | None = None


class PicksIn(Body):
    """Products for the front of the showcase, in this order."""

    products: Annotated[list[ProductId], Field(min_length=1, max_length=PICKS_A_CALL_MAX)]


class PickOrderIn(Body):
    """Links for the front of the showcase, in this order; the others follow as they stood."""

    links: Annotated[list[LinkId], Field(min_length=1, max_length=500)]


class OwnShowcaseQuery(PageQuery):
    """Which picks are wanted: those with these words, else all."""

    q: Annotated[str, Field(max_length=100)] = ""


class OwnPickOut(Answer):
    """A product in one's showcase; null facts where it cannot be bought now, and is not shown."""

    link_id: LinkId
    product_id: ProductId
    title: str | None
    title_en: str | None
    price_minor: int | None
    picture_url: str | None
    picked_at: datetime


class LevelMonthOut(Answer):
    """What a month brought, net in fen, and the level that its review came to; null before it."""

    month: date = Field(description="The first day of the month.")
    settled_minor: int
    level: int | None


class LevelOut(Answer):
    """A creator's level and what it allows; what this month (Asia/Shanghai) has brought, and what it still takes to rise."""

    level: int
    showcase_max: int
    picks: int = Field(description="How many products the showcase holds.")
    settled_minor: int = Field(
        description="What this month has brought so far, in fen; below 0 after more refunds than sales."
    )
    coming_level: int = Field(description="The level that this month reaches as it stands.")
    next_level: int | None = Field(description="The one above that; null at the last.")
    missing_minor: int = Field(description="What this month still takes for it.")
    reviewed_on: date = Field(description="The day on which this month decides.")
    past: list[LevelMonthOut] = Field(description="The months before, the last first; six at most.")


@router.get("/me/creators", response=PageAnswer[CreatorPageOut])
@operation("content.create")
def list_own_creators(request: HttpRequest, wanted: Query[PageQuery]) -> Any:
    """List whom the caller speaks for: themselves, and shops that they own or manage; there is one page."""
    if wanted.cursor:
        raise BadCursor
    found = queries.creators_of(actor_of_request(request))[: wanted.limit]
    return {"items": _out(found), "next_cursor": None}


@router.post("/me/creators", response={201: CreatorPageOut})
@operation("content.create")
def open_creator(request: HttpRequest, wanted: NewCreatorIn) -> Any:
    """Become a creator, or make a shop that the caller owns or manages one."""
    shop_id = queries.shop_to_speak_for(actor_of_request(request), wanted.shop) if wanted.shop else None
    person_id = None if shop_id else person_of(request)
    made = commands.open_creator(NewCreator(wanted.profile(), person_id, shop_id), now=now())
    return Status(201, _out([queries.creator(made)])[0])


@router.put("/me/creators/{creator}", response=CreatorPageOut)
@operation("content.create")
def change_creator(request: HttpRequest, creator: CreatorId, written: CreatorProfileIn) -> Any:
    """Change what a creator says of themselves."""
    speaker = speaker_of(request, creator)
    commands.change_profile(speaker.id, written.profile())
    return _out([queries.creator(speaker.id)])[0]


@router.get("/me/creators/{creator}/level", response=LevelOut)
@operation("content.create")
def read_level(request: HttpRequest, creator: CreatorId) -> Any:
    """Get a creator's level and where they stand on the way to the next."""
    speaker = speaker_of(request, creator)
    found = level_standing(speaker.id, now=now())
    return LevelOut(
        level=found.level.level,
        showcase_max=found.level.showcase_max,
        picks=queries.picks_count(speaker.id),
        settled_minor=found.settled_minor,
        coming_level=found.coming.level,
        next_level=found.above.level if found.above else None,
        missing_minor=found.missing_minor,
        reviewed_on=found.reviewed_on,
        past=[LevelMonthOut.model_validate(each) for each in found.past],
    )


@router.get("/me/creators/{creator}/showcase", response=PageAnswer[OwnPickOut])
@operation("content.create")
def list_own_picks(request: HttpRequest, creator: CreatorId, wanted: Query[OwnShowcaseQuery]) -> Any:
    """List what is in one's showcase, what cannot be bought now among it, in the order of the showcase."""
    speaker = speaker_of(request, creator)
    page = queries.own_showcase(speaker.id, wanted.q, cursor=wanted.cursor, limit=wanted.limit)
    return page_answer(page.map(_pick))


@router.post("/me/creators/{creator}/showcase", response=PageAnswer[OwnPickOut])
@operation("content.create")
def pick_products(request: HttpRequest, creator: CreatorId, wanted: PicksIn, page: Query[PageQuery]) -> Any:
    """Put products that are on sale in front; one that is in the showcase keeps its link. The answer is its beginning."""
    speaker = speaker_of(request, creator)
    commands.pick_products(speaker.id, wanted.products, now=now())
    return page_answer(queries.own_showcase(speaker.id, cursor=page.cursor, limit=page.limit).map(_pick))


@router.put("/me/creators/{creator}/showcase/order", response={204: None})
@operation("content.create")
def arrange_showcase(request: HttpRequest, creator: CreatorId, wanted: PickOrderIn) -> Any:
    """Put picks in front in the order named; doing it again changes nothing."""
    commands.arrange_showcase(speaker_of(request, creator).id, wanted.links)
    return Status(204, None)


@router.delete("/me/creators/{creator}/showcase/{link}", response={204: None})
@operation("content.create")
def unpick_product(request: HttpRequest, creator: CreatorId, link: LinkId) -> Any:
    """Take a product out of the showcase."""
    commands.unpick_product(speaker_of(request, creator).id, link, now=now())
    return Status(204, None)


def _out(found: Sequence[CreatorFacts]) -> list[CreatorPageOut]:
    reach = queries.reach_of([each.id for each in found])
    return [creator_page_out(each, reach[each.id].followers, is_followed=False) for each in found]


def _pick(item: OwnPick) -> OwnPickOut:
    card = item.card
    return OwnPickOut(
        link_id=item.link_id,
        product_id=item.product_id,
        title=card.title if card else None,
        title_en=card.title_en if card else None,
        price_minor=card.price_min_minor if card else None,
        picture_url=picture_url(card.picture, Size.CARD) if card else None,
        picked_at=item.picked_at,
    )
