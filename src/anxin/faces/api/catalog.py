"""Categories, and a shop's products, for merchants' programs."""

from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import File, Query, Router, Status
from ninja.files import UploadedFile
from pydantic import Field

from anxin.faces.access import operation, person_of
from anxin.faces.api.catalog_answers import (
    CategoryOut,
    CategoryTermsOut,
    ChangeOut,
    PictureOut,
    ProductOut,
    ProductRowOut,
    SnapshotOut,
    SubmissionOut,
    category_out,
    product_out,
    row_out,
    terms_out,
)
from anxin.faces.api.fields import (
    AmountMinor,
    Body,
    CategoryCode,
    FreightTemplateId,
    PageAnswer,
    PageQuery,
    ProductId,
    SkuId,
    page_answer,
)
from anxin.infra.clock import now
from anxin.infra.media import Size, picture_url, store_picture
from anxin.market.catalog import queries
from anxin.market.catalog.commands import reviews, states
from anxin.market.catalog.commands.prices import PRICES_MAX, NewPrice, change_prices
from anxin.market.catalog.commands.saving import SavedProduct, create_product, edit_product
from anxin.market.catalog.queries import Content, Picture, ProductDraft, ProductFilter, ProductState, SkuDraft
from anxin.market.inventory import commands as inventory
from anxin.market.inventory import queries as stock
from anxin.market.inventory.commands import Level, Reason
from anxin.market.inventory.errors import BelowHeld

router = Router()

PictureKey = Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")]


class ProductsQuery(PageQuery):
    """Which products are wanted; `text` is looked for in title, handle and SKU code."""

    state: ProductState | None = None
    category: Annotated[str, Field(max_length=40)] = ""
    text: Annotated[str, Field(max_length=60)] = ""


class PictureIn(Body):
    """A picture that was uploaded before."""

    key: PictureKey
    alt: str = Field("", max_length=255)


class SkuIn(Body):
    """One variant; `options` has a value for each of the product's option names."""

    options: list[Annotated[str, Field(min_length=1, max_length=120)]] = Field(default=[], max_length=3)
    price_minor: AmountMinor
    compare_price_minor: AmountMinor | None = None
    code: str = Field("", max_length=80)
    barcode: str = Field("", max_length=64)
    weight_grams: int = Field(0, ge=0, le=10_000_000)
    picture: PictureKey | None = None
    on_hand: int | None = Field(None, ge=0, le=1_000_000_000, description="Stock on hand; null leaves it as it is.")


class ProductIn(Body):
    """A whole product; what is left out is empty."""

    handle: str = Field(min_length=1, max_length=255)
    category: CategoryCode
    title: str = Field(min_length=1, max_length=255)
    title_en: str = Field("", max_length=255)
    description_html: str = Field("", max_length=200_000)
    brand: str = Field("", max_length=120)
    attributes: dict[str, str | int | Decimal] = Field(default={}, max_length=50)
    option_names: list[Annotated[str, Field(min_length=1, max_length=60)]] = Field(default=[], max_length=3)
    pictures: list[PictureIn] = Field(default=[], max_length=60)
    product_type: str = Field("", max_length=255)
    tags: list[Annotated[str, Field(max_length=255)]] = Field(default=[], max_length=250)
    freight_template: FreightTemplateId | None = None
    skus: list[SkuIn] = Field(max_length=300)


class ProductEditIn(ProductIn):
    """A whole product over a stored one; `version` is the one you looked at."""

    version: int = Field(ge=1, le=2_147_483_647)


class PriceIn(Body):
    """The new price of one SKU."""

    sku: SkuId
    price_minor: AmountMinor
    compare_price_minor: AmountMinor | None = None


class PricesIn(Body):
    """New prices: all of them are taken, or none."""

    prices: list[PriceIn] = Field(min_length=1, max_length=PRICES_MAX)


@router.get("/categories", response=list[CategoryOut])
@operation("market.browse")
def list_categories(request: HttpRequest) -> Any:  # noqa: ARG001
    """List every category in use, each after the one above it."""
    tree = queries.category_tree(now=now())
    return [category_out(node) for node in tree.nodes.values() if not node.is_retired]


@router.get("/categories/{category}", response=CategoryTermsOut)
@operation("market.browse")
def read_category(request: HttpRequest, category: CategoryCode) -> Any:  # noqa: ARG001
    """Read what holds for goods of a category: attributes, fee, windows."""
    return terms_out(queries.category_tree(now=now()).node(category))


@router.get("/shop/products", response=PageAnswer[ProductRowOut])
@operation("products.read")
def list_products(request: HttpRequest, wanted: Query[ProductsQuery]) -> Any:
    """List the shop's products, the last changed first; delisted ones only when asked for."""
    narrowed = ProductFilter(wanted.text, wanted.state, wanted.category)
    page = queries.products_of_shop(_shop(request), narrowed, now=now(), cursor=wanted.cursor, limit=wanted.limit)
    return page_answer(page.map(row_out))


@router.post("/shop/products", response={201: ProductOut})
@operation("products.edit")
def create(request: HttpRequest, product: ProductIn) -> Any:
    """Write a new draft."""
    saved = create_product(_shop(request), _draft(product), by=person_of(request), now=now())
    _set_stock(request, saved, product)
    return Status(201, _product(request, saved.product_id))


@router.get("/shop/products/{product}", response=ProductOut)
@operation("products.read")
def read_product(request: HttpRequest, product: ProductId) -> Any:
    """Read one of the shop's products as its staff see it."""
    return _product(request, product)


