"""The columns of a Shopify product CSV, under the names that several generations of its export gave them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from anxin.market.catalog.importing.errors import MissingColumns, RepeatedColumn

HANDLE = "Handle"
TITLE = "Title"
BODY = "Body (HTML)"
VENDOR = "Vendor"
TYPE = "Type"
TAGS = "Tags"
PUBLISHED = "Published"
STATUS = "Status"
OPTION_NAMES = ("Option1 Name", "Option2 Name", "Option3 Name")
OPTION_VALUES = ("Option1 Value", "Option2 Value", "Option3 Value")
SKU = "Variant SKU"
GRAMS = "Variant Grams"
TRACKER = "Variant Inventory Tracker"
QUANTITY = "Variant Inventory Qty"
PRICE = "Variant Price"
COMPARE_PRICE = "Variant Compare At Price"
REQUIRES_SHIPPING = "Variant Requires Shipping"
BARCODE = "Variant Barcode"
IMAGE = "Image Src"
IMAGE_ALT = "Image Alt Text"
VARIANT_IMAGE = "Variant Image"
# What Shopify has no column for travels in metafield columns, so that export and import lose nothing.
TITLE_EN = "English Title (product.metafields.anxin.title_en)"
CATEGORY = "Category (product.metafields.anxin.category)"
ATTRIBUTES = "Attributes (product.metafields.anxin.attributes)"

# What the market itself does not use is kept as it came and written back by the export.
KEPT_OF_PRODUCT = (
    "Gift Card",
    "SEO Title",
    "SEO Description",
    "Google Shopping / Google Product Category",
    "Google Shopping / Gender",
    "Google Shopping / Age Group",
    "Google Shopping / MPN",
    "Google Shopping / AdWords Grouping",
    "Google Shopping / AdWords Labels",
    "Google Shopping / Condition",
    "Google Shopping / Custom Product",
    *(f"Google Shopping / Custom Label {number}" for number in range(5)),
)
KEPT_OF_VARIANT = (
    TRACKER,
    "Variant Inventory Policy",
    "Variant Fulfillment Service",
    REQUIRES_SHIPPING,
    "Variant Taxable",
    "Variant Weight Unit",
    "Variant Tax Code",
    "Cost per item",
)

REQUIRED = (HANDLE, TITLE, PRICE)
PRODUCT_LEVEL = (
    TITLE,
    TITLE_EN,
    BODY,
    VENDOR,
    TYPE,
    TAGS,
    PUBLISHED,
    STATUS,
    CATEGORY,
    ATTRIBUTES,
    *OPTION_NAMES,
)
VARIANT_LEVEL = (*OPTION_VALUES, SKU, PRICE, COMPARE_PRICE, BARCODE, QUANTITY)

_ALIASES: Mapping[str, str] = {
    "url handle": HANDLE,
    "description": BODY,
    "body html": BODY,
    "product type": TYPE,
    "published on online store": PUBLISHED,
    "sku": SKU,
    "barcode": BARCODE,
    "price": PRICE,
    "compare-at price": COMPARE_PRICE,
    "inventory quantity": QUANTITY,
    "inventory tracker": TRACKER,
    "weight value (grams)": GRAMS,
    "requires shipping": REQUIRES_SHIPPING,
    "product image url": IMAGE,
    "image alt text": IMAGE_ALT,
    "variant image url": VARIANT_IMAGE,
    **{f"option{number} name": f"Option{number} Name" for number in (1, 2, 3)},
    **{f"option{number} value": f"Option{number} Value" for number in (1, 2, 3)},
}
_KNOWN: Mapping[str, str] = {
    name.casefold(): name
    for name in (
        *REQUIRED,
        *PRODUCT_LEVEL,
        *VARIANT_LEVEL,
        *KEPT_OF_PRODUCT,
        *KEPT_OF_VARIANT,
        GRAMS,
        IMAGE,
        IMAGE_ALT,
        VARIANT_IMAGE,
    )
}


@dataclass(frozen=True)
class Header:
    """The columns of one file: the names as written, and where each known column is."""

    written: tuple[str, ...]
    places: Mapping[str, int]

    def cell(self, cells: Sequence[str], column: str) -> str:
        """Return the text of a known column, empty where the row or the file has none."""
        place = self.places.get(column)
        return cells[place].strip() if place is not None and place < len(cells) else ""

    def has(self, column: str) -> bool:
        """Say whether the file has this column at all."""
        return column in self.places

    def name_at(self, place: int) -> str:
        """Return the written name of a column by its place, empty beyond the header."""
        return self.written[place] if place < len(self.written) else ""


def read_header(cells: Sequence[str]) -> Header:
    """Find the known columns. Raises MissingColumns and RepeatedColumn; unknown columns are allowed and ignored."""
    places: dict[str, int] = {}
    for place, written in enumerate(cells):
        name = " ".join(written.split()).casefold()
        known = _KNOWN.get(name) or _ALIASES.get(name)
        if known is None:
            continue
        if known in places:
            raise RepeatedColumn(known)
        places[known] = place
    missing = [column for column in REQUIRED if column not in places]
    if missing:
        raise MissingColumns(", ".join(missing))
    return Header(tuple(cells), places)
