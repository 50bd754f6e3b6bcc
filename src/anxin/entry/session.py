"""What a command needs before it can work: a database that runs, and Django."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from anxin.infra.config import config
from anxin.infra.postgres.foreign import check_server
from anxin.infra.postgres.server import EmbeddedPostgres


@contextmanager
def running_database() -> Iterator[EmbeddedPostgres | None]:
    """Have the database running: your own one is checked, the embedded one started unless it runs already."""
    settings = config()
    if settings.database_url:
        check_server(settings.database_url)
        yield None
        return
    postgres = EmbeddedPostgres(settings.home_path)
    postgres.start()
    try:
        yield postgres
    finally:
        postgres.stop()


@contextmanager
def market() -> Iterator[None]:
    """Have the database running and Django ready: what nearly every command needs."""
    with running_database():
        start_django()
        yield


def start_django() -> None:
    """Load settings and modules; the database must be running. Raises BadPromiseFile, NoRuleFolder."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anxin.entry.settings")
    import django

    django.setup()
    from anxin.market.guarantee.queries.promise_files import refuse_wrong_files

    refuse_wrong_files()
