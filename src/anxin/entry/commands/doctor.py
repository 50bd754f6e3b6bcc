"""`anxin doctor`: look at every invariant."""

from typing import Annotated

import typer
from rich.table import Table

from anxin.entry.output import console, print_json, progress
from anxin.entry.session import market


def register(cli: typer.Typer) -> None:
    """Add the command."""
    cli.command()(doctor)


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Check every invariant: ledger sums, escrow, stock, deadlines. Exit 1 when one does not hold."""
    from dataclasses import asdict

    with market():
        from anxin.infra.doctor import CHECKS, examine

        with progress() as display:
            results = list(display.track(examine(), total=len(CHECKS), description="Examining"))
    ok = all(result.ok for result in results)
    if as_json:
        print_json({"ok": ok, "checks": [asdict(result) for result in results]})
    else:
        table = Table("", "Check", "What was seen")
        for result in results:
            table.add_row("[green]✓[/green]" if result.ok else "[red]✗[/red]", result.name, result.detail)
        console.print(table)
    raise typer.Exit(0 if ok else 1)
