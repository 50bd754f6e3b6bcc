"""`anxin backup` and `anxin restore`: the database and the media of one Anxin in one file."""

from pathlib import Path
from typing import Annotated

import typer

from anxin.entry.output import errors


def register(cli: typer.Typer) -> None:
    """Add the commands."""
    cli.command()(backup)
    cli.command()(restore)


def backup(file: Annotated[Path, typer.Argument(help="The file to write, such as anxin.tar.")]) -> None:
    """Write everything that Anxin keeps into one file, while it may go on selling."""
    from anxin.entry.archive import write_backup
    from anxin.entry.session import running_database

    with running_database():
        write_backup(file)
    errors.print(f"{file}: {file.stat().st_size / 1e6:,.1f} MB", soft_wrap=True)


def restore(
    file: Annotated[Path, typer.Argument(help="A file written by `anxin backup`.", exists=True, dir_okay=False)],
    replace: Annotated[
        bool, typer.Option("--replace", help="Put it in the place of the market that is there.")
    ] = False,
) -> None:
    """Bring back what `anxin backup` wrote. Anxin must not be running meanwhile."""
    from anxin.entry.archive import read_backup
    from anxin.entry.session import running_database
    from anxin.entry.up import only_one
    from anxin.infra.config import config

    with only_one(config().home_path), running_database():
        read_backup(file, replace=replace)
