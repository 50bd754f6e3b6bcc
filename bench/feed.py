"""The feed over HTTP: answers of ten cards at a steady rate on a demo-sized market, while people's events are learned."""

import os
import random
import re
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean, quantiles
from typing import Any
from uuid import uuid4

import httpx

from bench.live import running_market, wait

RATE = 40  # requests a second
SECONDS = 30
WARM_SECONDS = 8
DEVICES = 60
CARDS = 10
THREADS = 16
TOLD_EVERY = 3  # every third answer is looked at, and this is told
COUNTED = 20  # requests whose statements are counted
FILMS_SECONDS_MAX = 1_200  # a first start goes on making the demo's films beside everything else


@dataclass
class Taken:
    """What was measured of requests."""

    wall_ms: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    late_ms: list[float] = field(default_factory=list)
    policies: Counter[str] = field(default_factory=Counter)
    events: int = 0


class Crowd:
    """Devices that ask for the feed in turn and tell what they saw."""

    def __init__(self, url: str) -> None:
        self.client = httpx.Client(
            base_url=f"{url}/api/v1", timeout=30, limits=httpx.Limits(max_connections=THREADS * 2)
        )
        self.devices = [self.client.post("/devices").json()["device"] for _ in range(DEVICES)]
        self.chance = random.Random(11)
        self.lock = threading.Lock()

    def ask(self, number: int, due: float, taken: Taken) -> None:
        """Ask once; now and then tell of it."""
        device = {"Anxin-Device": self.devices[number % DEVICES]}
        began = time.perf_counter()
        answer = self.client.get("/feed", params={"limit": CARDS}, headers=device).raise_for_status()
        spent = (time.perf_counter() - began) * 1000
        told = answer.json()
        events = self._tell(told, device) if number % TOLD_EVERY == 0 else 0
        cpu = re.search(r"cpu;dur=([0-9.]+)", answer.headers["Server-Timing"])
        with self.lock:
            taken.wall_ms.append(spent)
            taken.late_ms.append((began - due) * 1000)
            taken.cpu_ms.append(float(cpu[1]) if cpu else 0.0)
            taken.policies[told["policy"]] += 1
            taken.events += events

    def _tell(self, told: dict[str, Any], device: dict[str, str]) -> int:
        moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        events = [
            {"id": str(uuid4()), "kind": "impression", "item": item["id"], "at": moment, "request": told["request"],
             "slot": item["slot"]}
            for item in told["items"]
        ]  # fmt: skip
        liked = self.chance.choice(told["items"])
        events.append({**events[liked["slot"]], "id": str(uuid4()), "kind": "like"})
        self.client.post("/events", json={"events": events}, headers=device).raise_for_status()
        return len(events)


def feed(rate: int = RATE, seconds: int = SECONDS) -> dict[str, Any]:
    """Ask for feeds of ten cards at a steady rate; return percentiles, CPU and statements of an answer."""
    with running_market(empty=False) as (home, url, _process):
        wait((home / "interest" / "current.json").exists)
        wait(_films_are_made, FILMS_SECONDS_MAX)
        crowd = Crowd(url)
        _load(crowd, rate, WARM_SECONDS)
        load_before = os.getloadavg()[0]
        taken = _load(crowd, rate, seconds)
        cut = quantiles(taken.wall_ms, n=100)
        return {
            "rate": rate,
            "requests": len(taken.wall_ms),
            "cards": CARDS,
            "p50_ms": round(cut[49], 1),
            "p95_ms": round(cut[94], 1),
            "p99_ms": round(cut[98], 1),
            "cpu_ms": round(mean(taken.cpu_ms), 2),
            "statements": _statements(crowd.devices[0]),
            "policies": dict(taken.policies),
            "events_told": taken.events,
            "began_late_p99_ms": round(quantiles(taken.late_ms, n=100)[98], 1),
            "learned": _learned(home),
            "load": [round(load_before, 1), round(os.getloadavg()[0], 1)],
        }


def _load(crowd: Crowd, rate: int, seconds: int) -> Taken:
    """Send requests when they are due, whether or not earlier ones were answered."""
    taken, began = Taken(), time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        sent = []
        for number in range(rate * seconds):
            due = began + number / rate
            time.sleep(max(due - time.perf_counter(), 0))
            sent.append(pool.submit(crowd.ask, number, due, taken))
        for one in sent:
            one.result()
    return taken


def _statements(device: str) -> int:
    """Return the most statements that one of some requests sent, in this process on the same market."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from anxin.market.interest.brain.door import DOOR

    DOOR.load_now()
    client, counts = Client(headers={"Anxin-Device": device}), []
    for _ in range(COUNTED * 4):
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/api/v1/feed?limit={CARDS}", SERVER_NAME="localhost").json()
        counts.append(len([one for one in asked.captured_queries if not one["sql"].startswith(("BEGIN", "COMMIT"))]))
    return max(counts[-COUNTED:])


def _films_are_made() -> bool:
    from procrastinate.contrib.django.models import ProcrastinateJob

    time.sleep(1)
    return not ProcrastinateJob.objects.filter(task_name="world.films", status__in=["todo", "doing"]).exists()


def _learned(home: Path) -> int:
    from anxin.market.interest.brain import files

    return files.manifest().learned if (home / "interest").is_dir() else 0
