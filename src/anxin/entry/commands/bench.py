"""`anxin bench …`: repeatable measurements, each on a market of its own in a temporary data directory."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from anxin.entry.output import console, print_json

ROOT = Path(__file__).resolve().parents[4]
BENCHES = {
    "orders": "bench.trade:orders",
    "hot-sku": "bench.trade:hot_sku",
    "ledger": "bench.trade:ledger",
    "import": "bench.catalogue:import_rows",
    "pages": "bench.catalogue:pages",
    "claims": "bench.claims:claims",
    "deadlines": "bench.deadlines:deadlines",
    "edge": "bench.edge:edge",
    "feed": "bench.feed:feed",
    "likes": "bench.likes:likes",
}
ALL = "all"


def register(cli: typer.Typer) -> None:
    """Add the command."""
    cli.command()(bench)


def bench(
    name: Annotated[str, typer.Argument(help=f"One of: {', '.join(BENCHES)}, {ALL}.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Measure a hot path on this machine, against bare SQL in the same run. Needs a source checkout."""
    if name not in {*BENCHES, ALL}:
        raise typer.BadParameter(f"choose one of {', '.join(BENCHES)}, {ALL}")
    if name == ALL:  # each in a process of its own: a market sets the environment of its process
        for one in BENCHES:
            console.rule(one)
            subprocess.run([sys.executable, "-m", "anxin.entry.cli", "bench", one], check=True)
        return
    _print(_measure(name), as_json=as_json)


def _measure(name: str) -> dict[str, Any]:
    sys.path[:0] = [str(ROOT), str(ROOT / "src")]
    module, _, function = BENCHES[name].partition(":")
    return dict(getattr(import_module(module), function)())


def _print(result: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(result)
        return
    for key, value in result.items():
        console.print(f"{key:>16}  {value}")
