"""Records in, products and rejected rows out: the pure heart of the import, holding one product at a time."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import TypeVar

from anxin.market.catalog.domain.content import (
    CODE_MAX,
    OPTION_NAME_MAX,
    OPTION_VALUE_MAX,
    PICTURES_MAX,
    SKUS_MAX,
    TEXT_MAX,
)
from anxin.market.catalog.importing import cells, columns
from anxin.market.catalog.importing.cells import BadCell
from anxin.market.catalog.importing.columns import Header
from anxin.market.catalog.importing.faults import Fault, RowFault, excerpt
from anxin.market.catalog.importing.formulas import restore
from anxin.market.catalog.importing.records import Record

T = TypeVar("T")

MAX_TITLE = TEXT_MAX["title"]
MAX_BODY = TEXT_MAX["description_html"]
MAX_ADDRESS = 2_000
MAX_HANDLE_CELL = 1_000  # whatever is longer is not even quoted in a message
DEFAULT_OPTION = ("Title", "Default Title")  # how Shopify writes a product without options


@dataclass(frozen=True)
class ReadPicture:
    """A picture as the file names it: an address, or the name of a file in the pictures folder."""

    source: str
    alt: str


@dataclass(frozen=True)
class ReadVariant:
    """One row's variant. `quantity` is None where the file says nothing about stock."""

    line: int
    code: str
    options: tuple[str, ...]
    price_minor: int
    compare_price_minor: int | None
    grams: int
    barcode: str
    quantity: int | None
    picture: str
    kept: Mapping[str, str]


@dataclass(frozen=True)
class ReadProduct:
    """A product whose first row and at least one variant are good.

    A field is None where the file has no such column: an update then leaves it as it is.
    """

    line: int
    handle: str
    title: str
    title_en: str | None
    body_html: str | None
    vendor: str | None
    type: str
    tags: tuple[str, ...]
    on_sale: bool
    category: str | None
    attributes: Mapping[str, str] | None
    option_names: tuple[str, ...]
    kept: Mapping[str, str]
    variants: tuple[ReadVariant, ...]
    pictures: tuple[ReadPicture, ...]
    rows: tuple[Record, ...] = field(repr=False, compare=False, default=())


@dataclass(frozen=True)
class RejectedRow:
    """A row that was not imported, with the cells that its repaired copy needs."""

    line: int
    cells: tuple[str, ...]
    faults: tuple[RowFault, ...]


@dataclass
class _Row:
    """One record on its way: what was read of it and what is wrong with it."""

    record: Record
    header: Header
    faults: list[RowFault] = field(default_factory=list)

    def text(self, column: str, limit: int = MAX_TITLE) -> str:
        """Return the text of a column without its formula mark; too long a text is a fault."""
        found = restore(self.header.cell(self.record.cells, column))
        if "\x00" in found:
            self.fault(column, Fault.NUL)
            return ""
        if len(found) > limit:
            self.fault(column, Fault.TOO_LONG, str(limit))
            return ""
        return found

    def optional(self, column: str, limit: int = MAX_TITLE) -> str | None:
        """Return the text of a column, None where the file has no such column."""
        return self.text(column, limit) if self.header.has(column) else None

    def value(self, column: str, read: Callable[[str], T], default: T, limit: int = MAX_TITLE) -> T:
        """Return what `read` makes of the cell; what it refuses is a fault and becomes the default."""
        text = self.text(column, limit)
        try:
            return read(text)
        except BadCell as bad:
            self.fault(column, bad.fault, bad.value)
            return default

    def kept(self, names: Iterable[str]) -> Mapping[str, str]:
        """Return the non-empty texts of columns that are only carried along."""
        texts = ((name, self.text(name, MAX_ADDRESS)) for name in names if self.header.has(name))
        return {name: text for name, text in texts if text}

    def fault(self, column: str, fault: Fault, value: str = "") -> None:
        """Note that something is wrong in `column`."""
        self.faults.append(RowFault(self.record.line, column, fault, excerpt(value)))

    def rejected(self, cells: tuple[str, ...] | None = None) -> RejectedRow:
        """Return the row as one that is not imported."""
        return RejectedRow(self.record.line, cells or self.record.cells, tuple(self.faults))


@dataclass
class _Seen:
    """Where each handle ended, by a digest: a hundred thousand handles take a few MiB."""

    lines: dict[bytes, int] = field(default_factory=dict)

    def first_line(self, handle: str) -> int | None:
        """Return the line where the handle was used before, None for a new one."""
        return self.lines.get(_digest(handle))

    def add(self, handle: str, line: int) -> None:
        """Remember the handle."""
        self.lines[_digest(handle)] = line


