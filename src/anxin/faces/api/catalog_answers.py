"""What the API answers about categories and products."""

from datetime import datetime
from typing import Any

from anxin.faces.api.fields import Answer, FreightTemplateId, ProductId, ShopId, SkuId
from anxin.infra.media import Size, picture_url
from anxin.market.catalog.queries import (
    Attribute,
    CategoryNode,
    Picture,
    ProductPage,
    ProductRow,
    ProductState,
    ReviewState,
    SkuState,
    StoredSku,
)


class CategoryOut(Answer):
    """A node of the category tree; products lie in leaves."""

    code: str
    parent: str | None
    name: str
    name_en: str
    icon: str
    is_leaf: bool


class ChoiceOut(Answer):
    """One value of an attribute."""

    code: str
    name: str
    name_en: str


class AttributeOut(Answer):
    """One attribute that a category asks for."""

    code: str
    name: str
    name_en: str
    kind: str
    required: bool
    unit: str
    unit_en: str
    choices: list[ChoiceOut]


class CategoryTermsOut(CategoryOut):
    """A category with what holds for goods in it now."""

    effective_from: datetime
    service_fee_bps: int
    after_sale_days: int
    settlement_days: int
    flags: list[str]
    attributes: list[AttributeOut]


class PictureOut(Answer):
    """A stored picture."""

    key: str
    url: str
    thumbnail_url: str


class ShownPictureOut(PictureOut):
    """A picture of a product."""

    alt: str


class SkuOut(Answer):
    """One variant. `proposed` waits for the next review."""

    id: SkuId
    state: SkuState
    options: list[str]
    price_minor: int
    compare_price_minor: int | None
    code: str
    barcode: str
    weight_grams: int
    picture: str


class ContentOut(Answer):
    """The part of a product that is reviewed."""

    category: str
    title: str
    title_en: str
    description_html: str
    brand: str
    attributes: dict[str, str]
    option_names: list[str]
    pictures: list[ShownPictureOut]
    product_type: str
    tags: list[str]


class ProductOut(Answer):
    """A product as its shop's staff see it; `proposed` is changed content that waits for a review."""

    id: ProductId
    shop: ShopId
    handle: str
    state: ProductState
    version: int
    in_review: bool
    shown: ContentOut
    proposed: ContentOut | None
    freight_template: FreightTemplateId | None
    skus: list[SkuOut]
    sold_count: int
    shown_version: int
    created_at: datetime
    updated_at: datetime


class ProductRowOut(Answer):
    """A product in a list."""

    id: ProductId
    handle: str
    state: ProductState
    version: int
    in_review: bool
    category: str
    title: str
    title_en: str
    thumbnail_url: str
    price_min_minor: int
    price_max_minor: int
    sold_count: int
    skus: list[SkuId]
    updated_at: datetime


class SnapshotOut(Answer):
    """What was shown in one version; `sha256` is the digest of `shown` as it is stored."""

    product_id: ProductId
    number: int
    shown_from: datetime
    sha256: str
    shown: dict[str, Any]


class SubmissionOut(Answer):
    """A submission and what became of it."""

    state: ReviewState
    is_change: bool
    submitted_at: datetime
    decided_at: datetime | None
    reasons: list[str]
    note: str


class ChangeOut(Answer):
    """One line of a product's audit trail."""

    at: datetime
    verb: str
    version: int
    details: dict[str, Any]


def category_out(node: CategoryNode) -> CategoryOut:
    """Return a category without its terms."""
    return CategoryOut.model_validate(node)


def terms_out(node: CategoryNode) -> CategoryTermsOut:
    """Return a category with its terms."""
    terms = node.terms
    return CategoryTermsOut(
        **category_out(node).model_dump(),
        effective_from=terms.effective_from,
        service_fee_bps=terms.service_fee_bps,
        after_sale_days=terms.after_sale_days,
        settlement_days=terms.settlement_days,
        flags=sorted(terms.flags),
        attributes=[_attribute_out(attribute) for attribute in terms.attributes],
    )


def product_out(page: ProductPage) -> ProductOut:
    """Return a product for its staff."""
    stored = page.stored
    return ProductOut(
        id=page.id,
        shop=page.shop_id,
        handle=stored.handle,
        state=stored.state,
        version=stored.version,
        in_review=stored.waiting,
        shown=_content_out(page.content),
        proposed=_content_out(page.proposed) if page.proposed else None,
        freight_template=stored.freight_template_id,
        skus=[_sku_out(sku) for sku in stored.skus],
        sold_count=page.sold_count,
        shown_version=page.shown_version,
        created_at=page.created_at,
        updated_at=page.updated_at,
    )


def row_out(row: ProductRow) -> ProductRowOut:
    """Return a product in a list."""
    facts = {name: getattr(row, name) for name in ProductRowOut.model_fields if hasattr(row, name)}
    thumbnail = picture_url(row.picture, Size.THUMB)
    return ProductRowOut(**facts, in_review=row.waiting, thumbnail_url=thumbnail, skus=list(row.sku_ids))


def _attribute_out(attribute: Attribute) -> AttributeOut:
    return AttributeOut.model_validate(attribute)


def _content_out(content: Any) -> ContentOut:
    facts = vars(content) | {
        "attributes": dict(content.attributes),
        "pictures": [_picture_out(picture) for picture in content.pictures],
    }
    return ContentOut.model_validate(facts)


def _picture_out(picture: Picture) -> ShownPictureOut:
    url, thumbnail = picture_url(picture.key), picture_url(picture.key, Size.THUMB)
    return ShownPictureOut(key=picture.key, url=url, thumbnail_url=thumbnail, alt=picture.alt)


def _sku_out(sku: StoredSku) -> SkuOut:
    return SkuOut.model_validate(vars(sku.draft) | {"id": sku.id, "state": sku.state})
