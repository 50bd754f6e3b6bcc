"""Claims: decisions of the pure function a second of CPU, and whole claim lives against their own statements bare.

A life is what a buyer, a merchant and the market's worker do: apply, agree, the refund through escrow, ledger and the
sandbox provider, its message back, and every event that follows, until the claim is done. Applying and agreeing go through
the commands here; the rest is done by the worker that `anxin up` starts too.
"""

import itertools
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import astuple, dataclass
from datetime import timedelta
from statistics import mean
from typing import Any
from uuid import UUID

from bench.bare import pgbench, script_of, statements_of
from bench.live import ROOT, quiet_market

BUYERS = 32
SHOPS = 4
CLIENTS = 8
THREADS = 4
OPEN_MAX = 64  # claims on their way at once
ROUNDS = 3
LIVES = 120  # a round
WARM_LIVES = 10  # of them, before the clock starts: the worker has to come up
BARE_SECONDS = 5
BARE_PER_SECOND_MAX = 250
PATIENCE_SECONDS = 300
DECIDE_SECONDS = 2.0
POLLS = (
    "-- Return the oldest events",
    "-- Return what is due",
    "-- Take up to a batch",
    "select id, task_name",
    "select exists",
)


@dataclass(frozen=True)
class Bought:
    """A shipped order of one line: every id that a life names and that another order would have another of."""

    order_id: UUID
    line_id: UUID
    checkout_id: UUID
    parcel_id: UUID
    payment_id: UUID
    split_id: UUID
    charge_id: UUID
    part_id: UUID


COLUMNS = ("order_id", "line_id", "checkout_id", "parcel_id", "payment_id", "split_id", "charge_id", "part_id")


@dataclass(frozen=True)
class Side:
    """A buyer with the shop that he buys in, who answers there, and his orders: those to play, those for the bare side."""

    person_id: UUID
    shop_id: UUID
    staff_id: UUID
    watched: Bought  # whose life is written down
    played: tuple[Bought, ...]
    bare: tuple[Bought, ...]


