"""Judging a PostgreSQL that somebody else runs, given by DATABASE_URL."""

from typing import Any

import psycopg

from anxin.infra.postgres.errors import UnsuitableServer

OLDEST_VERSION = 15
VERSION_UNIT = 10_000  # PostgreSQL says 150004 for 15.4


def check_server(url: str) -> None:
    """Raise UnsuitableServer, naming everything that is missing, unless Anxin can live in the database `url`."""
    try:
        with psycopg.connect(url, connect_timeout=10, client_encoding="UTF8") as connection:
            problems = list(_problems(connection))
    except psycopg.Error as refused:
        raise UnsuitableServer(f"connecting failed: {str(refused).strip()}") from refused
    if problems:
        raise UnsuitableServer("; ".join(problems))


def _problems(connection: psycopg.Connection[Any]) -> list[str]:
    version = connection.info.server_version // VERSION_UNIT
    encoding, may_create, read_only = connection.execute(
        "SELECT current_setting('server_encoding'), has_schema_privilege(current_schema(), 'CREATE'),"
        " current_setting('transaction_read_only') = 'on'"
    ).fetchone() or ("", False, False)
    found = []
    if version < OLDEST_VERSION:
        found.append(f"it is PostgreSQL {version}, at least {OLDEST_VERSION} is needed")
    if encoding != "UTF8":
        found.append(f"its encoding is {encoding}, UTF8 is needed (CREATE DATABASE … ENCODING 'UTF8')")
    if not may_create:
        found.append("the role may not create tables in it (GRANT CREATE ON SCHEMA public TO …)")
    if read_only:
        found.append("it is read-only, a standby or a frozen database")
    return found
