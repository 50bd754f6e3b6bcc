"""Bringing the data directory to what this version needs: schema, static files, and the demo market when it is new."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management import call_command
from django.core.management.commands.migrate import Command as MigrateCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from rich.progress import Progress

from anxin.entry.output import progress
from anxin.entry.state import read_state, write_state
from anxin.entry.static import collect
from anxin.infra.config import config
from anxin.infra.database import database_url
from anxin.infra.migrating import light_states
from anxin.infra.schema import schema_digest


def prepare_market(*, empty: bool, early: bool = False) -> None:
    """Migrate, collect static files (not `early`: some are still made), and fill the demo market if no start has decided
    about it yet.

    What was done is recorded step by step, so a start that is killed goes on where it was.
    """
    from anxin.infra.worker import commit_later

    url = database_url(config())
    state = read_state(url)
    is_new = "market" not in state
    with demo(wanted=is_new and not empty and config().is_sandbox) as fill, progress() as display:
        commit_later()  # what is recorded below waits for the disk, and so for all that came before it
        migrate(display)
        if not early:
            collect(config().home_path)
        if is_new:
            state["market"] = fill(display)
            write_state(url, state)
        certify(display)
        if state["market"] == "demo" and "after_sale" not in state:
            state["after_sale"] = tell_stories(display)
        if state["market"] == "demo" and "content" not in state:
            state["content"] = open_creators(display)
    write_state(url, {**state, "schema": schema_digest()})


def migrate(display: Progress) -> None:
    """Apply the migrations that are missing, one tick each."""
    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    bar = display.add_task("Preparing the database", total=missing)
    command = MigrateCommand()
    announce = command.migration_progress_callback

    def tick(action: str, *details: Any, **more: Any) -> None:
        announce(action, *details, **more)
        if action == "apply_success":
            display.advance(bar)

    command.migration_progress_callback = tick  # type: ignore[method-assign]
    with light_states():
        call_command(command, interactive=False, verbosity=0)


def certify(display: Progress) -> None:
    """Give certificates to paid orders that have none: those of a version before certificates, and the demo's past."""
    from anxin.infra.clock import now
    from anxin.market.guarantee.commands.certificates import issue_missing

    bar = display.add_task("Issuing certificates", total=None)
    while done := issue_missing(now=now()):
        display.advance(bar, done)
    display.remove_task(bar)


@contextmanager
def demo(*, wanted: bool) -> Iterator[Callable[[Progress], str]]:
    """Yield what fills the market and says with what; the demo's pictures are drawn from now on, while others work."""
    if not wanted:
        yield lambda _: "empty"
        return
    from anxin.world.demo import opening

    with opening() as fill:
        yield lambda display: fill(display) or "demo"


def tell_stories(display: Progress) -> str:
    """Let the demo's people ask for after-sale service; a demo of a version before it gets them too."""
    from anxin.world.after_sale import play_after_sale

    play_after_sale(display)
    return "told"


def open_creators(display: Progress) -> str:
    """Let the demo's creators show what they have; a demo of a version before them gets them too."""
    from anxin.world.creators import show_content

    show_content(display)
    return "shown"
