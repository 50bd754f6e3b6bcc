"""Pages start without the numeric engine."""

import subprocess
import sys
import threading

import pytest

from anxin.market.interest.brain import door
from anxin.market.interest.brain.door import Door

CODE = """
import django, sys
django.setup()
import anxin.entry.urls
from anxin.market.interest.brain.door import DOOR
assert DOOR.look() is None and DOOR.reason
print([name for name in ("numba", "scipy", "numpy") if name in sys.modules])
"""


def test_addresses_and_views_load_no_numbers():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=False)
    assert done.stdout.strip().endswith("[]"), done.stdout + done.stderr


def test_a_door_that_stays_shut_begins_nothing_until_it_opens(monkeypatch: pytest.MonkeyPatch):
    begun, clock = threading.Event(), [100.0]
    monkeypatch.setattr(door, "_stamp", lambda: (1, 1))
    monkeypatch.setattr(door, "monotonic", lambda: clock[0])
    shut = Door()
    monkeypatch.setattr(shut, "_read", begun.set)
    shut.stay_shut(2.0)
    shut.look()
    assert not begun.wait(0.2)
    clock[0] += 2.0
    shut.look()
    assert begun.wait(120)
