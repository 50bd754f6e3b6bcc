"""A push server of one's own for tests: a real process on a free port."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx

from tests.support.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS_MAX = 180


class LiveEdge:
    """`anxin edge` over a data directory."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.home.mkdir(parents=True, exist_ok=True)
        environment = {
            **os.environ,
            "ANXIN_HOME": str(self.home),
            "ANXIN_EDGE_PORT": str(self.port),
            "PYTHONPATH": str(ROOT / "src"),
            "ANXIN_LOG_LEVEL": "WARNING",
        }
        with (self.home / "edge.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "anxin.entry.edge"], env=environment, stdout=log, stderr=log
            )
        self._wait()

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Stop it by a signal; return its exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(START_SECONDS_MAX)

    def _wait(self) -> None:
        until = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < until:
            try:
                httpx.get(f"{self.url}/health", timeout=5)
            except httpx.TransportError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError(f"no answer: {(self.home / 'edge.log').read_text()[-4000:]}")