def _digest(handle: str) -> bytes:
    return blake2b(handle.encode(), digest_size=8).digest()


def read_products(header: Header, records: Iterable[Record]) -> Iterator[ReadProduct | RejectedRow]:
    """Yield every product that can be imported and every row that cannot, in the order of the file."""
    seen = _Seen()
    group = _Group(header)
    for record in records:
        row = _Row(record, header)
        handle = _handle_of(row)
        if not handle:
            yield row.rejected()
            continue
        if handle != group.handle:
            yield from group.finish()
            earlier = seen.first_line(handle)
            group = _Group(header, handle, earlier=earlier)
            if earlier is None:
                seen.add(handle, record.line)
        yield from group.add(row)
    yield from group.finish()


def _handle_of(row: _Row) -> str:
    """Return the handle of a readable row, empty for a row that must be rejected."""
    record = row.record
    if record.fault:
        row.fault("", record.fault)
        return ""
    extra = [cell for cell in record.cells[len(row.header.written) :] if cell]
    if extra:
        row.fault("", Fault.EXTRA_CELLS, extra[0])
        return ""
    return row.value(columns.HANDLE, cells.handle, "", MAX_HANDLE_CELL)


class _Group:
    """The rows of one handle, gathered until another handle begins."""

    def __init__(self, header: Header, handle: str = "", *, earlier: int | None = None) -> None:
        self.handle = handle
        self._header = header
        self._earlier = earlier
        self._head: _Row | None = None
        self._product: ReadProduct | None = None
        self._variants: list[ReadVariant] = []
        self._pictures: list[ReadPicture] = []
        self._picture_rows: list[_Row] = []
        self._good: list[Record] = []
        self._lines_by_options: dict[tuple[str, ...], int] = {}
        self._lines_by_code: dict[str, int] = {}

    def add(self, row: _Row) -> Iterator[RejectedRow]:
        """Take one more row of the handle; yield it back where it is bad."""
        if self._earlier is not None:
            row.fault(columns.HANDLE, Fault.HANDLE_REPEATED, str(self._earlier))
            yield row.rejected()
            return
        if self._head is None:
            self._head = row
            self._product = _head_of(row, self.handle)
            if self._product is None:
                yield row.rejected()
                return
        elif self._product is None:
            row.fault("", Fault.PRODUCT_REJECTED, str(self._head.record.line))
            yield row.rejected()
            return
        self._add_picture(row)
        is_variant = _holds_variant(row)
        if is_variant:
            self._add_variant(row)
        if row.faults:
            yield row.rejected(self._repairable(row))
        elif is_variant:
            self._good.append(row.record)
        else:
            self._picture_rows.append(row)

    def finish(self) -> Iterator[ReadProduct | RejectedRow]:
        """Yield the product, or its remaining rows where no variant was good."""
        if self._head is None or self._product is None:
            return
        if self._variants:
            yield self._complete(self._product)
            return
        for row in self._picture_rows:
            row.fault("", Fault.PRODUCT_REJECTED, str(self._head.record.line))
            yield row.rejected()

    def _complete(self, product: ReadProduct) -> ReadProduct:
        pictures = tuple(dict.fromkeys(self._pictures))
        rows = (*self._good, *(row.record for row in self._picture_rows))
        return replace(
            product,
            variants=tuple(self._variants),
            pictures=pictures,
            rows=tuple(sorted(rows, key=lambda record: record.line)),
        )

    def _add_variant(self, row: _Row) -> None:
        product = self._product
        if product is None:
            return
        variant = _variant_of(row, product.option_names)
        if row.faults:
            return
        if len(self._variants) >= SKUS_MAX:
            row.fault("", Fault.TOO_MANY_VARIANTS, str(SKUS_MAX))
            return
        earlier = self._lines_by_options.setdefault(variant.options, variant.line)
        if earlier != variant.line:
            row.fault(columns.OPTION_VALUES[0], Fault.VARIANT_REPEATED, str(earlier))
            return
        if variant.code:
            earlier = self._lines_by_code.setdefault(variant.code, variant.line)
            if earlier != variant.line:
                row.fault(columns.SKU, Fault.SKU_REPEATED, str(earlier))
                return
        self._variants.append(variant)

    def _add_picture(self, row: _Row) -> None:
        source = row.text(columns.IMAGE, MAX_ADDRESS)
        if not source:
            return
        if len(self._pictures) >= PICTURES_MAX:
            row.fault(columns.IMAGE, Fault.TOO_MANY_PICTURES, str(PICTURES_MAX))
            return
        self._pictures.append(ReadPicture(source, row.text(columns.IMAGE_ALT, MAX_TITLE)))

    def _repairable(self, row: _Row) -> tuple[str, ...]:
        """Return the row's cells with the product's own cells filled in, so that the repaired row can stand alone."""
        head = self._head
        if head is None or head is row:
            return row.record.cells
        filled = list(row.record.cells) + [""] * (len(self._header.written) - len(row.record.cells))
        for column in columns.PRODUCT_LEVEL:
            place = self._header.places.get(column)
            if place is not None and place < len(head.record.cells) and not filled[place]:
                filled[place] = head.record.cells[place]
        return tuple(filled)


