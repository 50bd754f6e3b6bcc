"""`anxin up` on an empty data directory: the whole product as its users start it."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import psutil
import psycopg
import pytest
from tests.support.ports import free_port

from anxin.infra.postgres.processes import processes_in, wait_until
from anxin.infra.postgres.server import EmbeddedPostgres, embedded_url
from anxin.infra.postgres.sockets import socket_folder
from anxin.market.guarantee.rule_files import PACKAGE

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 300  # a machine that does much else migrates a market in minutes


class Anxin:
    """The command line on a data directory of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_port()
        self.environment = {
            **{name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "MAKELEVEL"}},
            "ANXIN_HOME": str(home),
            "ANXIN_MODE": "demo",
            "PORT": str(self.port),
            "PYTHONPATH": str(ROOT / "src"),
        }

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "anxin.entry.cli", *arguments],
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_SECONDS,
        )

    def up(self) -> subprocess.Popen[bytes]:
        """Start `anxin up --empty` and wait for its first page."""
        with (self.home.parent / "up.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "anxin.entry.cli", "up", "--empty"], env=self.environment, stdout=log, stderr=log
            )
        assert wait_until(lambda: self.answers() or process.poll() is not None, PATIENCE_SECONDS)
        assert process.poll() is None, (self.home.parent / "up.log").read_text()
        return process

    def answers(self) -> bool:
        """Say whether a page that needs the database is answered."""
        with suppress(httpx.TransportError):
            return httpx.get(f"http://127.0.0.1:{self.port}/api/v1/openapi.json", timeout=5).status_code == 200
        return False


@pytest.fixture
def anxin(tmp_path: Path) -> Iterator[Anxin]:
    """The command line on an empty data directory; whatever it left is ended."""
    command_line = Anxin(tmp_path / "home")
    yield command_line
    for pid in processes_in(command_line.home / "postgres" / "data"):
        os.kill(pid, signal.SIGKILL)
    folder = socket_folder(command_line.home)
    if tmp_path not in folder.parents and folder.exists():
        shutil.rmtree(folder)


def below(pid: int, part: str) -> psutil.Process:
    """Return the child of `pid` whose command line holds `part`."""
    return next(process for process in psutil.Process(pid).children() if part in command_of(process))


def command_of(process: psutil.Process) -> str:
    """Return a command line; nothing of a process that ends while we look."""
    with suppress(psutil.NoSuchProcess):
        return " ".join(process.cmdline())
    return ""


def test_a_taken_port_is_said_in_a_sentence_and_nothing_is_made(anxin: Anxin) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", anxin.port))
        other.listen()
        refused = anxin.run("up", "--empty")
    assert refused.returncode == 1
    assert f"Port {anxin.port} on 127.0.0.1 cannot be used" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not (anxin.home / "postgres").exists()


def test_a_home_that_cannot_be_written_is_said_in_a_sentence(anxin: Anxin) -> None:
    refused = anxin.run("up", ANXIN_HOME="/proc/anxin")
    assert refused.returncode == 1
    assert "The data directory /proc/anxin cannot be written" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_foreign_server_that_does_not_fit_is_told_what_it_lacks(anxin: Anxin) -> None:
    refused = anxin.run("up", DATABASE_URL="postgresql://anxin@127.0.0.1:1/anxin")
    assert refused.returncode == 1
    assert "The database of DATABASE_URL cannot be used: connecting failed" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_wrong_usage_exits_with_two(anxin: Anxin) -> None:
    assert anxin.run("doctor", "--nonsense").returncode == 2


def test_up_goes_on_from_an_early_start_survives_kills_stops_cleanly_and_starts_again(anxin: Anxin) -> None:
    assert anxin.run("prepare", "--early", "--empty").returncode == 0  # as while the front end is built
    assert not (anxin.home / "static").exists()
    process = anxin.up()
    assert "Anxin already runs" in anxin.run("up", "--empty").stderr

    for part in ("postgres -D", "entry.web", "worker"):
        killed = below(process.pid, part)
        killed.kill()
        assert wait_until(lambda part=part, killed=killed: is_replaced(process.pid, part, killed), PATIENCE_SECONDS), (
            part
        )
        assert wait_until(anxin.answers, PATIENCE_SECONDS), part

    everything = psutil.Process(process.pid).children(recursive=True)
    process.terminate()
    assert process.wait(PATIENCE_SECONDS) == 0
    assert not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in everything)

    process = anxin.up()  # how quickly is measured in docs/benchmarks.md: a shared machine promises no seconds
    process.kill()  # nobody can stop the others in order now
    process.wait()
    process = anxin.up()
    process.terminate()
    assert process.wait(PATIENCE_SECONDS) == 0
    assert not EmbeddedPostgres(anxin.home).is_running()


