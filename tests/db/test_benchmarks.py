"""Benchmarks made small: they run to their end, and what they print has its shape."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SECONDS_MAX = 480


def measured(call: str) -> dict[str, Any]:
    """Run one benchmark in a process of its own, as `anxin bench` does: a market sets its process's environment."""
    module = call.partition("(")[0]
    code = f"import json; from bench.{module} import {module}; print(json.dumps({call}))"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ANXIN_", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**environment, "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS_MAX,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.xdist_group("benchmarks")
def test_claims_are_lived_to_their_end_and_their_statements_played_bare():
    found = measured("claims(rounds=1, lives=14, seconds=1, buyers=2)")
    assert set(found) == {"decisions_per_s", "lives_per_s", "bare_per_s", "ratio", "statements"}
    assert min(found.values()) > 0


@pytest.mark.xdist_group("benchmarks")
def test_deadlines_are_swept_while_orders_are_placed():
    found = measured("deadlines(waiting=3_000, due=400, pairs=1, seconds=3)")
    assert (found["waiting"], found["due"]) == (3_000, 400)
    assert min(found["placements_per_s_alone"], found["placements_per_s_during"], found["swept_per_s"]) > 0
    assert found["slowdown"] == pytest.approx(
        1 - found["placements_per_s_during"] / found["placements_per_s_alone"], abs=0.001
    )


@pytest.mark.xdist_group("benchmarks")
def test_likes_of_one_post_and_of_many_are_all_counted():
    found = measured("likes(people=300, posts=8, seconds=1, clients=4, rounds=1)")
    assert min(found["hot_per_s"], found["spread_per_s"], found["stepped_per_s"]) > 0
    assert found["wrong_counts"] == 0
