"""A PostgreSQL of one's own is examined before anything is written to it."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from tests.conftest import HOME

from anxin.infra.postgres.binaries import program
from anxin.infra.postgres.errors import UnsuitableServer
from anxin.infra.postgres.foreign import check_server
from anxin.infra.postgres.server import embedded_url


@pytest.fixture
def own_database(clones: Any) -> Any:
    """Make databases that somebody else might point us at; they go with the test."""
    made: list[str] = []

    def make(options: str = "") -> str:
        name = f"{clones.name}_own_{len(made)}"
        with psycopg.connect(embedded_url(HOME), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {} " + options).format(sql.Identifier(name)))  # type: ignore[arg-type]
        made.append(name)
        return embedded_url(HOME, name)

    yield make
    with psycopg.connect(embedded_url(HOME), autocommit=True) as connection:
        for name in made:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def test_a_fitting_database_is_accepted(own_database: Any) -> None:
    check_server(own_database())


def test_everything_that_is_missing_is_named_at_once(own_database: Any) -> None:
    url = own_database("ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        connection.execute(f"ALTER DATABASE {connection.info.dbname} SET default_transaction_read_only = on")  # type: ignore[call-overload]
    with pytest.raises(UnsuitableServer) as refusal:
        check_server(url)
    assert "its encoding is SQL_ASCII, UTF8 is needed" in str(refusal.value)
    assert "it is read-only" in str(refusal.value)


def test_a_server_that_is_not_there_is_said_in_a_sentence() -> None:
    with pytest.raises(UnsuitableServer, match="connecting failed"):
        check_server("postgresql://nobody@127.0.0.1:1/nothing")


def test_the_short_way_of_migrating_makes_the_schema_that_django_makes(
    own_database: Any, clones: Any, tmp_path: Path
) -> None:
    url = own_database()
    environment = {**os.environ, "DATABASE_URL": url, "ANXIN_HOME": str(tmp_path), "ANXIN_MODE": "demo"}
    command = [sys.executable, "-m", "anxin.entry.cli", "prepare", "--empty"]
    subprocess.run(command, env=environment, check=True, capture_output=True, timeout=900)
    assert dumped(url) == dumped(embedded_url(HOME, clones.template))


def dumped(url: str) -> list[str]:
    """Return the schema of a database as statements."""
    command = [str(program("pg_dump")), "--schema-only", "--no-owner", url]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return [line for line in done.stdout.splitlines() if not line.startswith(("\\restrict", "\\unrestrict"))]
