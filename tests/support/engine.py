"""A learner and the engine's files in a folder of the test's own."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection

from anxin.infra import config as settings
from anxin.kernel.clock import Instant
from anxin.market.interest import store
from anxin.market.interest.brain import door, files
from anxin.market.interest.brain.door import DOOR
from anxin.market.interest.brain.learner import Learner

OTHERS_SECONDS_MAX = 300


@contextmanager
def a_home(patch: pytest.MonkeyPatch, home: Path) -> Iterator[Path]:
    """Let the engine's files lie in a folder of the test's own; what was loaded is forgotten before and after."""
    told = replace(settings.config(), home=str(home))
    for module in (files, door):
        patch.setattr(module, "config", lambda: told)
    DOOR.forget()
    yield home / "interest"
    DOOR.forget()


def _wait_for_others() -> None:
    """Wait until no transaction that is older than the events is open in this database."""
    until = time.monotonic() + OTHERS_SECONDS_MAX
    while not connection.in_atomic_block and time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(
                "select exists (select from interest_event where tx >= %s::text::xid8)", [store.finished_before()]
            )
            if cursor.fetchone() == (False,):
                return
        time.sleep(0.1)


def learn(learner: Learner, now: Instant) -> None:
    """Let a learner do all that is due, whatever its pauses, and let this process know."""
    _wait_for_others()
    for _ in range(2):
        learner._due.clear()
        while learner.step(now) or learner.is_walking:
            learner._due.clear()
    assert DOOR.load_now() is not None, DOOR.reason