@router.put("/shop/products/{product}", response=ProductOut)
@operation("products.edit")
def replace_product(request: HttpRequest, product: ProductId, written: ProductEditIn) -> Any:
    """Write a product over the stored one. Of a reviewed product, what buyers read waits for a review."""
    saved = edit_product(
        _shop(request), product, _draft(written), version=written.version, by=person_of(request), now=now()
    )
    _set_stock(request, saved, written)
    return _product(request, product)


@router.delete("/shop/products/{product}", response={204: None})
@operation("products.edit")
def delist(request: HttpRequest, product: ProductId) -> Any:
    """Delist a product for good."""
    states.delist(_shop(request), [product], by=person_of(request), now=now())
    return Status(204, None)


@router.put("/shop/products/{product}/submission", response=ProductOut)
@operation("products.edit")
def submit(request: HttpRequest, product: ProductId) -> Any:
    """Submit a draft, or the changes of a reviewed product, for review."""
    reviews.submit(_shop(request), product, by=person_of(request), now=now())
    return _product(request, product)


@router.delete("/shop/products/{product}/submission", response=ProductOut)
@operation("products.edit")
def withdraw(request: HttpRequest, product: ProductId) -> Any:
    """Take a submission back."""
    reviews.withdraw(_shop(request), product, by=person_of(request), now=now())
    return _product(request, product)


@router.get("/shop/products/{product}/submission", response=SubmissionOut | None)
@operation("products.read")
def read_submission(request: HttpRequest, product: ProductId) -> Any:
    """Read what became of the newest submission, null when there was none."""
    return queries.last_decision(_product_page(request, product).id)


@router.put("/shop/products/{product}/sale", response=ProductOut)
@operation("products.edit")
def put_on_sale(request: HttpRequest, product: ProductId) -> Any:
    """Put a reviewed product on sale."""
    states.put_on_sale(_shop(request), [product], by=person_of(request), now=now())
    return _product(request, product)


@router.delete("/shop/products/{product}/sale", response=ProductOut)
@operation("products.edit")
def take_off(request: HttpRequest, product: ProductId) -> Any:
    """Take a product off sale."""
    states.take_off(_shop(request), [product], by=person_of(request), now=now())
    return _product(request, product)


@router.get("/shop/products/{product}/versions/{number}", response=SnapshotOut)
@operation("products.read")
def read_version(
    request: HttpRequest, product: ProductId, number: Annotated[int, Field(ge=1, le=2_147_483_647)]
) -> Any:
    """Read what was shown to buyers in one version, unchangeable and kept for three years."""
    return queries.snapshot(_product_page(request, product).id, number)


@router.get("/shop/products/{product}/changes", response=list[ChangeOut])
@operation("products.read")
def list_changes(request: HttpRequest, product: ProductId) -> Any:
    """List the newest changes of a product and who made them (at most 100)."""
    return queries.changes(_product_page(request, product).id)


@router.put("/shop/prices", response={204: None})
@operation("products.edit")
def write_prices(request: HttpRequest, written: PricesIn) -> Any:
    """Change prices of many SKUs, all or none; doing it again changes nothing."""
    prices = [NewPrice(price.sku, price.price_minor, price.compare_price_minor) for price in written.prices]
    change_prices(_shop(request), prices, by=person_of(request), now=now())
    return Status(204, None)


@router.post("/shop/pictures", response={201: PictureOut})
@operation("products.edit")
def upload_picture(request: HttpRequest, picture: File[UploadedFile]) -> Any:  # noqa: ARG001
    """Store a JPEG, PNG or WebP picture; the same picture always gets the same key."""
    key = store_picture(picture.read())
    return Status(201, {"key": key, "url": picture_url(key), "thumbnail_url": picture_url(key, Size.THUMB)})


def _shop(request: HttpRequest) -> UUID:
    return request.shop_id  # type: ignore[attr-defined,no-any-return]  # set by the door


def _product_page(request: HttpRequest, product: UUID) -> queries.ProductPage:
    return queries.product_of_shop(_shop(request), product, now=now())


def _product(request: HttpRequest, product: UUID) -> ProductOut:
    return product_out(_product_page(request, product))


def _draft(product: ProductIn) -> ProductDraft:
    content = Content(
        category=product.category,
        title=product.title,
        title_en=product.title_en,
        description_html=product.description_html,
        brand=product.brand,
        attributes={code: str(value) for code, value in product.attributes.items()},
        option_names=tuple(product.option_names),
        pictures=tuple(Picture(picture.key, picture.alt) for picture in product.pictures),
        product_type=product.product_type,
        tags=tuple(product.tags),
    )
    freight = str(product.freight_template) if product.freight_template else None
    return ProductDraft(product.handle, content, tuple(map(_sku, product.skus)), freight)


def _sku(sku: SkuIn) -> SkuDraft:
    return SkuDraft(
        options=tuple(sku.options),
        price_minor=sku.price_minor,
        compare_price_minor=sku.compare_price_minor,
        code=sku.code,
        barcode=sku.barcode,
        weight_grams=sku.weight_grams,
        picture=sku.picture or "",
    )


def _set_stock(request: HttpRequest, saved: SavedProduct, product: ProductIn) -> None:
    levels = [
        Level(sku_id, _shop(request), sku.on_hand)
        for sku_id, sku in zip(saved.sku_ids, product.skus, strict=True)
        if sku.on_hand is not None
    ]
    if levels:
        refused = inventory.set_levels(levels, reason=Reason.COUNTED, by=person_of(request), now=now())
        if refused:
            raise BelowHeld(refused[0], stock.availability(refused)[refused[0]].held)
