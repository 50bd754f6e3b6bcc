"""Acknowledged orders and payments survive kill -9 of database, web and worker; the control shows that a loss would be seen."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SECONDS_MAX = 600


def harness(*arguments: str) -> dict[str, Any]:
    """Run the fault harness in a process and a market of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ANXIN_", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, "-m", "bench.faults", "--json", *arguments],
        cwd=ROOT,
        env={**environment, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS_MAX,
    )
    assert done.stdout, done.stderr[-4000:]
    report: dict[str, Any] = json.loads(done.stdout)
    return report


@pytest.mark.xdist_group("faults")
def test_no_acknowledged_order_or_payment_is_lost_or_doubled_by_kills() -> None:
    report = harness("--seconds", "12")
    assert set(report["kills"]) == {"postgres", "web", "worker"}
    assert report["acknowledged"] > 50
    assert report["repeats"] > 0  # clients did see failures
    assert report["ok"], report


@pytest.mark.xdist_group("faults")
def test_the_harness_sees_a_loss_when_commits_are_acknowledged_too_early() -> None:
    report = harness("--seconds", "4", "--forgetful")
    assert report["lost"] > 0
    assert not report["ok"]
