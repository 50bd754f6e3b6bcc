"""Everything that the catalog refuses."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from anxin.kernel.errors import AnxinError, Kind


@dataclass(eq=False)
class CategoryUnknown(AnxinError):
    """There is no category “{category}”."""

    category: str
    code = "catalog.category_unknown"
    kind = Kind.NOT_FOUND


@dataclass(eq=False)
class CategoryNotALeaf(AnxinError):
    """Products cannot be put into the category “{category}”: choose one below it."""

    category: str
    code = "catalog.category_not_a_leaf"
    kind = Kind.INVALID


@dataclass(eq=False)
class CategoryNotGranted(AnxinError):
    """This shop may not sell in the category “{category}” yet."""

    category: str
    code = "catalog.category_not_granted"
    kind = Kind.INVALID


class AttributeFaults(StrEnum):
    """What is wrong with one attribute."""

    UNKNOWN = "unknown"
    MISSING = "missing"
    NOT_A_CHOICE = "not_a_choice"
    NOT_A_NUMBER = "not_a_number"
    TOO_LONG = "too_long"


@dataclass(frozen=True)
class AttributeFault:
    """One wrong attribute of a product."""

    attribute: str
    name: str
    fault: AttributeFaults

    def __str__(self) -> str:
        return f"{self.name} ({self.fault.value})"


@dataclass(eq=False)
class BadAttributes(AnxinError):
    """Some attributes are not right: {listed}."""

    faults: tuple[AttributeFault, ...]
    code = "catalog.bad_attributes"
    kind = Kind.INVALID

    def facts(self) -> dict[str, object]:
        """Return the faults, and as one text."""
        return {"faults": self.faults, "listed": ", ".join(str(fault) for fault in self.faults)}


class ProductNotFound(AnxinError):
    """There is no such product."""

    code = "catalog.product_not_found"
    kind = Kind.NOT_FOUND


class VersionNotFound(AnxinError):
    """This product was never shown in that version."""

    code = "catalog.version_not_found"
    kind = Kind.NOT_FOUND


class ReviewNotFound(AnxinError):
    """There is no such review."""

    code = "catalog.review_not_found"
    kind = Kind.NOT_FOUND


@dataclass(eq=False)
class SkuNotFound(AnxinError):
    """There is no such SKU: {sku}."""

    sku: str
    code = "catalog.sku_not_found"
    kind = Kind.NOT_FOUND


@dataclass(eq=False)
class HandleTaken(AnxinError):
    """Another product of the shop already has the handle “{handle}”."""

    handle: str
    code = "catalog.handle_taken"
    kind = Kind.CONFLICT


@dataclass(eq=False)
class SkuCodeTaken(AnxinError):
    """Another SKU of the shop already has the code “{sku_code}”."""

    sku_code: str
    code = "catalog.sku_code_taken"
    kind = Kind.CONFLICT


@dataclass(eq=False)
class BadHandle(AnxinError):
    """“{handle}” cannot be a handle: use letters, digits and single dashes, up to 255."""

    handle: str
    code = "catalog.bad_handle"
    kind = Kind.INVALID


@dataclass(eq=False)
class TextTooLong(AnxinError):
    """“{field}” may have up to {characters_max} characters."""

    field: str
    characters_max: int
    code = "catalog.text_too_long"
    kind = Kind.INVALID


class TitleMissing(AnxinError):
    """A product needs a title."""

    code = "catalog.title_missing"
    kind = Kind.INVALID


class PictureMissing(AnxinError):
    """A product needs at least one picture before it is submitted."""

    code = "catalog.picture_missing"
    kind = Kind.INVALID


@dataclass(eq=False)
class TooMany(AnxinError):
    """A product may have up to {most} {what}."""

    what: str
    most: int
    code = "catalog.too_many"
    kind = Kind.INVALID


@dataclass(eq=False)
class PictureUnknown(AnxinError):
    """The picture “{key}” was not uploaded here."""

    key: str
    code = "catalog.picture_unknown"
    kind = Kind.INVALID


class SkuMissing(AnxinError):
    """A product needs at least one SKU with a price before it is submitted."""

    code = "catalog.sku_missing"
    kind = Kind.INVALID


@dataclass(eq=False)
class BadOptions(AnxinError):
    """The SKU “{options}” does not have one value for each option, or is there twice."""

    options: str
    code = "catalog.bad_options"
    kind = Kind.INVALID


@dataclass(eq=False)
class BadPrice(AnxinError):
    """{price_minor} fen is not a price."""

    price_minor: int
    code = "catalog.bad_price"
    kind = Kind.INVALID


@dataclass(eq=False)
class BadWeight(AnxinError):
    """{weight_grams} g is not a weight."""

    weight_grams: int
    code = "catalog.bad_weight"
    kind = Kind.INVALID


@dataclass(eq=False)
class CompareNotAbove(AnxinError):
    """The compare price of “{sku}” must be above its price."""

    sku: str
    code = "catalog.compare_not_above"
    kind = Kind.INVALID


@dataclass(eq=False)
class CompareAboveLowest(AnxinError):
    """The compare price of “{sku}” may not exceed {lowest}, its lowest price of the last 7 days."""

    sku: str
    lowest_minor: int
    lowest: str
    code = "catalog.compare_above_lowest"
    kind = Kind.INVALID


class NothingToReview(AnxinError):
    """Nothing of this product has changed that would need a review."""

    code = "catalog.nothing_to_review"
    kind = Kind.CONFLICT


class WaitsForReview(AnxinError):
    """This product waits for a review. Withdraw it before you change it."""

    code = "catalog.waits_for_review"
    kind = Kind.CONFLICT


class ReasonsMissing(AnxinError):
    """A refusal needs at least one reason."""

    code = "catalog.reasons_missing"
    kind = Kind.INVALID


@dataclass(eq=False)
class BatchTooLarge(AnxinError):
    """Up to {most} may be changed at once."""

    most: int
    code = "catalog.batch_too_large"
    kind = Kind.INVALID


@dataclass(eq=False)
class ListingRestricted(AnxinError):
    """This shop may not list products at the moment."""

    shop_id: UUID
    code = "catalog.listing_restricted"
    kind = Kind.CONFLICT


class BadCursor(AnxinError):
    """This page marker is not one that was given out."""

    code = "catalog.bad_cursor"
    kind = Kind.INVALID
