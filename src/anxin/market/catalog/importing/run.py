"""The import itself: a stream of products in batches, each batch one transaction, pictures had before it."""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import BinaryIO, TextIO
from uuid import UUID

from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.catalog import queries, store
from anxin.market.catalog.commands.saving import Loaded, Save, load_products
from anxin.market.catalog.domain.content import ProductDraft
from anxin.market.catalog.errors import CategoryNotALeaf, CategoryUnknown
from anxin.market.catalog.importing import columns, encoding
from anxin.market.catalog.importing.columns import Header, read_header
from anxin.market.catalog.importing.drafts import draft_of, known_sources, placed
from anxin.market.catalog.importing.errors import EmptyFile
from anxin.market.catalog.importing.faults import Fault, RowFault, excerpt
from anxin.market.catalog.importing.mapping import CategoryMapping
from anxin.market.catalog.importing.pictures import PictureStore
from anxin.market.catalog.importing.products import ReadProduct, RejectedRow, read_products
from anxin.market.catalog.importing.records import Record, read_records
from anxin.market.catalog.importing.report import ErrorFile, ImportReport
from anxin.market.catalog.tree_cache import category_tree

BATCH = 500

SetStock = Callable[[Sequence[tuple[UUID, int]]], Sequence[UUID]]
Progress = Callable[[int, int, ImportReport], None]


@dataclass(frozen=True)
class ImportOptions:
    """How a file is imported.

    `set_stock` puts (SKU, pieces) on the shelf and returns those it refused: stock belongs to a module above this one.
    With `vouched` products go on sale at once; otherwise they wait for a review. A trial changes nothing.
    """

    shop_id: UUID
    mapping: CategoryMapping
    pictures: PictureStore
    set_stock: SetStock
    vouched: bool
    by: UUID | None = None
    is_trial: bool = False


class _Rehearsed(Exception):
    """Undoes the transaction of a trial."""


@dataclass
class _Batch:
    """Products on their way into one transaction, and what became of them."""

    products: list[ReadProduct]
    loaded: Loaded = field(default_factory=lambda: Loaded((), ()))
    rejected: list[RejectedRow] = field(default_factory=list)
    unmapped: list[str] = field(default_factory=list)
    stock_refused: int = 0


def run_import(
    file: BinaryIO, errors: TextIO, options: ImportOptions, *, now: Instant, progress: Progress
) -> ImportReport:
    """Import a product file: every good row goes in, every bad one into `errors`, and the report says how many.

    `progress` is told how many bytes of how many are read. Raises UnreadableEncoding, MissingColumns, RepeatedColumn,
    EmptyFile and BadMapping before anything is written.
    """
    tree = category_tree(now=now)
    options.mapping.check({leaf.code for leaf in tree.leaves() if not leaf.is_retired})
    source = encoding.detect(file)
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    text = encoding.open_text(file, source)
    try:
        records = read_records(text)
        header = _header(records)
        report = ImportReport(encoding=source.label, is_trial=options.is_trial, fallback=options.mapping.fallback)
        error_file = ErrorFile(errors, header.written)

        def reject(row: RejectedRow) -> None:
            report.add_rejected(row)
            error_file.add(row)

        for products in _batches(read_products(header, records), reject):
            batch = _imported(products, options, now=now)
            for row in batch.rejected:
                reject(row)
            _count(report, batch, options.pictures)
            progress(file.tell(), size, report)
    finally:
        text.detach()  # the file stays its owner's, to close
    return report


def _header(records: Iterator[Record]) -> Header:
    first = next(records, None)
    if first is None:
        raise EmptyFile
    return read_header(first.cells)


def _batches(
    found: Iterable[ReadProduct | RejectedRow], reject: Callable[[RejectedRow], None]
) -> Iterator[list[ReadProduct]]:
    def good() -> Iterator[ReadProduct]:
        for each in found:
            if isinstance(each, RejectedRow):
                reject(each)
            else:
                yield each

    products = good()
    while batch := list(islice(products, BATCH)):
        yield batch


def _imported(products: list[ReadProduct], options: ImportOptions, *, now: Instant) -> _Batch:
    """Write one batch in one transaction, its pictures before; a trial undoes the transaction."""
    stored = queries.drafts_of(options.shop_id, [product.handle for product in products])
    keys = {product.handle: _picture_keys(product, stored.get(product.handle), options) for product in products}
    batch = _Batch(products)
    with suppress(_Rehearsed):
        _write(batch, keys, options, now=now)
    return batch


