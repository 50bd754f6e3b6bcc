"""The supervisor restarts what is killed and leaves nothing behind, however it ends itself."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from anxin.infra.postgres.processes import processes_in, wait_until
from anxin.infra.postgres.server import EmbeddedPostgres
from anxin.infra.postgres.sockets import socket_folder

PATIENCE_SECONDS = 60

# Like a web server with a worker: it ends its child when it is asked to stop, and cannot when it is killed.
SHOP = """
import signal, subprocess, sys
child = subprocess.Popen(["sleep", "987654"])
signal.signal(signal.SIGTERM, lambda *_: child.terminate())
sys.exit(child.wait())
"""
# A supervisor over a real database and that program.
SUPERVISE = """
import logging, sys
from pathlib import Path
from anxin.entry.supervisor import Program, Supervisor
from anxin.infra.postgres.server import EmbeddedPostgres
logging.basicConfig()
home = Path(sys.argv[1])
postgres = EmbeddedPostgres(home, durable=False)
postgres.start()
programs = [Program("shop", (sys.executable, "-c", sys.argv[2]))]
Supervisor(programs, postgres).run(is_up=lambda: True, announce=lambda: print("up", flush=True))
postgres.stop()
"""


def _hears_interrupts() -> None:
    """Undo what a shell does to a command in the background, which would pass on to the supervisor: interrupts are ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Running:
    """A supervisor under test and what it runs."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.postgres = EmbeddedPostgres(home, durable=False)
        self.process = subprocess.Popen(
            [sys.executable, "-c", SUPERVISE, str(home), SHOP],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            preexec_fn=_hears_interrupts,  # noqa: PLW1509 - no thread of ours runs yet
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == b"up\n"

    def shop(self) -> psutil.Process | None:
        """The supervised program, once it has its child."""
        for process in psutil.Process(self.process.pid).children():
            with suppress(psutil.NoSuchProcess):  # it may end while we look
                if "987654" in " ".join(process.cmdline()) and process.children():
                    return process
        return None

    def everything(self) -> list[psutil.Process]:
        """All processes below the supervisor."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def end(self) -> None:
        """End the supervisor if it still runs."""
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(PATIENCE_SECONDS)
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """A supervisor with everything up."""
    supervisor = Running(tmp_path)
    eventually(lambda: supervisor.shop() is not None)
    yield supervisor
    supervisor.end()
    for pid in processes_in(tmp_path / "postgres" / "data"):
        os.kill(pid, signal.SIGKILL)
    folder = socket_folder(tmp_path)
    if tmp_path not in folder.parents and folder.exists():
        folder.rmdir()


def eventually(reached: Callable[[], bool]) -> None:
    assert wait_until(reached, PATIENCE_SECONDS)


def all_gone(processes: list[psutil.Process]) -> bool:
    return all(not process.is_running() or process.status() == psutil.STATUS_ZOMBIE for process in processes)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_one_signal_stops_everything(running: Running, number: signal.Signals) -> None:
    everything = running.everything()
    assert len(everything) > 2
    running.process.send_signal(number)
    assert running.process.wait(PATIENCE_SECONDS) == 0
    assert all_gone(everything)


def test_a_killed_program_is_started_again_and_its_children_do_not_stay(running: Running) -> None:
    killed = running.shop()
    assert killed is not None
    orphans = killed.children()
    killed.kill()
    eventually(lambda: (shop := running.shop()) is not None and shop.pid != killed.pid)
    assert all_gone([killed, *orphans])


def test_a_killed_postgres_is_started_again(running: Running) -> None:
    killed = running.postgres.pid
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    eventually(lambda: running.postgres.pid not in {None, killed})


def test_a_killed_supervisor_leaves_nothing_that_blocks_the_next_start(running: Running) -> None:
    everything = running.everything()
    running.process.kill()
    running.process.wait()
    again = Running(running.home)
    eventually(lambda: again.shop() is not None)
    again.end()
    assert again.process.returncode == 0
    eventually(lambda: all_gone(everything))


def test_a_killed_script_around_make_ends_the_server_that_nobody_could_tell(tmp_path: Path) -> None:
    inner = f'MAKELEVEL=1 {sys.executable} -c "$PROGRAM" {tmp_path} "$SHOP" & echo supervisor $!; wait'
    script = subprocess.Popen(
        ["bash", "-c", f"bash -c '{inner}' & echo shell $!; wait; sleep 987"],
        stdout=subprocess.PIPE,
        start_new_session=True,
        env={**os.environ, "PROGRAM": SUPERVISE, "SHOP": SHOP},
    )
    assert script.stdout is not None
    numbers = dict(script.stdout.readline().split() for _ in range(2))  # who says theirs first is nobody's promise
    shell, supervisor = (psutil.Process(int(numbers[who])) for who in (b"shell", b"supervisor"))
    assert script.stdout.readline() == b"up\n"
    shell.kill()
    eventually(lambda: all_gone([supervisor]))
    os.killpg(script.pid, signal.SIGKILL)
    script.wait()
    script.stdout.close()
    assert not EmbeddedPostgres(tmp_path).is_running()
