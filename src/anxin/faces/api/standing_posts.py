"""What creators change of a post that passed its review: the moment it comes out, and the goods in it."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from anxin.faces.access import operation, person_of
from anxin.faces.api.fields import Body, ContentRef, Moment
from anxin.faces.api.own_posts import AnchorIn, OwnPostOut, read_post
from anxin.faces.speaking import own_post
from anxin.infra.clock import now
from anxin.market.content.commands import standing as commands
from anxin.market.content.commands.posts import Anchor
from anxin.market.content.queries.posts import ANCHORS_MAX

router = Router()


class PublishAtIn(Body):
    """When a planned post comes out."""

    publish_at: Moment | None = Field(None, description="From five minutes to thirty days ahead; null: at once.")


class GoodsIn(Body):
    """The goods in a post, whole: those left out leave it."""

    products: Annotated[list[AnchorIn], Field(max_length=ANCHORS_MAX)]


@router.put("/me/posts/{content}/publish-at", response=OwnPostOut)
@operation("content.create")
def reschedule_post(request: HttpRequest, content: ContentRef, wanted: PublishAtIn) -> Any:
    """Let a planned post come out at another moment, or at once; it is not reviewed again."""
    found, speaker = own_post(request, content)
    commands.reschedule_post(found.id, wanted.publish_at, creator_id=speaker.id, by=person_of(request), now=now())
    return read_post(request, content)


@router.put("/me/posts/{content}/products", response=OwnPostOut)
@operation("content.create")
def change_products(request: HttpRequest, content: ContentRef, wanted: GoodsIn) -> Any:
    """Put other goods of the showcase into a public or planned post; it is not reviewed again, so new labels are refused."""
    found, speaker = own_post(request, content)
    anchors = [Anchor(each.product, each.at_ms, each.label) for each in wanted.products]
    commands.change_anchors(found.id, anchors, creator_id=speaker.id, by=person_of(request), now=now())
    return read_post(request, content)
