"""`anxin token`: make a personal access token from the command line."""

import re
from datetime import timedelta
from typing import Annotated

import typer

from anxin.entry.output import console, print_json
from anxin.entry.session import market

LIFE = re.compile(r"([1-9]\d{0,2})d")


def register(cli: typer.Typer) -> None:
    """Add the command."""
    cli.command()(token)


def token(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="Email address or mobile number.")],
    scope: Annotated[
        list[str] | None, typer.Option(help="An area or operation of the policy table; `*` is all.")
    ] = None,
    expires: Annotated[str, typer.Option(help="Days until it ends, such as 30d.")] = "90d",
    name: Annotated[str, typer.Option(help="What it is for.")] = "command line",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Make an access token for a person and print it: the only time that it is shown."""
    life = LIFE.fullmatch(expires)
    if life is None:
        raise typer.BadParameter("write days, such as 30d", param_hint="--expires")
    with market():
        from anxin.infra.clock import now
        from anxin.market.people import commands, queries

        wanted = commands.NewToken(name, tuple(scope or ("*",)), timedelta(days=int(life[1])))
        made = commands.make_token(queries.person_by_login(person).id, wanted, now=now())
    if as_json:
        print_json({"token": made.token, "scopes": wanted.scopes, "expires_at": made.expires_at.isoformat()})
    else:
        console.print(made.token, soft_wrap=True, highlight=False)
