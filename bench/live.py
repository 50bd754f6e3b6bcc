"""A whole market on an empty data directory, for benchmarks and fault harnesses: `anxin up`, goods, buyers with tokens."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import psutil
from tests.support.ports import free_port

from anxin.infra.config import config
from anxin.infra.postgres.sockets import socket_folder
from anxin.kernel.ids import public_id

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS_MAX = 180
BUYERS = 6
SKUS = 40
STOCK = 10_000_000


@dataclass(frozen=True)
class Buyer:
    """Who orders: a token for the API, and where to deliver."""

    person_id: UUID
    token: str
    address: str


@contextmanager
def running_market(*, empty: bool = True) -> Iterator[tuple[Path, str, psutil.Process]]:
    """Run `anxin up` on an empty data directory, with the demo market unless `empty`."""
    home, port = _new_home()
    with (home / "up.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "anxin.entry.cli", "up", *(["--empty"] if empty else [])],
            cwd=ROOT,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for_answer(url)
        import django

        django.setup()
        yield home, url, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(START_SECONDS_MAX)
        shutil.rmtree(socket_folder(home), ignore_errors=True)
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def quiet_market() -> Iterator[Path]:
    """Have the database of an empty market running, and none of its programs: who measures does their work."""
    home, _ = _new_home()
    from anxin.entry.session import market

    try:
        subprocess.run([sys.executable, "-m", "anxin.entry.cli", "prepare", "--empty"], cwd=ROOT, check=True)
        with market():
            yield home
            from django.db import connections

            connections.close_all()
    finally:
        shutil.rmtree(socket_folder(home), ignore_errors=True)
        shutil.rmtree(home, ignore_errors=True)


def _new_home() -> tuple[Path, int]:
    """Tell this process and those that it starts of an empty data directory and a free port."""
    home, port = Path(tempfile.mkdtemp(prefix="anxin-bench-")), free_port()
    os.environ.update(
        ANXIN_HOME=str(home),
        PORT=str(port),
        ANXIN_LOG_LEVEL="ERROR",
        ANXIN_API_REQUESTS_PER_MINUTE="1000000",
        ANXIN_SERVER_TIMING="1",
    )
    os.environ.pop("DATABASE_URL", None)
    os.environ["DJANGO_SETTINGS_MODULE"] = "anxin.entry.settings"
    config.cache_clear()  # a command line may have read it before
    return home, port


def seed_market(skus_count: int = SKUS, buyers_count: int = BUYERS) -> tuple[list[str], list[Buyer]]:
    """Make shops, goods and buyers."""
    from tests.builders.orders import a_shop, a_sku
    from tests.builders.people import a_person, a_token, an_address

    from anxin.infra.clock import now
    from anxin.market.people.commands import add_address

    shops = [a_shop(freight_minor=600) for _ in range(4)]
    skus = [
        public_id("sku", a_sku(shops[number % 4], price_minor=1_000 + number, stock=STOCK))
        for number in range(skus_count)
    ]
    buyers = []
    for _ in range(buyers_count):
        person = a_person(now=now())
        address = add_address(person, an_address(), now=now())
        buyers.append(Buyer(person, a_token(person, now=now()), public_id("adr", address)))
    return skus, buyers


def wait_for_answer(url: str) -> None:
    def answers() -> bool:
        with suppress(httpx.TransportError):
            return httpx.get(f"{url}/api/v1/openapi.json", timeout=10).status_code == httpx.codes.OK
        return False

    wait(answers)


def wait(reached: Any, seconds: int = START_SECONDS_MAX) -> None:
    until = time.monotonic() + seconds
    while not reached():
        if time.monotonic() > until:
            raise TimeoutError("the market did not come back")
        time.sleep(0.02)
