"""Kills PostgreSQL, web and worker while buyers order and pay, then looks for what was acknowledged and is gone.

    python -m bench.faults --seconds 60 --json
    python -m bench.faults --seconds 20 --forgetful     # the control: commits are acknowledged before they are on disk

The control must lose orders: it shows that the harness can see a loss.
"""

import argparse
import json
import queue
import random
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import psutil
import psycopg

from anxin.infra.postgres.server import EmbeddedPostgres, embedded_url
from anxin.kernel.ids import parse_public_id
from bench.live import BUYERS, START_SECONDS_MAX, Buyer, running_market, seed_market, wait, wait_for_answer

SETTLE_SECONDS_MAX = 120
TARGETS = {"postgres": "postgres -D", "web": "anxin.entry.web", "worker": "cli worker"}
SLOWEST_FLUSH = "10s"  # wal_writer_delay of the control, at its most
CONTROL_KILLS = 5  # at least: a kill just after everything was written loses nothing


@dataclass
class Diary:
    """What the outside world was promised. Shared by threads; appending to a list is atomic."""

    placed: list[tuple[Buyer, UUID, int]] = field(default_factory=list)
    keys: Counter[UUID] = field(default_factory=Counter)
    paid: list[UUID] = field(default_factory=list)
    repeats: int = 0
    refusals: list[str] = field(default_factory=list)
    kills: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Report:
    """What was found. `lost` and `unpaid` are acknowledgements that the market forgot, `doubled` orders that nobody placed."""

    seconds: float
    kills: dict[str, int]
    acknowledged: int
    repeats: int
    lost: int
    doubled: int
    paid: int
    unpaid: int
    refusals: list[str]
    doctor: list[str]

    @property
    def ok(self) -> bool:
        """Whether every promise was kept."""
        broken = (self.lost, self.doubled, self.unpaid, *self.refusals, *self.doctor)
        return self.acknowledged > 0 and not any(broken)


def run(seconds: float, *, forgetful: bool) -> Report:
    """Let orders flow for `seconds` on a fresh market while its processes are killed, and examine what remains."""
    diary = Diary()
    with running_market() as (home, url, supervisor):
        skus, buyers = seed_market()
        if forgetful:
            _make_forgetful(home)
        stop = threading.Event()
        buying = [threading.Thread(target=_buy, args=(url, buyer, skus, diary, stop)) for buyer in buyers]
        unpaid: queue.SimpleQueue[tuple[Buyer, UUID]] = queue.SimpleQueue()
        paying = threading.Thread(target=_pay, args=(unpaid, diary, stop))
        for thread in (*buying, paying):
            thread.start()
        _kill_in_turn(
            supervisor, url, diary, unpaid, seconds, ("postgres",) * CONTROL_KILLS if forgetful else tuple(TARGETS)
        )
        stop.set()
        for thread in (*buying, paying):
            thread.join(START_SECONDS_MAX)
        return _examine(home, diary, seconds)


