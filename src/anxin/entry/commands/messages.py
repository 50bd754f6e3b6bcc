"""`anxin messages`: the translations of the pages."""

import typer

from anxin.entry.output import errors

messages = typer.Typer(help="Translations: list what is missing, check, compile.", no_args_is_help=True)


def register(cli: typer.Typer) -> None:
    """Add the commands."""
    cli.add_typer(messages, name="messages")


@messages.command("extract")
def extract_command() -> None:
    """Print the texts that have no translation yet, as entries of a `.po` file."""
    from anxin.entry.messages import missing_catalog

    print(missing_catalog(), end="")


@messages.command("check")
def check_command() -> None:
    """Fail when a text has no translation, a translation is used nowhere, or its placeholders differ."""
    from anxin.entry.messages import findings

    found = findings()
    for finding in found:
        errors.print(f"{finding.kind}: {finding.place}: {finding.text!r}", markup=False, soft_wrap=True)
    if found:
        raise typer.Exit(1)


@messages.command("compile")
def compile_command() -> None:
    """Make the catalogs that Django reads."""
    from anxin.entry.translations import compile_all

    compile_all()
