"""The embedded PostgreSQL lets in nobody else, and comes back after whatever was killed."""

import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from anxin.infra.postgres.account import server_account
from anxin.infra.postgres.cluster import check_folder
from anxin.infra.postgres.errors import DataOfAnotherVersion, DiskFull
from anxin.infra.postgres.processes import processes_in, wait_until
from anxin.infra.postgres.server import EmbeddedPostgres
from anxin.infra.postgres.sockets import LONGEST_PATH_BYTES, SOCKET_NAME, make_socket_folder, socket_folder

START_AND_WAIT = """
import sys, time
from pathlib import Path
from anxin.infra.postgres.server import EmbeddedPostgres
EmbeddedPostgres(Path(sys.argv[1])).start()
print("ready", flush=True)
time.sleep(600)
"""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """An empty data directory; whatever was started on it is ended."""
    yield tmp_path
    for pid in processes_in(tmp_path / "postgres" / "data"):
        os.kill(pid, signal.SIGKILL)
    if (tmp_path / "postgres").exists() and tmp_path not in socket_folder(tmp_path).parents:
        shutil.rmtree(socket_folder(tmp_path), ignore_errors=True)


@pytest.fixture
def server(home: Path) -> Iterator[EmbeddedPostgres]:
    """A running server on an empty data directory."""
    postgres = EmbeddedPostgres(home, durable=False)
    postgres.start()
    yield postgres
    postgres.stop()


def one(url: str, statement: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(statement).fetchone()  # type: ignore[call-overload]
        return row[0]


def test_nobody_else_on_the_machine_can_reach_the_socket(server: EmbeddedPostgres, home: Path) -> None:
    folder = socket_folder(home).stat()
    assert stat.S_IMODE(folder.st_mode) == 0o700
    assert folder.st_uid == server.data.stat().st_uid
    assert stat.S_IMODE(server.data.stat().st_mode) == 0o700
    assert one(server.start(), "SHOW listen_addresses") == ""


def test_the_server_does_not_run_as_root(server: EmbeddedPostgres) -> None:
    assert Path(f"/proc/{server.pid}").stat().st_uid != 0


def test_whoever_reaches_the_socket_still_needs_the_password(server: EmbeddedPostgres, home: Path) -> None:
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(host=str(socket_folder(home)), user="anxin", dbname="anxin", password="guessed")
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(host=str(socket_folder(home)), user="postgres", dbname="postgres", password="postgres")
    rules = one(server.administrator_url(), "SELECT string_agg(type || ' ' || auth_method, ',') FROM pg_hba_file_rules")
    assert rules == "local scram-sha-256"


def test_passwords_are_readable_by_their_owner_only_and_never_logged(server: EmbeddedPostgres, home: Path) -> None:
    log = server.log.read_text()
    for name in ("database-password", "database-administrator-password", "database.url"):
        path = home / "secrets" / name
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert path.read_text() not in log
        assert path.stat().st_uid == os.geteuid()
    assert not list((home / "postgres").glob("verifier*"))


def test_the_application_is_no_superuser(server: EmbeddedPostgres) -> None:
    assert one(server.start(), "SHOW is_superuser") == "off"


def test_a_committed_row_survives_kill_nine_and_start_waits_for_recovery(home: Path) -> None:
    postgres = EmbeddedPostgres(home)
    url = postgres.start()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 100000) AS n")
    assert postgres.pid is not None
    os.kill(postgres.pid, signal.SIGKILL)
    assert postgres.start() == url
    assert one(url, "SELECT count(*) FROM kept") == 100_000
    assert "automatic recovery in progress" in postgres.log.read_text()
    postgres.stop()
    assert not postgres.is_running()


def test_a_pid_file_whose_number_belongs_to_another_program_does_not_block(home: Path) -> None:
    postgres = EmbeddedPostgres(home, durable=False)
    postgres.start()
    pid_file = postgres.data / "postmaster.pid"
    kept = pid_file.read_text()
    postgres.stop()
    owner = server_account(postgres.data)
    pid_file.write_text(kept.replace(kept.splitlines()[0], str(os.getpid()), 1))
    owner.give(pid_file)
    postgres.start()
    assert postgres.pid not in {None, os.getpid()}
    postgres.stop()


def test_the_server_ends_with_a_killed_starter_and_the_next_start_works(home: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", START_AND_WAIT, str(home)], stdout=subprocess.PIPE) as starter:
        assert starter.stdout is not None
        assert starter.stdout.readline() == b"ready\n"
        starter.kill()
    postgres = EmbeddedPostgres(home)
    assert wait_until(lambda: not postgres.is_running(), 120)
    assert one(postgres.start(), "SELECT 1") == 1
    postgres.stop()


def test_the_last_user_stops_the_server(server: EmbeddedPostgres, home: Path) -> None:
    other = EmbeddedPostgres(home)
    url = other.start()
    assert other.pid == server.pid
    other.stop()
    assert one(url, "SELECT 1") == 1


def test_data_of_another_version_is_refused_and_left_alone(server: EmbeddedPostgres, home: Path) -> None:
    server.stop()
    version = server.data / "PG_VERSION"
    version.write_text("19\n")
    before = sorted((path.name, path.stat().st_mtime_ns) for path in server.data.iterdir())
    with pytest.raises(DataOfAnotherVersion, match="made by PostgreSQL 19"):
        EmbeddedPostgres(home).start()
    assert before == sorted((path.name, path.stat().st_mtime_ns) for path in server.data.iterdir())


def test_a_full_disk_is_said_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(DiskFull, match="100 MiB are free, 512 MiB are needed"):
        check_folder(tmp_path / "data", free_bytes=lambda _folder: 100 << 20)
    assert not list(tmp_path.iterdir())


def test_a_cluster_half_made_by_a_killed_start_is_made_anew(home: Path) -> None:
    half = home / "postgres" / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    postgres = EmbeddedPostgres(home, durable=False)
    assert one(postgres.start(), "SELECT 1") == 1
    postgres.stop()
    assert not half.exists()


def test_the_socket_path_fits_the_kernel_however_deep_the_home_lies(tmp_path: Path) -> None:
    home = tmp_path / ("deep" * 20) / ("deeper" * 10)
    (home / "postgres").mkdir(parents=True)
    account = server_account(home / "postgres" / "data")
    folder = make_socket_folder(home, account)
    try:
        assert len(os.fsencode(folder / SOCKET_NAME)) <= LONGEST_PATH_BYTES
        assert folder == socket_folder(home) == make_socket_folder(home, account)
        folder.chmod(0o755)
        assert make_socket_folder(home, account) != folder  # somebody opened it: not trusted again
    finally:
        shutil.rmtree(folder)
        shutil.rmtree(socket_folder(home), ignore_errors=True)
