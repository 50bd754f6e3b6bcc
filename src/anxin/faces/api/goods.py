"""Products as buyers find and see them: search, suggestions, one product."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from anxin.faces.access import operation
from anxin.faces.api.fields import AmountMinor, Answer, PageAnswer, PageQuery, ProductId, ShopId, SkuId
from anxin.infra.clock import now
from anxin.infra.media import Size, picture_url
from anxin.kernel.money import MAX_MINOR
from anxin.market.catalog import queries as catalog
from anxin.market.catalog.errors import ProductNotFound
from anxin.market.catalog.queries import Card, ProductPage, Question, Sort
from anxin.market.inventory import queries as inventory

router = Router()

Facet = Annotated[str, Field(max_length=200, pattern=r"^[ao]:[^=]+=.+$", examples=["a:material=linen"])]


class SearchQuery(PageQuery):
    """What is searched for; a facet is `a:attribute=value` or `o:option=value`."""

    q: Annotated[str, Field(max_length=200, description="Chinese or English words, or a SKU code.")] = ""
    shop: ShopId | None = None
    category: Annotated[str, Field(max_length=80)] = ""
    brand: Annotated[str, Field(max_length=120)] = ""
    facet: Annotated[list[Facet], Field(max_length=10)] = []
    price_from_minor: AmountMinor = 0
    price_to_minor: AmountMinor = MAX_MINOR
    sort: Sort = Sort.RELEVANCE


class CardOut(Answer):
    """A product in a list."""

    id: ProductId
    title: str
    title_en: str
    category: str
    picture_url: str
    price_min_minor: int
    price_max_minor: int
    compare_price_minor: int | None
    sold_count: int
    shop_id: ShopId
    shop_slug: str
    shop_name: str
    shop_name_en: str

    @staticmethod
    def of(card: Card) -> "CardOut":
        """Show a card of the catalog."""
        return CardOut.model_validate({**asdict(card), "picture_url": picture_url(card.picture, Size.CARD)})


class FoundCardOut(CardOut):
    """A product that was found; `sold_out` where nothing of it can be bought now."""

    sold_out: bool

    @staticmethod
    def found(card: Card, *, sold_out: bool) -> "FoundCardOut":
        """Show a card of the catalog with its stock."""
        return FoundCardOut(**dict(CardOut.of(card)), sold_out=sold_out)


class ValueOut(Answer):
    """A value to narrow down by, and how many matches have it."""

    value: str
    uses: int


class BandOut(Answer):
    """Prices from `from_minor` up to below `to_minor`, null for no end."""

    from_minor: int
    to_minor: int | None
    uses: int


class FoundOut(PageAnswer[FoundCardOut]):
    """What was found, and what it can be narrowed down by."""

    total: int = Field(description="How many matches were counted; counting stops at some thousands.")
    corrected: str | None = Field(description="What was searched instead, where nothing had the words that were asked.")
    categories: dict[str, int]
    brands: list[ValueOut]
    facets: dict[str, list[ValueOut]]
    prices: list[BandOut]


class SuggestQuery(Answer):
    """What was typed so far."""

    q: Annotated[str, Field(min_length=1, max_length=60)]


class SuggestionOut(Answer):
    """A completion: of a brand, word, title or category, or a shop."""

    kind: str
    text: str
    slug: str


class ShownAttributeOut(Answer):
    """An attribute in both languages."""

    code: str
    name: str
    name_en: str
    value: str
    value_en: str


class VariantOut(Answer):
    """A variant and how many of it can be bought now."""

    id: SkuId
    options: list[str]
    code: str
    price_minor: int
    compare_price_minor: int | None
    weight_grams: int
    picture_url: str
    free: int


class ShownProductOut(Answer):
    """A product on sale."""

    id: ProductId
    title: str
    title_en: str
    description_html: str
    brand: str
    category: str
    category_path: list[str]
    option_names: list[str]
    attributes: list[ShownAttributeOut]
    picture_urls: list[str]
    skus: list[VariantOut]
    sold_count: int
    version: int
    shop_id: ShopId
    shop_slug: str
    shop_name: str
    shop_name_en: str
    updated_at: datetime


@router.get("/products", response=FoundOut)
@operation("market.browse")
def search_products(request: HttpRequest, wanted: Query[SearchQuery]) -> Any:  # noqa: ARG001
    """Find products on sale by words, category, brand, attributes and price."""
    found = catalog.search(_question(wanted))
    return {
        "items": [
            FoundCardOut.found(card, sold_out=gone) for card, gone in inventory.cards_with_stock(found.page.items)
        ],
        "next_cursor": found.page.next_cursor,
        "total": found.total,
        "corrected": found.corrected,
        "categories": dict(found.facets.categories),
        "brands": found.facets.brands,
        "facets": {name: list(values) for name, values in found.facets.groups.items()},
        "prices": found.facets.bands,
    }


@router.get("/suggestions", response=list[SuggestionOut])
@operation("market.browse")
def suggest(request: HttpRequest, typed: Query[SuggestQuery]) -> Any:  # noqa: ARG001
    """Complete what is being typed (at most 10)."""
    return catalog.suggest(typed.q, now=now())


@router.get("/products/{product}", response=ShownProductOut)
@operation("market.browse")
def read_product(request: HttpRequest, product: ProductId) -> Any:  # noqa: ARG001
    """Read a product on sale with its variants and what is left of them."""
    found = catalog.product_page(product, now=now())
    if not found.is_shown:
        raise ProductNotFound
    return _product(found)


def _question(wanted: SearchQuery) -> Question:
    return Question(
        text=wanted.q,
        shop_id=wanted.shop,
        category=wanted.category,
        brand=wanted.brand,
        facets=tuple(wanted.facet),
        price_from_minor=wanted.price_from_minor,
        price_to_minor=wanted.price_to_minor,
        sort=wanted.sort,
        cursor=wanted.cursor or "",
        limit=wanted.limit,
    )


def _product(found: ProductPage) -> ShownProductOut:
    content = found.content
    return ShownProductOut(
        id=found.id,
        title=content.title,
        title_en=content.title_en,
        description_html=content.description_html,
        brand=content.brand,
        category=content.category,
        category_path=[node.code for node in found.path],
        option_names=list(content.option_names),
        attributes=[ShownAttributeOut.model_validate(each) for each in found.attributes],
        picture_urls=[picture_url(picture.key) for picture in content.pictures],
        skus=_variants(found),
        version=found.shown_version,
        sold_count=found.sold_count,
        shop_id=found.shop_id,
        shop_slug=found.shop_slug,
        shop_name=found.shop_name,
        shop_name_en=found.shop_name_en,
        updated_at=found.updated_at,
    )


def _variants(found: ProductPage) -> list[VariantOut]:
    stock = inventory.availability([sku.id for sku in found.skus])
    return [
        VariantOut(
            id=sku.id,
            options=list(sku.draft.options),
            code=sku.draft.code,
            price_minor=sku.draft.price_minor,
            compare_price_minor=sku.draft.compare_price_minor,
            weight_grams=sku.draft.weight_grams,
            picture_url=picture_url(sku.draft.picture),
            free=stock[sku.id].free if sku.id in stock else 0,
        )
        for sku in found.skus
    ]
