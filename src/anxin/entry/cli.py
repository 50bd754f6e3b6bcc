"""`anxin`: every command, composed from the files of `commands/`. A new command is a new file there and a line here."""

import logging
import sys

import typer
from rich.markup import escape

from anxin.entry.commands import (
    backup,
    bench,
    doctor,
    engine,
    guarantee,
    import_export,
    interest,
    messages,
    serve,
    token,
    world,
)
from anxin.entry.output import errors
from anxin.infra.config import config
from anxin.kernel.errors import AnxinError

FAILED = 1

cli = typer.Typer(
    name="anxin",
    help="Anxin (安心): an open-source interest-commerce platform.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for part in (serve, doctor, messages, backup, token, import_export, guarantee, interest, engine, world, bench):
    part.register(cli)


def main() -> None:
    """Run the command line: exit 0 when it worked, 1 when something failed, 2 on wrong usage."""
    try:
        logging.basicConfig(level=config().log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
        cli(prog_name="anxin")
    except AnxinError as failure:
        errors.print(f"[red]✗[/red] {escape(str(failure))}", soft_wrap=True)
        sys.exit(FAILED)


if __name__ == "__main__":
    main()
