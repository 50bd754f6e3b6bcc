"""What can be wrong with a row of an imported file: a closed set of codes, each with its sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_noop as _

MAX_EXCERPT = 60  # a message quotes a cell, it does not repeat it


class Fault(StrEnum):
    """The stable code of what is wrong with one row."""

    ROW_MALFORMED = "csv.row_malformed"
    ROW_TOO_LARGE = "csv.row_too_large"
    ROW_UNCLOSED = "csv.row_unclosed"
    EXTRA_CELLS = "csv.extra_cells"
    NUL = "csv.nul"
    HANDLE_MISSING = "csv.handle_missing"
    HANDLE_MALFORMED = "csv.handle_malformed"
    HANDLE_REPEATED = "csv.handle_repeated"
    TITLE_MISSING = "csv.title_missing"
    TOO_LONG = "csv.too_long"
    PRICE_MISSING = "csv.price_missing"
    PRICE_MALFORMED = "csv.price_malformed"
    PRICE_NEGATIVE = "csv.price_negative"
    PRICE_TOO_LARGE = "csv.price_too_large"
    NUMBER_MALFORMED = "csv.number_malformed"
    NUMBER_NEGATIVE = "csv.number_negative"
    NUMBER_TOO_LARGE = "csv.number_too_large"
    FLAG_MALFORMED = "csv.flag_malformed"
    STATUS_UNKNOWN = "csv.status_unknown"
    BARCODE_MALFORMED = "csv.barcode_malformed"
    OPTION_MISSING = "csv.option_missing"
    OPTION_UNNAMED = "csv.option_unnamed"
    VARIANT_REPEATED = "csv.variant_repeated"
    SKU_REPEATED = "csv.sku_repeated"
    SKU_TAKEN = "csv.sku_taken"
    TOO_MANY_VARIANTS = "csv.too_many_variants"
    TOO_MANY_PICTURES = "csv.too_many_pictures"
    ATTRIBUTES_MALFORMED = "csv.attributes_malformed"
    PRODUCT_REJECTED = "csv.product_rejected"
    CATEGORY_UNKNOWN = "csv.category_unknown"
    REFUSED = "csv.refused"


MESSAGES: Mapping[Fault, str] = {
    Fault.ROW_MALFORMED: _("This row is not well-formed CSV: text follows a closing quote."),
    Fault.ROW_TOO_LARGE: _("This row is larger than {value} characters."),
    Fault.ROW_UNCLOSED: _("A quote that opens in this row is never closed."),
    Fault.EXTRA_CELLS: _("This row has more cells than the header; is a comma missing its quotes? (“{value}”)"),
    Fault.NUL: _("This cell holds a NUL character."),
    Fault.HANDLE_MISSING: _("The handle is missing."),
    Fault.HANDLE_MALFORMED: _("“{value}” cannot be a handle: use letters, digits and single dashes, up to 255."),
    Fault.HANDLE_REPEATED: _(
        "This handle was already used at line {value}; rows of one product must follow each other."
    ),
    Fault.TITLE_MISSING: _("The first row of a product needs a title."),
    Fault.TOO_LONG: _("This text is longer than {value} characters."),
    Fault.PRICE_MISSING: _("The price is missing."),
    Fault.PRICE_MALFORMED: _("“{value}” is not a price."),
    Fault.PRICE_NEGATIVE: _("“{value}”: a price cannot be negative."),
    Fault.PRICE_TOO_LARGE: _("“{value}” is too large for a price."),
    Fault.NUMBER_MALFORMED: _("“{value}” is not a whole number."),
    Fault.NUMBER_NEGATIVE: _("“{value}”: this number cannot be negative."),
    Fault.NUMBER_TOO_LARGE: _("“{value}” is too large."),
    Fault.FLAG_MALFORMED: _("“{value}” is neither true nor false."),
    Fault.STATUS_UNKNOWN: _("“{value}” is not a status: use active, draft or archived."),
    Fault.BARCODE_MALFORMED: _("“{value}” is not a barcode; a spreadsheet may have rewritten it."),
    Fault.OPTION_MISSING: _("The option “{value}” has no value in this row."),
    Fault.OPTION_UNNAMED: _("“{value}” is the value of an option without a name."),
    Fault.VARIANT_REPEATED: _("This combination of options was already given at line {value}."),
    Fault.SKU_REPEATED: _("This SKU was already given at line {value}."),
    Fault.SKU_TAKEN: _("Another product of the shop has the SKU “{value}”."),
    Fault.TOO_MANY_VARIANTS: _("A product has at most {value} variants."),
    Fault.TOO_MANY_PICTURES: _("A product has at most {value} pictures."),
    Fault.ATTRIBUTES_MALFORMED: _("“{value}” is not a list of attributes."),
    Fault.PRODUCT_REJECTED: _("Its product was not imported; see line {value}."),
    Fault.CATEGORY_UNKNOWN: _("There is no category “{value}” that takes products."),
    Fault.REFUSED: "{value}",
}


@dataclass(frozen=True)
class RowFault:
    """One thing wrong at one place: the physical line where the row begins, the column, the code and the value."""

    line: int
    column: str
    fault: Fault
    value: str = ""

    @property
    def message(self) -> str:
        """Return the sentence in English; faces translate `MESSAGES` and fill in the value themselves."""
        return MESSAGES[self.fault].replace("{value}", self.value)


def excerpt(text: str) -> str:
    """Return the beginning of a cell, short enough for a message."""
    cleaned = text.replace("\x00", "␀").strip()
    return cleaned if len(cleaned) <= MAX_EXCERPT else cleaned[: MAX_EXCERPT - 1] + "…"