def _make_forgetful(home: Path) -> None:
    """Make every commit return before it is on disk, as late as PostgreSQL allows."""
    with psycopg.connect(EmbeddedPostgres(home).administrator_url(), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET synchronous_commit = off")
        connection.execute(f"ALTER SYSTEM SET wal_writer_delay = '{SLOWEST_FLUSH}'")
        connection.execute("SELECT pg_reload_conf()")


def _buy(url: str, buyer: Buyer, skus: list[str], diary: Diary, stop: threading.Event) -> None:
    """Order one to three items again and again, each time until it is acknowledged: under one key, as a good client does."""
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {buyer.token}"}, timeout=10) as client:
        while not stop.is_set():
            lines = [{"sku": sku, "quantity": 1} for sku in random.sample(skus, random.randint(1, 3))]
            key = str(uuid4())
            diary.keys[buyer.person_id] += 1
            answer = _post_until_answered(client, {"lines": lines, "address": buyer.address}, key, diary)
            if answer is None or answer.status_code != httpx.codes.CREATED:
                diary.refusals.append("no answer" if answer is None else answer.text)
                return
            body = answer.json()
            diary.placed.append((buyer, parse_public_id("chk", body["id"]), body["total_minor"]))


def _post_until_answered(client: httpx.Client, body: dict[str, Any], key: str, diary: Diary) -> httpx.Response | None:
    """Post one order until the market says yes or no; a broken connection, 5xx and "in flight" say neither."""
    until = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < until:
        with suppress(httpx.TransportError):
            answer = client.post("/api/v1/checkouts", json=body, headers={"Idempotency-Key": key})
            if answer.status_code < httpx.codes.INTERNAL_SERVER_ERROR and answer.status_code != httpx.codes.CONFLICT:
                return answer
        diary.repeats += 1
        time.sleep(0.02)
    return None


def _pay(unpaid: "queue.SimpleQueue[tuple[Buyer, UUID]]", diary: Diary, stop: threading.Event) -> None:
    """Pay checkouts on the sandbox's page; what the gateway took is a promise."""
    from anxin.kernel.errors import AnxinError

    while not (stop.is_set() and unpaid.empty()):
        with suppress(queue.Empty):
            buyer, checkout = unpaid.get(timeout=0.1)
            with suppress(AnxinError):  # a repeated payment may find the first one done: then it is not counted
                _pay_one(buyer, checkout)
                diary.paid.append(checkout)


def _pay_one(buyer: Buyer, checkout: UUID) -> None:
    """Pay a checkout, again after a lost connection."""
    from django.db import InterfaceError, OperationalError, connections
    from tests.builders.payments import token_of

    from anxin.infra.clock import now
    from anxin.market.orders.commands import pay_checkout
    from anxin.market.payments.commands.sandbox import Choice, choose

    until = time.monotonic() + START_SECONDS_MAX
    while True:
        try:
            started = pay_checkout(checkout, person_id=buyer.person_id, method="wallet", return_url="/", now=now())
            choose(token_of(started), Choice.PAY, now=now())
        except (OperationalError, InterfaceError):
            if time.monotonic() > until:
                raise
            connections.close_all()
            time.sleep(0.1)
        else:
            return


def _kill_in_turn(
    supervisor: psutil.Process, url: str, diary: Diary, unpaid: Any, seconds: float, targets: tuple[str, ...]
) -> None:
    """Kill one target after another until the time is over and each had its turn, each when orders flow again after the last."""
    until = time.monotonic() + seconds
    queued = 0
    while time.monotonic() < until or diary.kills.total() < len(targets):
        before = len(diary.placed)
        wait(lambda before=before: len(diary.placed) >= before + 5 * BUYERS or bool(diary.refusals))
        for buyer, checkout, _ in diary.placed[queued::20]:
            unpaid.put((buyer, checkout))
        queued = len(diary.placed)
        target = targets[diary.kills.total() % len(targets)]
        _kill(supervisor, TARGETS[target])
        diary.kills[target] += 1
        time.sleep(random.uniform(0.1, 0.5))
    wait_for_answer(url)


def _kill(supervisor: psutil.Process, part: str) -> None:
    """Kill the program, or at random only one of its own children, without warning."""
    found = [child for child in supervisor.children() if part in " ".join(child.cmdline())]
    for program in found[:1]:
        victims = [program]
        if "web" in part and random.random() < 0.5:
            victims = program.children()[:1] or victims
        for victim in victims:
            victim.kill()


def _examine(home: Path, diary: Diary, seconds: float) -> Report:
    """Let the worker come to rest, then compare what was promised with what is there."""
    from django.db import connections

    from anxin.infra.clock import now
    from anxin.infra.doctor import examine
    from anxin.infra.worker import drain

    connections.close_all()
    drain(now() + timedelta(minutes=5))
    with psycopg.connect(embedded_url(home)) as connection:
        there = dict(connection.execute("SELECT id, total_minor FROM orders_checkout").fetchall())
        captured = {
            row[0]
            for row in connection.execute("SELECT DISTINCT checkout_id FROM orders_order WHERE paid_at IS NOT NULL")
        }
        counts = dict(
            connection.execute("SELECT person_id, count(*) FROM orders_checkout GROUP BY person_id").fetchall()
        )
    return Report(
        seconds=seconds,
        kills=dict(diary.kills),
        acknowledged=len(diary.placed),
        repeats=diary.repeats,
        lost=sum(there.get(checkout) != total for _, checkout, total in diary.placed),
        doubled=sum(max(0, counts.get(person, 0) - keys) for person, keys in diary.keys.items()),
        paid=len(diary.paid),
        unpaid=len(set(diary.paid) - captured),
        refusals=diary.refusals[:10],
        doctor=[f"{result.name}: {result.detail}" for result in examine() if not result.ok],
    )


def main() -> None:
    """Run from the command line: exit 1 when a promise was broken (for the control: when none was)."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--forgetful", action="store_true", help="the control: acknowledge before the disk has it")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    wanted = parser.parse_args()
    report = run(wanted.seconds, forgetful=wanted.forgetful)
    print(json.dumps({"ok": report.ok, **asdict(report)}, indent=None if wanted.json else 2, ensure_ascii=False))
    sys.exit(0 if report.ok != wanted.forgetful else 1)


if __name__ == "__main__":
    main()
