"""The web server: Django under WSGI on Granian, static files and public media served without Python."""

import gc
import signal
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from anxin.infra.config import config
from anxin.infra.postgres.processes import die_with_parent
from anxin.market.guarantee.queries.promise_files import refuse_wrong_files

THREADS = 4  # a request waits for PostgreSQL about as long as it computes; more would only wait for the interpreter
BACKLOG = 1024
STATIC_SECONDS = 3600
COLLECTED = (5_000, 20, 50)  # a whole collection looks through 100,000 objects while every request of the process waits


def serve() -> None:
    """Serve until SIGTERM or SIGINT. Raises BadPromiseFile, NoRuleFolder before anything is served."""
    refuse_wrong_files()
    _load_once()
    settings = config()
    server = Server(
        "anxin.entry.wsgi:application",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.web_processes,
        blocking_threads=THREADS,
        backlog=BACKLOG,
        respawn_failed_workers=True,
        respawn_interval=0.1,
        workers_kill_timeout=10,
        websockets=False,
        log_access=False,
        log_level=LogLevels.warning,
        static_path_route=["/static", "/media"],
        static_path_mount=[_folder(settings.home_path, "static"), _folder(settings.home_path, "media")],
        static_path_expires=STATIC_SECONDS,
    )
    server.serve(target_loader=load_application)


def load_application(_target: str) -> Callable[..., Any]:
    """Load the application inside a worker process, which ends when the server that started it does, however it ends."""
    die_with_parent(signal.SIGTERM)()
    from anxin.entry.wsgi import application
    from anxin.market.interest.commands import load_engine

    load_engine()
    gc.set_threshold(*COLLECTED)
    return application


def _load_once() -> None:
    """Load all that a page needs before the workers are forked: once for all of them, its memory shared."""
    from django.db import connections

    from anxin.entry.wsgi import application  # noqa: F401

    import_module("anxin.entry.urls")
    connections.close_all()  # a connection is for one process
    gc.collect()
    gc.freeze()  # what is loaded stays; it need not be looked through at every collection


def _folder(home: Path, name: str) -> Path:
    folder = home / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


if __name__ == "__main__":
    serve()
