"""A backup file: a tar with `database.dump` (pg_dump's custom format), public media, private papers, and the keys.

Without the keys, sealed bank accounts and second factors could never be read again. The embedded database's own passwords
stay behind: they belong to the server, not to what it holds.
"""

import subprocess
import tarfile
import tempfile
from pathlib import Path

import psycopg

from anxin.entry.errors import MarketNotEmpty, NotABackup, ToolFailed
from anxin.entry.output import errors
from anxin.entry.state import read_state, write_state
from anxin.infra.config import config
from anxin.infra.database import database_url
from anxin.infra.postgres.binaries import program

DUMP = "database.dump"
FOLDERS = ("media", "vault")
KEYS = "secrets"
OF_THE_SERVER = "database"


def write_backup(file: Path) -> None:
    """Write the database, as it is at one instant, and the media into `file`, which appears complete or not at all."""
    settings = config()
    with tempfile.TemporaryDirectory(dir=file.absolute().parent) as folder:
        dump = Path(folder, DUMP)
        with errors.status("Dumping the database"):
            _run("pg_dump", "--format=custom", "--no-owner", f"--file={dump}", f"--dbname={database_url(settings)}")
        growing = Path(folder, "backup.tar")
        growing.touch(mode=0o600)  # it holds people's data
        with tarfile.open(growing, "w") as archive, errors.status("Adding files"):
            archive.add(dump, DUMP)
            for kept in FOLDERS:
                if (settings.home_path / kept).exists():
                    archive.add(settings.home_path / kept, kept)
            for key in _keys(settings.home_path):
                archive.add(key, f"{KEYS}/{key.name}")
        growing.replace(file)


def read_backup(file: Path, *, replace: bool) -> None:
    """Put the backup `file` into the database and the media folder: the database as a whole, or nothing.

    Raises MarketNotEmpty unless the database is new or `replace` was given.
    """
    settings = config()
    url = database_url(settings)
    if not replace and _holds_tables(url):
        raise MarketNotEmpty
    with tempfile.TemporaryDirectory(dir=settings.home_path) as folder:
        _unpack(file, Path(folder))
        with errors.status("Restoring the database"):
            _empty(url)
            _run("pg_restore", "--no-owner", "--single-transaction", f"--dbname={url}", str(Path(folder, DUMP)))
        for kept in FOLDERS:
            _put(Path(folder, kept), settings.home_path / kept, old=Path(folder, f"old-{kept}"))
        for key in _keys(Path(folder)):
            key.replace(settings.home_path / KEYS / key.name)
    write_state(url, {**read_state(url), "market": "restored", "schema": ""})  # the next start migrates if need be


def _extract(archive: tarfile.TarFile, folder: Path) -> None:
    """Unpack plain files and folders below `folder`; Python before 3.11.4 has no filter that sees to it."""
    if hasattr(tarfile, "data_filter"):
        archive.extractall(folder, filter="data")
        return
    for member in archive.getmembers():
        path = Path(member.name)
        if not (member.isfile() or member.isdir()) or path.is_absolute() or ".." in path.parts:
            raise tarfile.TarError(member.name)
    archive.extractall(folder)  # noqa: S202 - every member was looked at


def _unpack(file: Path, folder: Path) -> None:
    try:
        with tarfile.open(file) as archive:
            _extract(archive, folder)
    except (tarfile.TarError, OSError) as damage:
        raise NotABackup(file) from damage
    if not (folder / DUMP).exists():
        raise NotABackup(file)
    _run("pg_restore", "--list", "--file=/dev/null", str(folder / DUMP))


def _empty(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")


def _keys(home: Path) -> list[Path]:
    """Return the keys that the data needs, without the server's own."""
    return [path for path in sorted((home / KEYS).glob("[!.]*")) if not path.name.startswith(OF_THE_SERVER)]


def _put(fresh: Path, place: Path, *, old: Path) -> None:
    if place.exists():
        place.rename(old)
    if fresh.exists():
        fresh.rename(place)


def _holds_tables(url: str) -> bool:
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchone()
    return bool(row and row[0])


def _run(tool: str, *arguments: str) -> None:
    done = subprocess.run([str(program(tool)), *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ToolFailed(tool, done.stderr.strip())