def test_a_killed_program_comes_back_on_the_accepted_promises_while_an_edit_is_wrong(
    anxin: Anxin, tmp_path: Path
) -> None:
    own = tmp_path / "own"
    allergy = shutil.copytree(PACKAGE / "promises", own / "promises") / "allergy.toml"
    right = allergy.read_text()
    anxin.environment["ANXIN_PROMISES"] = str(own)

    allergy.write_text(right.replace("hours = 1_440", "hours = -1"))
    refused = anxin.run("up", "--empty")
    assert refused.returncode == 1
    assert re.search(r"promises/allergy\.toml, line \d+: -1 is negative", refused.stderr)
    assert "Traceback" not in refused.stderr
    assert not (anxin.home / "postgres").exists()

    allergy.write_text(right.replace('name_en = "', 'name_en = "Our own '))
    process = anxin.up()
    allergy.write_text(right.replace("hours = 1_440", "hours = -1"))
    for part in ("entry.web", "worker"):
        killed = below(process.pid, part)
        killed.kill()
        assert wait_until(lambda part=part, killed=killed: is_replaced(process.pid, part, killed), PATIENCE_SECONDS)
        assert wait_until(anxin.answers, PATIENCE_SECONDS), part

    examined = json.loads(anxin.run("doctor", "--json").stdout)
    found = {check["name"]: check for check in examined["checks"]}["guarantee.promise_files"]
    assert not found["ok"]
    assert "-1 is negative; the market goes by the accepted set" in found["detail"]
    assert anxin.run("guarantee", "accept").returncode == 1

    allergy.write_text(right.replace('name_en = "', 'name_en = "Very much our own '))
    before = below(process.pid, "entry.web")
    accepted = anxin.run("guarantee", "accept", "--json")
    assert json.loads(accepted.stdout)["is_new"] is True
    assert wait_until(lambda: is_replaced(process.pid, "entry.web", before), PATIENCE_SECONDS)
    assert wait_until(anxin.answers, PATIENCE_SECONDS)
    examined = json.loads(anxin.run("doctor", "--json").stdout)
    assert [check for check in examined["checks"] if not check["ok"]] == []
    process.terminate()
    assert process.wait(PATIENCE_SECONDS) == 0


def is_replaced(supervisor: int, part: str, killed: psutil.Process) -> bool:
    with suppress(StopIteration, psutil.NoSuchProcess):
        return below(supervisor, part).pid != killed.pid
    return False


def test_doctor_prints_one_json_object_and_nothing_else(anxin: Anxin) -> None:
    assert anxin.run("prepare", "--empty").returncode == 0
    examined = anxin.run("doctor", "--json")
    result = json.loads(examined.stdout)
    assert examined.returncode == 0, examined.stdout
    assert result["ok"] is True
    assert {frozenset(check) for check in result["checks"]} == {frozenset({"name", "ok", "detail"})}


def test_a_backup_restores_database_and_media_into_an_empty_home(anxin: Anxin, tmp_path: Path) -> None:
    assert anxin.run("prepare", "--empty").returncode == 0
    picture = anxin.home / "media" / "pictures" / "one.webp"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"picture")
    paper = anxin.home / "vault" / "aa" / "paper"
    paper.parent.mkdir(parents=True)
    paper.write_bytes(b"sealed")
    write_mark(anxin.home)
    file = tmp_path / "anxin.tar"
    assert anxin.run("backup", str(file)).returncode == 0
    assert file.stat().st_mode & 0o077 == 0

    other = Anxin(tmp_path / "other")
    restored = other.run("restore", str(file))
    assert restored.returncode == 0, restored.stderr
    assert read_mark(other.home) == "kept"
    assert (other.home / "media" / "pictures" / "one.webp").read_bytes() == b"picture"
    assert (other.home / "vault" / "aa" / "paper").read_bytes() == b"sealed"
    key, password = "secrets/django.key", "secrets/database-password"
    assert (other.home / key).read_text() == (anxin.home / key).read_text()
    assert (other.home / key).stat().st_mode & 0o077 == 0
    assert (other.home / password).read_text() != (anxin.home / password).read_text()

    refused = other.run("restore", str(file))
    assert refused.returncode == 1
    assert "holds a market already" in refused.stderr
    assert other.run("restore", str(file), "--replace").returncode == 0


def test_a_file_that_is_no_backup_changes_nothing(anxin: Anxin, tmp_path: Path) -> None:
    file = tmp_path / "holiday.tar"
    file.write_text("sand")
    refused = anxin.run("restore", str(file))
    assert refused.returncode == 1
    assert re.search(r"is not a backup made by", refused.stderr)


def write_mark(home: Path) -> None:
    postgres = EmbeddedPostgres(home)
    with psycopg.connect(postgres.start()) as connection:
        connection.execute("CREATE TABLE mark AS SELECT 'kept'::text AS word")
    postgres.stop()


def read_mark(home: Path) -> str:
    postgres = EmbeddedPostgres(home)
    postgres.start()
    with psycopg.connect(embedded_url(home)) as connection:
        row = connection.execute("SELECT word FROM mark").fetchone()
    postgres.stop()
    return str(row[0]) if row else ""
