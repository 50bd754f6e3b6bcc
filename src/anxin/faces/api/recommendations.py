"""Products beside a product, beside a cart, and for the caller, for programs."""

from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import override
from ninja import Query, Router
from pydantic import Field

from anxin.faces.access import actor_of_request, operation
from anxin.faces.api.fields import Answer, PageQuery, ProductId, RequestId, reply
from anxin.faces.api.goods import CardOut
from anxin.faces.teller import teller_of
from anxin.faces.why import goods_words_of
from anxin.infra.clock import now
from anxin.kernel.page import BadCursor
from anxin.market.catalog import queries as catalog
from anxin.market.catalog.errors import ProductNotFound
from anxin.market.interest.commands import Goods, Place, Recommended, recommend
from anxin.market.interest.errors import NoActor
from anxin.market.orders import queries as orders
from anxin.market.orders.commands import CartOwner

router = Router()


class RelatedQuery(PageQuery):
    """How much is wanted of each shelf. There is no cursor: an answer is the whole."""

    limit: int = Field(10, ge=1, le=30, description="Products a shelf.")


class RecommendationsQuery(RelatedQuery):
    """For which place: the caller's home, or beside the caller's cart."""

    surface: Literal["home", "cart"] = "home"


class GoodsWhyOut(Answer):
    """Why a product is shown: the source that brought it, in words; for `together` how many people bought both."""

    source: str
    text: str
    text_en: str
    buyers: int
    because: ProductId | None


class RecommendedOut(CardOut):
    """A product that can be bought now. `slot` is its place in the answer, null where the answer has no `request`."""

    slot: int | None
    why: GoodsWhyOut


class RelatedOut(Answer):
    """What is like a product and what was bought with it. `request` names the answer: events carry it with the `slot`.

    `policy` says which rules chose: `popular` while the interest engine cannot be used, `plain-…` for whoever refused what is
    personal.
    """

    request: RequestId | None
    policy: str
    similar: list[RecommendedOut]
    together: list[RecommendedOut]


class RecommendationsOut(Answer):
    """What suits the caller, or goes with the caller's cart. `personal` says whether what is known of the caller was used."""

    request: RequestId | None
    policy: str
    personal: bool
    items: list[RecommendedOut]


@router.get("/products/{product}/related", response=RelatedOut)
@operation("market.browse")
def read_related(request: HttpRequest, product: ProductId, wanted: Query[RelatedQuery]) -> Any:
    """Get what is like a product, and what three people or more bought together with it.

    A stranger is known by the `Anxin-Device` header; without it the answer has no `request`.
    """
    if wanted.cursor:
        raise BadCursor
    found = catalog.product_page(product, now=now())
    if not found.is_shown:
        raise ProductNotFound
    answer = _recommended(request, Place("product", (product,), found.category.code), wanted.limit)
    shelves = {name: _shelf(answer, name) for name in ("similar", "together")}
    return reply(RelatedOut(request=answer.request, policy=answer.policy, **shelves))


@router.get("/recommendations", response=RecommendationsOut)
@operation("market.browse")
def read_recommendations(request: HttpRequest, wanted: Query[RecommendationsQuery]) -> Any:
    """Get what suits the caller (`home`), or what goes with the cart of the token's person (`cart`).

    For `home` strangers, and whoever refused what is personal, get what is popular.
    """
    if wanted.cursor:
        raise BadCursor
    place, shelf = (Place("home"), "for_you") if wanted.surface == "home" else (_cart_place(request), "together")
    answer = _recommended(request, place, wanted.limit)
    return reply(
        RecommendationsOut(
            request=answer.request, policy=answer.policy, personal=answer.is_personal, items=_shelf(answer, shelf)
        )
    )


def _cart_place(request: HttpRequest) -> Place:
    person_id = actor_of_request(request).person_id
    items = orders.cart(CartOwner(person_id), now=now()).items if person_id else ()
    return Place("cart", tuple(dict.fromkeys(item.offer.product_id for item in items)))


def _recommended(request: HttpRequest, place: Place, limit: int) -> Recommended:
    actor: UUID | None
    try:
        actor = teller_of(request).id
    except NoActor:
        actor = None
    return recommend(place, actor, limit=limit, now=now())


def _shelf(answer: Recommended, name: str) -> list[RecommendedOut]:
    return [RecommendedOut(**dict(CardOut.of(one.card)), slot=one.slot, why=_why(one)) for one in answer.shelf(name)]


def _why(one: Goods) -> GoodsWhyOut:
    with override("zh-hans"):
        chinese = goods_words_of(one.why)
    with override("en"):
        english = goods_words_of(one.why)
    because = one.why.because.id if one.why.because else None
    return GoodsWhyOut(source=one.why.source, text=chinese, text_en=english, buyers=one.why.buyers, because=because)
