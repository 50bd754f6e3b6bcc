"""What every test stands on: its own data directory, its own database, no network, no warnings."""

import ipaddress
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as examples

HOME = Path(os.environ.get("ANXIN_TEST_HOME", ".anxin-test")).absolute()
os.environ.update(ANXIN_HOME=str(HOME), ANXIN_MODE="test", DJANGO_SETTINGS_MODULE="anxin.entry.settings")
os.environ.pop("DATABASE_URL", None)

from django.conf import settings  # noqa: E402 - reads the environment that was set just now

# How fast this machine is at the moment is nobody's promise.
examples.register_profile("anxin", deadline=None, suppress_health_check=[HealthCheck.too_slow])
examples.load_profile("anxin")

assert settings.DATABASES  # now pytest-django finds Django configured


class NetworkRefused(Exception):
    """A test wanted to talk to another machine."""


def _refuse_network(event: str, facts: tuple[Any, ...]) -> None:
    if event == "socket.connect" and isinstance(facts[1], tuple) and not _is_loopback(facts[1][0]):
        raise NetworkRefused(facts[1])
    if event == "socket.getaddrinfo" and facts[0] and not _is_loopback(facts[0]):
        raise NetworkRefused(facts[0])


def _is_loopback(host: Any) -> bool:
    name = host.decode() if isinstance(host, bytes) else str(host)
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback or ipaddress.ip_address(name).is_unspecified
    except ValueError:
        return False


sys.addaudithook(_refuse_network)


@pytest.fixture(scope="session")
def clones(django_db_blocker: Any) -> Iterator[Any]:
    """This process's databases on the embedded test server."""
    from tests.support.database import CloneFactory

    factory = CloneFactory(HOME)
    with django_db_blocker.unblock():
        factory.start()
    yield factory
    with django_db_blocker.unblock():
        factory.stop()


@pytest.fixture(scope="session")
def django_db_setup(clones: Any) -> None:
    """Give pytest-django the clone; tests that commit get a fresh one instead of a truncation.

    Truncating would also empty what migrations filled in, and append-only tables refuse it.
    """
    from django.test import TransactionTestCase

    TransactionTestCase._fixture_teardown = lambda _case: _start_afresh(clones)  # type: ignore[attr-defined,method-assign]


def _start_afresh(clones: Any) -> None:
    """Give the next test a new clone; this process must forget what it saw in the old one."""
    from tests.support.memory import forget

    clones.remake()
    forget()


@pytest.fixture(autouse=True)
def _media_of_this_test(tmp_path: Path, settings: Any) -> None:
    """Files that a test uploads end with it."""
    settings.MEDIA_ROOT = tmp_path / "media"
