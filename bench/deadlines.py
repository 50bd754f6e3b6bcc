"""A million waiting deadlines, some of them due: how fast the worker sweeps them, and what placements feel of it."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from bench.live import running_market, seed_market
from bench.trade import Market, checkouts_of_many_skus, load

WAITING = 1_000_000
DUE = 50_000
PAIRS = 6  # of windows, alone and during, in turns: what else the machine does falls on both
WINDOW_SECONDS = 4
LOOK_SECONDS = 0.1
KIND = "guarantee.merchant_answer"  # of claims that moved on: a timer that comes late must ask, and change nothing


@dataclass(frozen=True)
class Window:
    """A stretch of placing orders: how many were placed and how many deadlines told, each a second."""

    placements: float
    swept: float


def deadlines(
    waiting: int = WAITING, due: int = DUE, pairs: int = PAIRS, seconds: float = WINDOW_SECONDS
) -> dict[str, Any]:
    """Measure the sweep of a market's worker with nothing else to do, and placements with and without it."""
    with running_market() as (home, url, process):
        market = checkouts_of_many_skus(home, url, process, *seed_market(240, 32))
        _fill(waiting, due)
        load(market, 3)
        idle, flat_out = _swept_per_second(seconds), _swept_flat_out(seconds)
        alone, during = [], []
        for number in range(pairs):
            for with_sweep in (False, True) if number % 2 else (True, False):
                (during if with_sweep else alone).append(_window(market, seconds, with_sweep=with_sweep))
        placed_alone, placed_during = round(_mean(alone), 1), round(_mean(during), 1)
        return {
            "waiting": waiting,
            "due": due,
            "swept_per_s": round(idle, 1),
            "swept_per_s_flat_out": round(flat_out, 1),
            "swept_per_s_during": round(sum(one.swept for one in during) / pairs, 1),
            "placements_per_s_alone": placed_alone,
            "placements_per_s_during": placed_during,
            "slowdown": round(1 - placed_during / placed_alone, 3),
        }


def _window(market: Market, seconds: float, *, with_sweep: bool) -> Window:
    """Place orders for some seconds, the due deadlines being due or put off."""
    if with_sweep:
        _make_due()
    before = _left()
    tally = load(market, seconds)
    swept = (before - _left()) / tally.seconds
    _put_off()
    return Window(tally.per_second(201), swept)


def _swept_per_second(seconds: float) -> float:
    """Return how many due deadlines a second the worker tells while nobody orders anything, once it has told one."""
    _make_due()
    before, began = _left(), time.perf_counter()
    time.sleep(seconds)
    while _left() == before:
        time.sleep(LOOK_SECONDS)
    rate = (before - _left()) / (time.perf_counter() - began)
    _put_off()
    return rate


def _swept_flat_out(seconds: float) -> float:
    """Return how many a second one process tells that does nothing else and never rests, beside the worker that does."""
    from anxin.infra.clock import now
    from anxin.infra.deadlines import sweep_batch
    from anxin.infra.worker import commit_later

    import_module("anxin.entry.urls")  # registers every handler
    _make_due()
    commit_later()
    told, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        told += sweep_batch(now=now())
    rate = told / (time.perf_counter() - began)
    _put_off()
    return rate


def _fill(waiting: int, due: int) -> None:
    """Write deadlines of claims that moved on: most of them later this year, `due` of them put off until they are wanted."""
    _run(
        """
        insert into infra_deadline (id, kind, subject, due_at, expected_version, attempts, next_try_at, last_error)
        select gen_random_uuid(), %s, gen_random_uuid(), moment, 0, 0, moment, ''
        from (
            select now() + interval '2 days' + number * interval '20 seconds' as moment
            from generate_series(1, %s) as number
        ) as waiting
        """,
        KIND,
        waiting - due,
    )
    _run(
        """
        insert into infra_deadline (id, kind, subject, due_at, expected_version, attempts, next_try_at, last_error)
        select gen_random_uuid(), %s, gen_random_uuid(), now() - number * interval '1 second', 0, 0, 'infinity', ''
        from generate_series(1, %s) as number
        """,
        KIND,
        due,
    )
    _run("vacuum analyze infra_deadline")


def _make_due() -> None:
    _run("update infra_deadline set next_try_at = due_at where next_try_at = 'infinity'")


def _put_off() -> None:
    """Let the sweep rest, and the table be as it was."""
    _run("update infra_deadline set next_try_at = 'infinity' where due_at < now() and kind = %s", KIND)
    _run("vacuum infra_deadline")


def _left() -> int:
    from anxin.infra.clock import now
    from anxin.infra.models import Deadline

    return Deadline.objects.filter(kind=KIND, due_at__lt=now()).count()


def _run(statement: str, *values: object) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _mean(windows: Sequence[Window]) -> float:
    return sum(one.placements for one in windows) / len(windows)
