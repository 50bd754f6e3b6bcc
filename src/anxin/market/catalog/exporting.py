"""The export: products of a shop as a Shopify product CSV that the import reads back without changing anything."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import zip_longest
from uuid import UUID

from anxin.infra.media import picture_url
from anxin.market.catalog import store
from anxin.market.catalog.domain.content import Picture, SkuDraft
from anxin.market.catalog.domain.life import ProductState
from anxin.market.catalog.domain.saving import StoredProduct, StoredSku, proposed_content, retiring
from anxin.market.catalog.importing import columns
from anxin.market.catalog.importing.drafts import USUAL
from anxin.market.catalog.importing.formulas import neutralise
from anxin.market.catalog.importing.products import DEFAULT_OPTION
from anxin.market.catalog.store import SQL

BATCH = 200
BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes Chinese letters for something else

COLUMNS = (
    columns.HANDLE,
    columns.TITLE,
    columns.BODY,
    columns.VENDOR,
    columns.TYPE,
    columns.TAGS,
    columns.PUBLISHED,
    *(name for pair in zip(columns.OPTION_NAMES, columns.OPTION_VALUES, strict=True) for name in pair),
    columns.SKU,
    columns.GRAMS,
    columns.TRACKER,
    columns.QUANTITY,
    "Variant Inventory Policy",
    "Variant Fulfillment Service",
    columns.PRICE,
    columns.COMPARE_PRICE,
    columns.REQUIRES_SHIPPING,
    "Variant Taxable",
    columns.BARCODE,
    columns.IMAGE,
    columns.IMAGE_ALT,
    *columns.KEPT_OF_PRODUCT,
    columns.VARIANT_IMAGE,
    "Variant Weight Unit",
    "Variant Tax Code",
    "Cost per item",
    columns.STATUS,
    columns.TITLE_EN,
    columns.CATEGORY,
    columns.ATTRIBUTES,
)

ReadStock = Callable[[Sequence[UUID]], Mapping[UUID, int]]
Cells = dict[str, str]


def export_products(shop_id: UUID, *, read_stock: ReadStock, base_url: str = "") -> Iterator[str]:
    """Yield the file piece by piece: a header, then the products in the order of their handles, as last written.

    `read_stock` tells the pieces on hand of SKUs: stock belongs to a module above this one. `base_url` (such as
    `https://example.org`) makes the addresses of pictures whole.
    """
    yield BYTE_ORDER_MARK + _lines([dict(zip(COLUMNS, COLUMNS, strict=True))])
    after = ""
    while products := _next_products(shop_id, after):
        stock = read_stock([sku.id for product in products for sku in product.skus])
        yield _lines([row for product in products for row in product_rows(product, stock, base_url)])
        after = products[-1].handle


def product_rows(product: StoredProduct, stock: Mapping[UUID, int], base_url: str) -> list[Cells]:
    """Return the rows of one product: a variant a row, its pictures beside them and, if there are more, below."""
    content = proposed_content(product.proposed) or product.content
    leaving = set(retiring(product.proposed))
    skus = [sku for sku in product.skus if sku.id not in leaving]
    rows = []
    for sku, picture in zip_longest(skus, content.pictures):
        row = {columns.HANDLE: product.handle}
        if sku:
            row |= _sku_cells(sku, content.option_names, stock.get(sku.id, 0), base_url)
        if picture:
            row |= _picture_cells(picture, base_url)
        rows.append(row)
    if rows:
        rows[0] |= _product_cells(product)
    return rows


def _next_products(shop_id: UUID, after: str) -> list[StoredProduct]:
    return [store.stored_product(row) for row in SQL.rows("export_products", shop_id=shop_id, after=after, rows=BATCH)]


def _product_cells(product: StoredProduct) -> Cells:
    content = proposed_content(product.proposed) or product.content
    on_sale = product.state is ProductState.ON_SALE
    names = content.option_names or DEFAULT_OPTION[:1]
    kept = {name: product.extras.get(name, USUAL.get(name, "")) for name in columns.KEPT_OF_PRODUCT}
    return (
        {
            columns.TITLE: content.title,
            columns.BODY: content.description_html,
            columns.VENDOR: content.brand,
            columns.TYPE: content.product_type,
            columns.TAGS: ", ".join(content.tags),
            columns.PUBLISHED: str(on_sale).lower(),
            columns.STATUS: "active" if on_sale else "draft",
            columns.TITLE_EN: content.title_en,
            columns.CATEGORY: content.category,
            columns.ATTRIBUTES: json.dumps(dict(content.attributes), ensure_ascii=False, sort_keys=True),
        }
        | dict(zip(columns.OPTION_NAMES, names, strict=False))
        | kept
    )


def _sku_cells(sku: StoredSku, option_names: Sequence[str], on_hand: int, base_url: str) -> Cells:
    draft: SkuDraft = sku.draft
    options = draft.options if option_names else DEFAULT_OPTION[1:]
    compare = draft.compare_price_minor
    kept = {name: draft.extras.get(name, USUAL.get(name, "")) for name in columns.KEPT_OF_VARIANT}
    return (
        dict(zip(columns.OPTION_VALUES, options, strict=False))
        | kept
        | {
            columns.SKU: draft.code,
            columns.GRAMS: str(draft.weight_grams),
            columns.QUANTITY: str(on_hand),
            columns.PRICE: _amount(draft.price_minor),
            columns.COMPARE_PRICE: _amount(compare) if compare else "",
            columns.BARCODE: draft.barcode,
            columns.VARIANT_IMAGE: _address(draft.picture, base_url),
        }
    )


def _picture_cells(picture: Picture, base_url: str) -> Cells:
    return {columns.IMAGE: _address(picture.key, base_url), columns.IMAGE_ALT: picture.alt}


def _address(key: str, base_url: str) -> str:
    return f"{base_url.rstrip('/')}{picture_url(key)}" if key else ""


def _amount(minor: int) -> str:
    yuan, fen = divmod(minor, 100)
    return f"{yuan}.{fen:02d}"


def _lines(rows: Sequence[Cells]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([neutralise(row.get(column, "")) for column in COLUMNS] for row in rows)
    return out.getvalue()