def claims(
    rounds: int = ROUNDS, lives: int = LIVES, seconds: int = BARE_SECONDS, buyers: int = BUYERS
) -> dict[str, Any]:
    """Measure decisions, then in turns lives of the product and their statements by pgbench: noise falls on both."""
    with quiet_market() as home:
        sides = _seeded(
            buyers, played=-(-rounds * lives // buyers), bare=-(-rounds * seconds * BARE_PER_SECOND_MAX // buyers)
        )
        captured = [_captured(side) for side in sides]
        _lay_out(sides)
        scripts = [_script(number, side, captured[number]) for number, side in enumerate(sides)]
        ready = itertools.chain.from_iterable(zip(*map(_to_play, sides), strict=True))
        product, bare = [], []
        for _ in range(rounds):
            product.append(_played(list(itertools.islice(ready, lives))))
            bare.append(pgbench(home, scripts, seconds=seconds, clients=CLIENTS))
        return {
            "decisions_per_s": round(_decisions_per_second()),
            "lives_per_s": round(mean(product), 1),
            "bare_per_s": round(mean(bare), 1),
            "ratio": round(mean(product) / mean(bare), 3),
            "statements": max(map(len, captured)),
        }


def _decisions_per_second(seconds: float = DECIDE_SECONDS) -> float:
    """Decide wishes of every kind over and over in this thread; return decisions a second of CPU."""
    from anxin.market.guarantee.domain.deciding import decide

    cases = _cases()
    began, done = time.thread_time(), 0
    while time.thread_time() - began < seconds:
        for certificate, line, wish, moment in cases:
            decide(certificate, line, wish, now=moment)
        done += len(cases)
    return done / (time.thread_time() - began)


def _cases() -> list[tuple[Any, Any, Any, Any]]:
    """Return (certificate, line, wish, moment): before shipping, in hand, fresh, damaged, false, too late, without proof."""
    from tests.builders.guarantee import PLACED, SIGNED, a_certificate, a_line, a_wish, but, shown

    hour, day = timedelta(hours=1), timedelta(days=1)
    kinds = (
        ("womenswear-dress", "instant_refund", {}, hour),
        ("womenswear-dress", "no_reason_return", {"signed_at": SIGNED}, 3 * day),
        ("womenswear-dress", "no_reason_return", {"signed_at": SIGNED}, 30 * day),
        ("womenswear-dress", "quality_return", {"signed_at": SIGNED}, 5 * day),
        ("beauty-skincare", "allergy", {"signed_at": SIGNED}, 9 * day),
        ("home-tableware", "damaged", {"signed_at": SIGNED}, 2 * day + hour),
        ("beauty-skincare", "authenticity", {"signed_at": SIGNED}, 20 * day),
        ("womenswear-dress", "price_protection", {"signed_at": SIGNED}, 4 * day),
    )
    cases = []
    for category, promise, facts, later in kinds:
        certificate, line, wish = a_certificate(category), a_line(category, **facts), a_wish(promise)
        cases += [
            (certificate, line, wish, PLACED + later),
            (certificate, line, but(wish, evidence=shown()), PLACED + later),
        ]
    return cases


def _seeded(buyers: int, *, played: int, bare: int) -> list[Side]:
    """Load shipped orders, paid through the sandbox and certified, enough for both sides of the comparison."""
    from tests.builders.claims import RETURN_ADDRESS, SKINCARE
    from tests.builders.orders import Buyer, a_shop, a_sku
    from tests.builders.people import a_person

    from anxin.infra.clock import now
    from anxin.market.guarantee.commands.certificates import issue_missing

    shops = [a_shop(return_address=RETURN_ADDRESS) for _ in range(SHOPS)]
    skus = [a_sku(shop, price_minor=10_000, stock=1_000_000, category=SKINCARE) for shop in shops]
    sides = []
    for number in range(buyers):
        person_id, place = Buyer().id, number % SHOPS
        bought = _load(person_id, skus[place], 1 + played + bare)
        staff = a_person(now=now())
        sides.append(Side(person_id, shops[place], staff, bought[0], bought[1 : played + 1], bought[played + 1 :]))
    while issue_missing(now=now()):
        pass
    return sides


def _load(person_id: UUID, sku_id: UUID, count: int) -> tuple[Bought, ...]:
    """Write shipped orders of one piece as their steps would have left them, in our books and the provider's."""
    from anxin.infra.clock import now
    from anxin.kernel.ids import new_id
    from anxin.market.catalog import queries as catalog
    from anxin.market.orders.commands import WantedLine
    from anxin.market.orders.commands.loading import LoadedCheckout, LoadedOrder, LoadedParcel, load_orders
    from anxin.market.orders.commands.place import priced
    from anxin.market.orders.queries import OrderState, goods_of
    from anxin.market.payments.commands.loading import LoadedPayment, OrderPart, load_payments

    moment, hour = now(), timedelta(hours=1)
    goods = goods_of(catalog.offers([sku_id], now=moment))
    checkouts, payments = [], []
    for _ in range(count):
        order = priced((WantedLine(sku_id, 1),), goods, region="330106")[0]
        line, shipped_at = order.lines[0], moment - hour
        parcel = LoadedParcel(new_id(), "sf", f"SF{line.id.int % 10**13:013d}", {line.id: 1}, shipped_at)
        loaded = LoadedOrder(
            order,
            OrderState.SHIPPED,
            2,
            paid_at=moment - 2 * hour,
            shipped_at=shipped_at,
            receipt_due_at=moment + timedelta(days=10),
            parcels=(parcel,),
        )
        placed_at, pay_by = moment - 3 * hour, moment - 2 * hour
        checkout = LoadedCheckout(new_id(), person_id, (loaded,), {"region": "330106"}, placed_at, pay_by)
        checkouts.append(checkout)
        part = OrderPart(order.id, order.shop_id, order.total_minor)
        payments.append(LoadedPayment(checkout.id, person_id, (part,), placed_at, pay_by, moment - 2 * hour))
    load_orders(checkouts)
    load_payments(payments, now=moment)
    return _bought(checkouts)


def _bought(checkouts: Sequence[Any]) -> tuple[Bought, ...]:
    from anxin.market.payments.models import PaymentSplit, SandboxPart

    ids = [one.orders[0].priced.id for one in checkouts]
    splits = {row.order_id: row for row in PaymentSplit.objects.filter(order_id__in=ids)}
    parts = {row.sub_ref: row for row in SandboxPart.objects.filter(sub_ref__in=ids)}
    found = []
    for checkout in checkouts:
        order = checkout.orders[0]
        split, part = splits[order.priced.id], parts[order.priced.id]
        ours = (order.priced.id, order.priced.lines[0].id, checkout.id, order.parcels[0].id)
        found.append(Bought(*ours, split.payment_id, split.pk, part.charge_id, part.pk))
    return tuple(found)


def _captured(side: Side) -> list[str]:
    """Live the life of a buyer's first order here; return what it asked of the database, without looking for work."""
    from tests.support.work import work

    from anxin.infra.clock import now

    def life() -> None:
        _open(side, side.watched)
        work(now() + timedelta(seconds=1))

    work(now())
    statements = statements_of(life, with_commits=True)
    return [one for one in statements if not one.lstrip().startswith(POLLS)]


def _open(side: Side, bought: Bought) -> None:
    """Ask for the money of goods that did not arrive, and agree to it as the shop."""
    from anxin.infra.clock import now
    from anxin.market.guarantee.commands.claim_answers import Answer, agree
    from anxin.market.guarantee.commands.claims import Application, Wish, apply
    from anxin.market.guarantee.queries.claims import ClaimType

    wish = Wish(ClaimType.REFUND_SHIPPED, "not_received")
    claim_id = apply(Application(bought.line_id, wish), person_id=side.person_id, now=now())
    agree(claim_id, Answer(side.shop_id, side.staff_id), now=now())


def _to_play(side: Side) -> list[tuple[Side, Bought]]:
    return [(side, bought) for bought in side.played]


def _played(lives: Sequence[tuple[Side, Bought]]) -> float:
    """Open claims in some threads while a worker carries them to their end; return how many ended a second, start to last."""
    waiting: queue.SimpleQueue[tuple[Side, Bought]] = queue.SimpleQueue()
    for one in lives[WARM_LIVES:]:
        waiting.put(one)
    room = threading.Semaphore(OPEN_MAX)
    with _worker(), ThreadPoolExecutor(THREADS) as buyers:
        ended = _ended()
        for side, bought in lives[:WARM_LIVES]:
            _open(side, bought)
        ended = _wait_for(ended + WARM_LIVES, room)
        began = time.perf_counter()
        opening = [buyers.submit(_open_all, waiting, room) for _ in range(THREADS)]
        _wait_for(ended + len(lives) - WARM_LIVES, room)
        spent = time.perf_counter() - began
        for one in opening:
            one.result()
    return (len(lives) - WARM_LIVES) / spent


def _open_all(waiting: "queue.SimpleQueue[tuple[Side, Bought]]", room: threading.Semaphore) -> None:
    from django.db import connections

    with suppress(queue.Empty):
        while True:
            side, bought = waiting.get_nowait()
            room.acquire()
            _open(side, bought)
    connections.close_all()


def _wait_for(ended_wanted: int, room: threading.Semaphore) -> int:
    """Wait until so many claims ended, making room for a new one for each; return how many ended."""
    until, before = time.monotonic() + PATIENCE_SECONDS, _ended()
    while (ended := _ended()) < ended_wanted:
        if ended > before:
            room.release(ended - before)
        before = ended
        if time.monotonic() > until:
            raise TimeoutError(f"{ended} of {ended_wanted} claims ended")
        time.sleep(0.05)
    return ended


def _ended() -> int:
    from anxin.market.guarantee.models.claims import Claim

    return Claim.objects.filter(state="done").count()


@contextmanager
def _worker() -> Iterator[None]:
    """Run the market's worker."""
    process = subprocess.Popen([sys.executable, "-m", "anxin.entry.cli", "worker"], cwd=ROOT)
    try:
        yield
    finally:
        process.terminate()
        process.wait(60)


def _lay_out(sides: Sequence[Side]) -> None:
    """Write the ids of the bare side's orders where a pgbench script finds the next one."""
    from django.db import connection

    with connection.cursor() as cursor:
        columns = ", ".join(f"{name} uuid" for name in COLUMNS)
        cursor.execute(f"create table bench_life (side integer, number bigint, {columns}, primary key (side, number))")
        for side_number, side in enumerate(sides):
            cursor.execute(f"create sequence bench_side_{side_number}")
            rows = [(side_number, number, *astuple(bought)) for number, bought in enumerate(side.bare, 1)]
            holders = ", ".join(["%s"] * (len(COLUMNS) + 2))
            cursor.executemany(f"insert into bench_life values ({holders})", rows)  # noqa: S608 - constants
        cursor.execute("analyze")


def _script(number: int, side: Side, statements: Sequence[str]) -> str:
    """Return a buyer's life as pgbench plays it, each time with his next order."""
    played = side.watched
    variables = {getattr(played, name).hex: name for name in COLUMNS}
    nearest = f"(select nextval('bench_side_{number}'))"
    take = f"select {', '.join(COLUMNS)} from bench_life where side = {number} and number = {nearest} \\gset"  # noqa: S608
    return script_of(statements, _known(), first=[take], variables=variables)


def _known() -> set[str]:
    """Return the ids that every life of a market shares."""
    from anxin.market.catalog.models import Product, Sku
    from anxin.market.ledger.models import Account
    from anxin.market.people.models import Person
    from anxin.market.shops.models import Shop

    tables: tuple[Any, ...] = (Product, Sku, Account, Person, Shop)
    return {identity.hex for table in tables for identity in table.objects.values_list("pk", flat=True)}