def _holds_variant(row: _Row) -> bool:
    """Say whether the row describes a variant, not only a further picture."""
    return any(row.header.cell(row.record.cells, column) for column in columns.VARIANT_LEVEL)


def _head_of(row: _Row, handle: str) -> ReadProduct | None:
    """Read the product's own cells from its first row; None where one of them is bad."""
    title = row.text(columns.TITLE, MAX_TITLE)
    if not title and not row.faults:
        row.fault(columns.TITLE, Fault.TITLE_MISSING)
    names = tuple(row.text(column, OPTION_NAME_MAX) for column in columns.OPTION_NAMES)
    product = ReadProduct(
        line=row.record.line,
        handle=handle,
        title=title,
        title_en=row.optional(columns.TITLE_EN, MAX_TITLE),
        body_html=row.optional(columns.BODY, MAX_BODY),
        vendor=row.optional(columns.VENDOR, TEXT_MAX["brand"]),
        type=row.text(columns.TYPE),
        tags=cells.tags(row.text(columns.TAGS, MAX_ADDRESS)),
        on_sale=_on_sale(row),
        category=row.optional(columns.CATEGORY),
        attributes=row.value(columns.ATTRIBUTES, cells.attributes, None, MAX_BODY),
        option_names=_option_names(row, names),
        kept=row.kept(columns.KEPT_OF_PRODUCT),
        variants=(),
        pictures=(),
    )
    return None if row.faults else product


def _on_sale(row: _Row) -> bool:
    """Return whether the product is offered: published, and active where the file has a status."""
    published = row.value(columns.PUBLISHED, lambda text: cells.flag(text, default=True), default=True)
    status = row.text(columns.STATUS).casefold()
    if status not in ("", "active", "draft", "archived", "unlisted"):
        row.fault(columns.STATUS, Fault.STATUS_UNKNOWN, status)
    return published and status in ("", "active")


def _option_names(row: _Row, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of the options in order, none for Shopify's way of writing a product without options."""
    first_value = row.text(columns.OPTION_VALUES[0])
    if (names[0], first_value) == DEFAULT_OPTION and not any(names[1:]):
        return ()
    return tuple(name for name in names if name)


def _variant_of(row: _Row, option_names: tuple[str, ...]) -> ReadVariant:
    """Read the variant of a row; faults are noted on the row and their values are placeholders."""
    return ReadVariant(
        line=row.record.line,
        code=row.text(columns.SKU, CODE_MAX),
        options=_options(row, option_names),
        price_minor=row.value(columns.PRICE, cells.price_minor, 0),
        compare_price_minor=row.value(columns.COMPARE_PRICE, cells.compare_price_minor, None),
        grams=row.value(columns.GRAMS, cells.count, None) or 0,
        barcode=row.value(columns.BARCODE, cells.barcode, ""),
        quantity=row.value(columns.QUANTITY, cells.stock, None),
        picture=row.text(columns.VARIANT_IMAGE, MAX_ADDRESS),
        kept=row.kept(columns.KEPT_OF_VARIANT),
    )


def _options(row: _Row, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the values of the product's options; a value without a name, or a name without a value, is a fault."""
    values = [row.text(column, OPTION_VALUE_MAX) for column in columns.OPTION_VALUES]
    if not names:
        extra = next((value for value in values if value and value != DEFAULT_OPTION[1]), "")
        if extra:
            row.fault(columns.OPTION_VALUES[0], Fault.OPTION_UNNAMED, extra)
        return ()
    for place, value in enumerate(values):
        if place < len(names) and not value:
            row.fault(columns.OPTION_VALUES[place], Fault.OPTION_MISSING, names[place])
        if place >= len(names) and value:
            row.fault(columns.OPTION_VALUES[place], Fault.OPTION_UNNAMED, value)
    return tuple(values[: len(names)])
