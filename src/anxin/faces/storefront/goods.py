"""Addresses of the things that buyers look at, and cards of the catalog as pages show them."""

from collections.abc import Iterable

from django.urls import reverse

from anxin.faces.language import reads_chinese
from anxin.infra.media import Size, picture_url
from anxin.kernel.ids import public_id
from anxin.market.catalog.queries import Card, CategoryNode
from anxin.ui.parts import ProductCard


def shown_cards(cards: Iterable[Card]) -> list[ProductCard]:
    """Return the catalog's cards in the reader's language, with their addresses."""
    return [shown_card(card) for card in cards]


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


def category_url(category: CategoryNode) -> str:
    """Return the address of a category's page."""
    return reverse("category", args=[category.code])
