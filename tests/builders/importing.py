"""Imports with honest defaults: a file as text or bytes, into a shop, with stock set as the product does it."""

import io
from pathlib import Path
from uuid import UUID

from anxin.kernel.clock import Instant
from anxin.market.catalog.commands.importing import (
    FolderPictures,
    ImportOptions,
    ImportReport,
    PictureStore,
    read_mapping,
    run_import,
)
from anxin.market.catalog.queries import export_products
from anxin.market.inventory.commands import stock_setter
from anxin.market.inventory.queries import on_hand
from tests.builders.catalog import NOON


def an_import(
    shop_id: UUID,
    file: bytes | str,
    *,
    images: Path | None = None,
    vouched: bool = True,
    is_trial: bool = False,
    now: Instant = NOON,
) -> tuple[ImportReport, str]:
    """Import a file; return the report and the file of rejected rows."""
    content = file.encode() if isinstance(file, str) else file
    options = ImportOptions(
        shop_id=shop_id,
        mapping=read_mapping(),
        pictures=PictureStore(FolderPictures.of(images) if images else None, is_trial=is_trial),
        set_stock=stock_setter(shop_id, None, now=now),
        vouched=vouched,
        is_trial=is_trial,
    )
    rejected = io.StringIO(newline="")
    report = run_import(io.BytesIO(content), rejected, options, now=now, progress=lambda _read, _size, _report: None)
    return report, rejected.getvalue()


def an_export(shop_id: UUID) -> str:
    """Export the whole shop."""
    return "".join(export_products(shop_id, read_stock=on_hand, base_url="https://anxin.example"))
