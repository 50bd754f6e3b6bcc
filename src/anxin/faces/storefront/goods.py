"""Addresses of the things that buyers look at, and cards of the catalog as pages show them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from anxin.faces.language import reads_chinese
from anxin.faces.origin import PARAMETER, origin_text
from anxin.faces.teller import teller_of
from anxin.faces.why import goods_words_of
from anxin.infra.clock import now
from anxin.infra.media import Size, picture_url
from anxin.kernel.ids import public_id
from anxin.market.catalog.queries import Card, CategoryNode
from anxin.market.interest.commands import Goods, Place, Recommended, recommend
from anxin.market.interest.errors import BadDevice, NoActor
from anxin.market.inventory.queries import cards_with_stock, sold_out
from anxin.ui.parts import ProductCard


def cards_of(product_ids: Sequence[UUID]) -> list[ProductCard]:
    """Return cards of those of the products that can be seen now, sold-out ones marked; one statement."""
    return shelves_of(product_ids)[0]


def shelves_of(*shelves: Sequence[UUID]) -> list[list[ProductCard]]:
    """Return the cards of several shelves as `cards_of` does; one statement for all."""
    wanted = list(dict.fromkeys(each for shelf in shelves for each in shelf))
    known = {card.id: replace(shown_card(card), sold_out=gone) for card, gone in cards_with_stock(wanted)}
    return [[known[each] for each in shelf if each in known] for shelf in shelves]


def stocked_cards(cards: Iterable[Card]) -> list[ProductCard]:
    """Return cards that are known already, those of which nothing can be bought now marked; one statement."""
    found = list(cards)
    gone = sold_out([card.id for card in found])
    return [replace(shown_card(card), sold_out=card.id in gone) for card in found]


def shown_card(card: Card) -> ProductCard:
    """Return one card of the catalog as a page shows it."""
    chinese = reads_chinese()
    return ProductCard(
        title=card.title if chinese else card.title_en or card.title,
        url=reverse("product", args=[public_id("prd", card.id)]),
        picture=picture_url(card.picture, Size.CARD),
        price_minor=card.price_min_minor,
        was_minor=card.compare_price_minor,
        shop_name=card.shop_name if chinese else card.shop_name_en or card.shop_name,
        sales=card.sold_count,
    )


def recommended(request: HttpRequest, place: Place, *, limit: int) -> Recommended:
    """Return products for a place on this page, written down as served unless nobody is known to look at it."""
    return recommend(place, looker_of(request), limit=limit, now=now())


def looker_of(request: HttpRequest) -> UUID | None:
    """Return the person or device that looks at a page; None for a stranger who has no device id."""
    try:
        return teller_of(request).id
    except (NoActor, BadDevice):
        return None


def recommended_cards(answer: Recommended, shelf: str) -> list[ProductCard]:
    """Return a shelf of an answer: what is bought from it carries the answer's id."""
    return [_recommended_card(answer.request, one) for one in answer.shelf(shelf)]


def _recommended_card(request_id: UUID | None, one: Goods) -> ProductCard:
    card = shown_card(one.card)
    words = goods_words_of(one.why)
    if request_id is None:
        return replace(card, reason=words)
    url = f"{card.url}?{PARAMETER}={origin_text(request_id, '', None, None)}"
    request = public_id("req", request_id)
    return replace(card, reason=words, id=public_id("prd", one.card.id), request=request, slot=one.slot, url=url)


def category_url(category: CategoryNode) -> str:
    """Return the address of a category's page."""
    return reverse("category", args=[category.code])
