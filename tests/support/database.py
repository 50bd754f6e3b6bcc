"""Databases for tests: one embedded server for all test processes, one migrated template, a clone for each process."""

import fcntl
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from django.core.management import call_command
from django.db import connections
from psycopg import sql
from psycopg.errors import InsufficientPrivilege, ObjectInUse

from anxin.infra.database import django_database
from anxin.infra.migrating import light_states
from anxin.infra.postgres.binaries import program
from anxin.infra.postgres.server import EmbeddedPostgres, embedded_url
from anxin.infra.schema import schema_digest

TEMPLATE_PREFIX = "template_"
CLONE_PREFIX = "test_"
ATTEMPTS = 150


class CloneFactory:
    """Makes and remakes this process's database on the embedded server of `home`."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self.server = EmbeddedPostgres(home, durable=False, tied=False)
        self.template = TEMPLATE_PREFIX + schema_digest()
        self.name = f"{CLONE_PREFIX}{os.getpid()}"

    def start(self) -> None:
        """Have the server, the template and an empty clone, and point Django at the clone."""
        self.server.start()
        with self._alone():
            self._drop_what_is_left_of_the_dead()
            if self.template not in self._databases():
                self._make_template()
            self._clone()
        self._use(self.name)

    def remake(self) -> None:
        """Replace the clone by a fresh one: for tests that commit."""
        connections.close_all()
        self._clone()

    def restore(self, dump: Path) -> None:
        """Replace the clone by the database of a dump, such as that of an earlier version; the next test gets a clone again."""
        connections.close_all()
        self._do("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)
        self._do("CREATE DATABASE {}", self.name)
        where = f"--dbname={embedded_url(self._home, self.name)}"
        tool = [str(program("pg_restore")), "--no-owner", "--single-transaction", where, str(dump)]
        subprocess.run(tool, check=True)

    def stop(self) -> None:
        """Drop the clone; the server goes with its last user."""
        connections.close_all()
        self._do("DROP DATABASE {} WITH (FORCE)", self.name)
        self.server.stop()

    def another(self, name: str) -> str:
        """Return the address of one more clone, for a live product under test; it goes when this process has gone."""
        database = f"{self.name}_{name}"
        self._do("DROP DATABASE IF EXISTS {} WITH (FORCE)", database)
        self._do("CREATE DATABASE {} TEMPLATE {}", database, self.template)
        return embedded_url(self._home, database)

    def _clone(self) -> None:
        self._do("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)
        self._do("CREATE DATABASE {} TEMPLATE {}", self.name, self.template)

    def _make_template(self) -> None:
        growing = f"growing_{self.template}"
        self._do("DROP DATABASE IF EXISTS {} WITH (FORCE)", growing)
        self._do("CREATE DATABASE {}", growing)
        self._use(growing)
        with light_states():
            call_command("migrate", verbosity=0)
        connections.close_all()
        self._do("ALTER DATABASE {} RENAME TO {}", growing, self.template)

    def _drop_what_is_left_of_the_dead(self) -> None:
        for database in self._databases():
            if database.startswith(CLONE_PREFIX) and not _lives(int(database.split("_")[1])):
                self._do("DROP DATABASE {} WITH (FORCE)", database)
            if database.startswith(TEMPLATE_PREFIX) and database != self.template:
                self._do("DROP DATABASE {} WITH (FORCE)", database)

    def _databases(self) -> list[str]:
        with self._connect() as connection:
            return [row[0] for row in connection.execute("SELECT datname FROM pg_database WHERE NOT datistemplate")]

    def _do(self, statement: LiteralString, *names: str) -> None:
        """Run a statement; try again while somebody is in a database: the server's own cleaning, or who takes long to go."""
        wanted = sql.SQL(statement).format(*(sql.Identifier(name) for name in names))
        for left in reversed(range(ATTEMPTS)):
            try:
                with self._connect() as connection:
                    connection.execute(wanted)
            except (InsufficientPrivilege, ObjectInUse):
                if not left:
                    raise
                time.sleep(0.2)
            else:
                return

    def _connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(embedded_url(self._home), autocommit=True)

    def _use(self, database: str) -> None:
        connections["default"].close()
        connections["default"].settings_dict.update(django_database(embedded_url(self._home, database)))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self._home / "template.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _lives(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()
