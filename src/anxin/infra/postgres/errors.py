"""Why the embedded PostgreSQL could not be used; each message is a sentence for the person who started Anxin."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from anxin.kernel.errors import AnxinError, Kind


class PostgresError(AnxinError):
    """The database cannot be used."""

    kind: ClassVar[Kind] = Kind.UNAVAILABLE


@dataclass(eq=False)
class DataOfAnotherVersion(PostgresError):
    """The data in {data} was made by PostgreSQL {made_by}, but this Anxin runs PostgreSQL {runs}. Start the Anxin that made it, run `anxin backup`, and restore that file here; nothing was changed."""  # noqa: E501

    code: ClassVar[str] = "postgres.data_of_another_version"
    data: Path
    made_by: str
    runs: str


@dataclass(eq=False)
class DiskFull(PostgresError):
    """There is not enough room on the disk of {folder}: {free_mib} MiB are free, {needed_mib} MiB are needed. Free some space and start again; nothing was changed."""  # noqa: E501

    code: ClassVar[str] = "postgres.disk_full"
    folder: Path
    free_mib: int
    needed_mib: int


@dataclass(eq=False)
class ServerDidNotStart(PostgresError):
    """PostgreSQL did not start. The end of its log ({log}) says: {reason}"""

    code: ClassVar[str] = "postgres.did_not_start"
    log: Path
    reason: str


@dataclass(eq=False)
class ClusterNotMade(PostgresError):
    """The database folder {data} could not be made: {reason}"""

    code: ClassVar[str] = "postgres.cluster_not_made"
    data: Path
    reason: str


@dataclass(eq=False)
class NoUnprivilegedUser(PostgresError):
    """PostgreSQL refuses to run as root and no unprivileged user id can be taken here ({reason}). Start Anxin as an ordinary user."""  # noqa: E501

    code: ClassVar[str] = "postgres.no_unprivileged_user"
    reason: str


@dataclass(eq=False)
class UnsuitableServer(PostgresError):
    """The database of DATABASE_URL cannot be used: {problems}."""

    code: ClassVar[str] = "postgres.unsuitable_server"
    problems: str
