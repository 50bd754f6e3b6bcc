"""Creators, whom one follows, and showcases."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field

from anxin.faces.access import actor_of_request, operation, person_of
from anxin.faces.api.content_answers import CreatorOut, CreatorPageOut, PlaceQuery, creator_out, creator_page_out
from anxin.faces.api.fields import (
    Answer,
    CreatorId,
    LinkId,
    PageAnswer,
    PageQuery,
    ProductId,
    ShopId,
    page_answer,
)
from anxin.faces.telling import Place, tell_of_creator
from anxin.infra.clock import now
from anxin.infra.media import Size, picture_url
from anxin.market.creators import commands, queries
from anxin.market.creators.queries import ShowcaseItem
from anxin.market.interest.queries import Kind

router = Router()


class CreatorsQuery(PageQuery):
    """Which creators are wanted."""

    q: Annotated[str, Field(min_length=1, max_length=100)]


class ShowcaseQuery(PageQuery):
    """Which picks are wanted: those with these words, else all."""

    q: Annotated[str, Field(max_length=100)] = ""


class PickOut(Answer):
    """A product in a showcase, and the link by which it is sold there."""

    link_id: LinkId
    product_id: ProductId
    shop_id: ShopId
    title: str
    title_en: str
    price_minor: int
    picture_url: str
    picked_at: datetime


@router.get("/creators", response=PageAnswer[CreatorOut])
@operation("market.browse")
def search_creators(request: HttpRequest, wanted: Query[CreatorsQuery]) -> Any:  # noqa: ARG001
    """Find creators by handle, name or what they say of themselves, best first."""
    page = queries.found_creators(wanted.q, cursor=wanted.cursor, limit=wanted.limit)
    return page_answer(page.map(creator_out))


@router.get("/creators/{creator}", response=CreatorPageOut)
@operation("market.browse")
def read_creator(request: HttpRequest, creator: CreatorId) -> Any:
    """Read a creator."""
    facts = queries.creator(creator)
    person_id = actor_of_request(request).person_id
    is_followed = bool(person_id and queries.followed(person_id, [creator]))
    return creator_page_out(facts, queries.reach_of([creator])[creator].followers, is_followed=is_followed)


@router.get("/creators/{creator}/showcase", response=PageAnswer[PickOut])
@operation("market.browse")
def read_showcase(request: HttpRequest, creator: CreatorId, wanted: Query[ShowcaseQuery]) -> Any:  # noqa: ARG001
    """List what a creator picked and can be bought now, in the creator's order."""
    queries.creator(creator)
    page = queries.showcase(creator, wanted.q, cursor=wanted.cursor, limit=wanted.limit)
    return page_answer(page.map(pick_out))


@router.get("/me/follows", response=PageAnswer[CreatorOut])
@operation("creators.follow")
def list_my_follows(request: HttpRequest, wanted: Query[PageQuery]) -> Any:
    """List whom the caller follows, the last followed first."""
    page = queries.following(person_of(request), cursor=wanted.cursor, limit=wanted.limit)
    return page_answer(page.map(creator_out))


@router.put("/creators/{creator}/follow", response={204: None})
@operation("creators.follow")
def follow_creator(request: HttpRequest, creator: CreatorId, place: Query[PlaceQuery]) -> Any:
    """Follow a creator; again changes nothing."""
    if commands.follow(creator, person_id=person_of(request), now=now()):
        tell_of_creator(request, Kind.FOLLOW, creator, Place(place.request, place.slot))
    return Status(204, None)


@router.delete("/creators/{creator}/follow", response={204: None})
@operation("creators.follow")
def unfollow_creator(request: HttpRequest, creator: CreatorId, place: Query[PlaceQuery]) -> Any:
    """Follow a creator no longer."""
    if commands.unfollow(creator, person_id=person_of(request)):
        tell_of_creator(request, Kind.UNFOLLOW, creator, Place(place.request, place.slot))
    return Status(204, None)


def pick_out(item: ShowcaseItem) -> PickOut:
    """Return a pick."""
    card = item.card
    return PickOut(
        link_id=item.link_id,
        product_id=card.id,
        shop_id=card.shop_id,
        title=card.title,
        title_en=card.title_en,
        price_minor=card.price_min_minor,
        picture_url=picture_url(card.picture, Size.CARD),
        picked_at=item.picked_at,
    )
