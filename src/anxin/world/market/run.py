"""One market from its beginning to its end under several policies: warmed up once, then forked, so that all begin alike."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from anxin.world.market.market import Market
from anxin.world.market.platform import POLICIES, WARM, Knows, Platform
from anxin.world.market.terms import HOURS
from anxin.world.market.truth import Truth

Tick = Callable[[], None]


@dataclass(frozen=True)
class Ran:
    """A policy's market at the end; `requests` and seconds (wall, CPU of all threads) are of serving alone."""

    policy: str
    market: Market
    platform: Platform
    knows: Knows
    requests: int
    seconds: float
    cpu_seconds: float


def run(truth: Truth, policies: list[str], folder: Path, threads: ThreadPoolExecutor, tick: Tick) -> Iterator[Ran]:
    """Yield each policy's end; `tick` is called after each day of each."""
    market = Market(truth)
    platform = Platform(truth.listing, WARM, folder / "warm", truth.seed)
    launch = truth.size.warm_days * HOURS
    for hour in range(launch):
        _hour(market, platform, hour, threads)
        if hour % HOURS == HOURS - 1:
            tick()
    for name in policies:
        mine, own = market.fork(), platform.fork(POLICIES[name], folder / name)
        mine.start_counting()
        seconds, knows, before = (0.0, 0.0), None, own.asked
        for hour in range(launch, truth.size.hours):
            knows, spent = _hour(mine, own, hour, threads)
            seconds = seconds[0] + spent[0], seconds[1] + spent[1]
            if hour % HOURS == HOURS - 1:
                tick()
        if knows is not None:
            yield Ran(name, mine, own, knows, own.asked - before, *seconds)


def _hour(
    market: Market, platform: Platform, hour: int, threads: ThreadPoolExecutor
) -> tuple[Knows, tuple[float, float]]:
    outcomes = market.begin_hour(hour)
    knows = platform.begin_hour(hour, market.open_items(hour), outcomes)
    wall, cpu = 0.0, 0.0
    for people in market.visitors(hour):
        if len(people) == 0:
            continue
        begin = time.perf_counter(), time.process_time()
        found = platform.serve(people, knows, threads)
        wall, cpu = wall + time.perf_counter() - begin[0], cpu + time.process_time() - begin[1]
        platform.saw(market.respond(people, found.items, hour), knows)
    return knows, (wall, cpu)