def _picture_keys(product: ReadProduct, stored: ProductDraft | None, options: ImportOptions) -> dict[str, str]:
    sources = [picture.source for picture in product.pictures] + [variant.picture for variant in product.variants]
    return options.pictures.keys(sources, known_sources(stored))


@transactional
def _write(batch: _Batch, keys: Mapping[str, Mapping[str, str]], options: ImportOptions, *, now: Instant) -> None:
    batch.loaded, batch.rejected, batch.unmapped = Loaded((), ()), [], []  # the transaction may be repeated
    shop_id = options.shop_id
    locked = store.lock_products(shop_id, handles=[product.handle for product in batch.products])
    stored = {product.handle: product.last_draft for product in locked}
    products = _without_taken_codes(batch, shop_id, [product.id for product in locked])
    saves = []
    for product in products:
        draft = _draft(batch, product, stored.get(product.handle), keys[product.handle], options, now=now)
        if draft:
            saves.append(Save(draft, on_sale=product.on_sale))
    batch.loaded = load_products(shop_id, saves, vouched=options.vouched, by=options.by, now=now)
    by_handle = {product.handle: product for product in products}
    for refused in batch.loaded.refused:
        batch.rejected.extend(_refused(by_handle[refused.handle], Fault.REFUSED, str(refused.error)))
    batch.stock_refused = len(options.set_stock(_levels(batch, by_handle)))
    if options.is_trial:
        raise _Rehearsed


def _draft(
    batch: _Batch,
    product: ReadProduct,
    stored: ProductDraft | None,
    keys: Mapping[str, str],
    options: ImportOptions,
    *,
    now: Instant,
) -> ProductDraft | None:
    tree = category_tree(now=now)
    try:
        place = placed(product, stored, options.mapping, tree)
    except (CategoryUnknown, CategoryNotALeaf):
        batch.rejected.extend(_refused(product, Fault.CATEGORY_UNKNOWN, product.category or "", columns.CATEGORY))
        return None
    if not place.is_mapped:
        batch.unmapped.append(" / ".join(filter(None, (product.type, *product.tags[:1]))))
    return draft_of(product, stored, place.category, keys, tree)


def _without_taken_codes(batch: _Batch, shop_id: UUID, product_ids: Sequence[UUID]) -> list[ReadProduct]:
    """Return the products without variants whose SKU code another product has; their rows are rejected."""
    codes = [variant.code for product in batch.products for variant in product.variants if variant.code]
    taken = store.taken_codes(shop_id, codes, product_ids)
    kept = []
    for product in batch.products:
        bad = {variant.line: variant.code for variant in product.variants if variant.code in taken}
        taken.update(variant.code for variant in product.variants if variant.code)
        for record in product.rows:
            if record.line in bad:
                fault = RowFault(record.line, columns.SKU, Fault.SKU_TAKEN, excerpt(bad[record.line]))
                batch.rejected.append(RejectedRow(record.line, record.cells, (fault,)))
        if bad:
            variants = tuple(variant for variant in product.variants if variant.line not in bad)
            rows = tuple(record for record in product.rows if record.line not in bad)
            product = replace(product, variants=variants, rows=rows)  # noqa: PLW2901 - the same product, with less
        if product.variants:
            kept.append(product)
    return kept


def _refused(product: ReadProduct, fault: Fault, value: str, column: str = "") -> Iterator[RejectedRow]:
    """Yield all rows of a product: the first says why, the others which line to look at."""
    for place, record in enumerate(product.rows):
        why = RowFault(record.line, column, fault, value)
        rest = RowFault(record.line, "", Fault.PRODUCT_REJECTED, str(product.rows[0].line))
        yield RejectedRow(record.line, record.cells, (rest if place else why,))


def _levels(batch: _Batch, by_handle: Mapping[str, ReadProduct]) -> list[tuple[UUID, int]]:
    return [
        (sku_id, variant.quantity)
        for saved in batch.loaded.saved
        for variant, sku_id in zip(by_handle[saved.handle].variants, saved.sku_ids, strict=False)
        if variant.quantity is not None
    ]


def _count(report: ImportReport, batch: _Batch, pictures: PictureStore) -> None:
    created = sum(saved.is_new for saved in batch.loaded.saved)
    changed = sum(saved.is_changed and not saved.is_new for saved in batch.loaded.saved)
    report.products_created += created
    report.products_updated += changed
    report.products_unchanged += len(batch.loaded.saved) - created - changed
    report.variants += sum(len(saved.sku_ids) for saved in batch.loaded.saved)
    report.unmapped.update(batch.unmapped)
    report.stock_refused += batch.stock_refused
    report.pictures_stored, report.pictures_missing = pictures.stored, pictures.missing
