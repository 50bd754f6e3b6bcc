"""`anxin up` and the programs that it supervises, and `anxin prepare` before them."""

from typing import Annotated

import typer


def register(cli: typer.Typer) -> None:
    """Add the commands."""
    for command in (up, web, worker, learner, edge, prepare):
        cli.command()(command)


def up(
    empty: Annotated[bool, typer.Option("--empty", help="Do not fill the demo market on the first start.")] = False,
) -> None:
    """Start everything on this machine: database, web server, worker, push server. Ctrl-C stops it all."""
    from anxin.entry.up import run

    run(empty=empty)


def web() -> None:
    """Serve the pages and the API (the database must be running)."""
    from anxin.entry.web import serve

    serve()


def worker() -> None:
    """Deliver events, keep deadlines and do background work (the database must be running)."""
    from anxin.entry.session import start_django

    start_django()
    know_tasks()
    from anxin.infra.worker import Worker

    Worker().run()


def know_tasks() -> None:
    """Let the worker know the tasks that no app of Django declares: a demo's films are made, and looked at, by it."""
    import anxin.world.audience
    import anxin.world.filming  # noqa: F401 - importing it is what declares them


def learner() -> None:
    """Learn from what people do and keep the feed's engine up to date (the database must be running)."""
    from anxin.entry.session import start_django

    start_django()
    from anxin.market.interest.commands import learn_until_stopped

    learn_until_stopped()


def edge() -> None:
    """Push hints to open pages, so that they are live (needs no database)."""
    from anxin.entry.edge import run

    run()


def prepare(
    empty: Annotated[bool, typer.Option("--empty", help="Do not fill the demo market.")] = False,
    early: Annotated[bool, typer.Option("--early", help="While the front end is still being built.")] = False,
) -> None:
    """Bring the database to this version's schema and fill the demo market if it is new."""
    from anxin.entry.prepare import prepare_market
    from anxin.entry.session import market

    if early:
        from anxin.entry.up import prepare_early

        prepare_early(empty=empty)
        return
    with market():
        prepare_market(empty=empty)
