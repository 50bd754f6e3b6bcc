"""Text of one cell into a value, exactly, or a fault that says why not."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal

from anxin.kernel.money import MAX_MINOR
from anxin.market.catalog.domain.content import HANDLE, HANDLE_CHARS_MAX
from anxin.market.catalog.importing.faults import Fault

MAX_COUNT = 1_000_000_000
MAX_ATTRIBUTES = 50
_PRICE = re.compile(r"[¥￥$]?\s?(\d+|\d{1,3}(?:,\d{3})+)(\.\d+)?", re.ASCII)
_NEGATIVE_PRICE = re.compile(r"[¥￥$]?\s?[-−－][¥￥$]?\s?[\d.,]+", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d+(?:\.0+)?", re.ASCII)
_TEXT_MARKED = re.compile(r"""(?:'|=")?([^'"=]*)"?""")
_BARCODE = re.compile(r"[0-9A-Za-z .\-]{1,64}", re.ASCII)
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+", re.ASCII)
_TRUE = frozenset({"true", "yes", "1", "是", "y"})
_FALSE = frozenset({"false", "no", "0", "否", "n", ""})


class BadCell(Exception):
    """A cell cannot be read."""

    def __init__(self, fault: Fault, value: str = "") -> None:
        super().__init__(fault)
        self.fault = fault
        self.value = value


def price_minor(text: str) -> int:
    """Return the minor units of a price, exactly: `36.00` is 3600, and `12,50` is refused rather than guessed.

    Zero is allowed: it means “not priced yet”, and such a SKU is not for sale.
    """
    if not text:
        raise BadCell(Fault.PRICE_MISSING)
    match = _PRICE.fullmatch(text)
    if match is None:
        raise BadCell(Fault.PRICE_NEGATIVE if _NEGATIVE_PRICE.fullmatch(text) else Fault.PRICE_MALFORMED, text)
    scaled = Decimal(match[1].replace(",", "") + (match[2] or "")).scaleb(2)
    if scaled > MAX_MINOR:
        raise BadCell(Fault.PRICE_TOO_LARGE, text)
    minor = int(scaled)
    if minor != scaled:
        raise BadCell(Fault.PRICE_MALFORMED, text)
    return minor


def compare_price_minor(text: str) -> int | None:
    """Return the minor units of a compare price; shops write an empty cell or zero where there is none."""
    return (price_minor(text) or None) if text else None


def count(text: str) -> int | None:
    """Return a whole number of zero or more, None for an empty cell."""
    if not text:
        return None
    if not _WHOLE.fullmatch(text):
        raise BadCell(Fault.NUMBER_MALFORMED, text)
    number = int(Decimal(text)) if len(text) <= len(str(MAX_COUNT)) + 8 else MAX_COUNT + 1
    if text.startswith("-") and number != 0:
        raise BadCell(Fault.NUMBER_NEGATIVE, text)
    if number > MAX_COUNT:
        raise BadCell(Fault.NUMBER_TOO_LARGE, text)
    return number


def stock(text: str) -> int | None:
    """Return how many are in stock, None for an empty cell; Shopify writes what was oversold below zero: none left."""
    if text.startswith("-") and count(text[1:]) is not None:
        return 0
    return count(text)


def flag(text: str, *, default: bool) -> bool:
    """Return true or false, the default for an empty cell."""
    if not text:
        return default
    lowered = text.casefold()
    if lowered in _TRUE:
        return True
    if lowered in _FALSE:
        return False
    raise BadCell(Fault.FLAG_MALFORMED, text)


def handle(text: str) -> str:
    """Return a handle as it may stand in an address."""
    if not text:
        raise BadCell(Fault.HANDLE_MISSING)
    if len(text) > HANDLE_CHARS_MAX or not HANDLE.fullmatch(text):
        raise BadCell(Fault.HANDLE_MALFORMED, text)
    return text


def barcode(text: str) -> str:
    """Return a barcode without the marks (`'690…`, `="690…"`) by which spreadsheets keep digits as text."""
    match = _TEXT_MARKED.fullmatch(text)
    bare = match[1].strip() if match else text
    if not bare:
        return ""
    if not _BARCODE.fullmatch(bare) or _SCIENTIFIC.fullmatch(bare):
        raise BadCell(Fault.BARCODE_MALFORMED, text)
    return bare


def attributes(text: str) -> Mapping[str, str] | None:
    """Return the attributes written as a JSON object of texts, None for an empty cell."""
    if not text:
        return None
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        raise BadCell(Fault.ATTRIBUTES_MALFORMED, text) from None
    if not isinstance(read, dict) or len(read) > MAX_ATTRIBUTES:
        raise BadCell(Fault.ATTRIBUTES_MALFORMED, text)
    if not all(isinstance(value, str | int | bool) for value in read.values()):
        raise BadCell(Fault.ATTRIBUTES_MALFORMED, text)
    return {str(name): value if isinstance(value, str) else json.dumps(value) for name, value in read.items()}


def tags(text: str) -> tuple[str, ...]:
    """Return the tags of a comma-separated cell (also of a Chinese comma), each once, in order."""
    parts = (part.strip() for part in re.split(r"[,，]", text))
    return tuple(dict.fromkeys(part for part in parts if part))
