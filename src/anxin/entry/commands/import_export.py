"""`anxin import products` and `anxin export products`: a shop's products from and to a Shopify product CSV."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn

from anxin.entry.output import console, errors, print_json
from anxin.entry.session import market

imports = typer.Typer(help="Bring things in from files.", no_args_is_help=True)
exports = typer.Typer(help="Write things into files.", no_args_is_help=True)
SHOWN_FAULTS = 10
INCOMPLETE = 1

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]


def register(cli: typer.Typer) -> None:
    """Add the commands."""
    imports.command("products")(import_products)
    exports.command("products")(export_products)
    cli.add_typer(imports, name="import")
    cli.add_typer(exports, name="export")


def import_products(
    file: Annotated[Path, typer.Argument(help="A Shopify product CSV.", exists=True, dir_okay=False)],
    shop: Annotated[str, typer.Option(help="The shop's address, as in /shop/ADDRESS.")],
    images: Annotated[
        Path | None,
        typer.Option(help="A folder with the pictures, named as in Image Src.", exists=True, file_okay=False),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen and change nothing.")] = False,
    mapping: Annotated[
        Path | None, typer.Option(help="Rules from types and tags to categories (TOML).", exists=True, dir_okay=False)
    ] = None,
    as_json: Json = False,
) -> None:
    """Import products: good rows go in, bad ones into FILE.errors.csv (none on a dry run). Exit 1 when rows were rejected."""
    kept = None if dry_run else _beside(file)
    with market():
        report = _import(file, shop, images, mapping, kept, dry_run=dry_run)
    if as_json:
        print_json(report)
    else:
        _say(report)
    if report["rows_rejected"]:
        raise typer.Exit(INCOMPLETE)


def export_products(
    shop: Annotated[str, typer.Option(help="The shop's address, as in /shop/ADDRESS.")],
    file: Annotated[Path | None, typer.Argument(help="The file to write; standard output without one.")] = None,
) -> None:
    """Export a shop's products in the format that `anxin import products` reads."""
    with market():
        from anxin.infra.config import config
        from anxin.market.catalog import queries as catalog
        from anxin.market.inventory.queries import on_hand
        from anxin.market.shops.queries import shop_by_slug

        pieces = catalog.export_products(shop_by_slug(shop).id, read_stock=on_hand, base_url=config().public_url)
        if file is None:
            sys.stdout.writelines(pieces)
            return
        with file.open("w", encoding="utf-8", newline="") as out:
            out.writelines(pieces)
    errors.print(f"{file}: {file.stat().st_size / 1e6:,.2f} MB", soft_wrap=True)


def _import(
    file: Path, slug: str, images: Path | None, mapping_file: Path | None, errors_path: Path | None, *, dry_run: bool
) -> dict[str, Any]:
    from anxin.infra.clock import now
    from anxin.market.catalog.commands import importing
    from anxin.market.inventory.commands import stock_setter
    from anxin.market.shops.queries import shop_by_slug

    shop_id, moment = shop_by_slug(slug).id, now()
    options = importing.ImportOptions(
        shop_id=shop_id,
        mapping=importing.read_mapping(mapping_file),
        pictures=importing.PictureStore(
            folder=importing.FolderPictures.of(images) if images else None,
            web=None if dry_run else importing.WebPictures(),
            is_trial=dry_run,
        ),
        set_stock=stock_setter(shop_id, None, now=moment),
        vouched=True,
        is_trial=dry_run,
    )
    with (
        _bar(file.name) as tell,
        file.open("rb") as source,
        Path(errors_path or os.devnull).open("w", encoding="utf-8-sig", newline="") as rejected,
    ):
        report = importing.run_import(source, rejected, options, now=moment, progress=tell)
    if errors_path and not report.rows_rejected:
        errors_path.unlink()
    return {**report.as_json(), "errors_file": str(errors_path) if errors_path and report.rows_rejected else None}


def _beside(file: Path) -> Path:
    """Return where rejected rows go: next to the file, or here where its folder cannot be written."""
    name = f"{file.stem}.errors.csv"
    return file.with_name(name) if os.access(file.parent, os.W_OK) else Path(name)


@contextmanager
def _bar(name: str) -> Iterator[Any]:
    """Show a bar on standard error that follows the bytes read."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[done]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=errors) as bar:
        task = bar.add_task(name, total=None, done="")

        def tell(read: int, size: int, report: Any) -> None:
            bar.update(task, completed=read, total=size, done=f"{report.products:,} products")

        yield tell


def _say(report: dict[str, Any]) -> None:
    counts = "{products_created:,} new, {products_updated:,} changed, {products_unchanged:,} as before".format(**report)
    verb = "Would import" if report["is_trial"] else "Imported"
    console.print(f"{verb} {report['products']:,} products ({counts}), {report['variants']:,} variants.")
    console.print(f"Pictures: {report['pictures_stored']:,} found, {report['pictures_missing']:,} not to be had.")
    for name, products in report["unmapped"].items():
        console.print(f"No rule for “{name}”: {products:,} in {report['fallback']}.")
    if not report["rows_rejected"]:
        return
    where = f", see {report['errors_file']}" if report["errors_file"] else ""
    console.print(f"[yellow]Rejected rows: {report['rows_rejected']:,}[/yellow]{where}:")
    for fault in report["faults"][:SHOWN_FAULTS]:
        console.print(f"  line {fault['line']}, {fault['column'] or 'row'}: {fault['message']}", soft_wrap=True)
