"""Orders and releases against bare SQL on the same server in the same run: `anxin bench orders|hot-sku|ledger`.

The bare side replays, with pgbench, the very statements that the product sends for the same placements.
"""

import json
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psutil

from bench.bare import pgbench, script_of, statements_of
from bench.live import Buyer, running_market, seed_market
from bench.load import Tally, hammer, post

CLIENTS = 8
SKUS = 240
BUYERS = 32
PLACEMENTS = 100  # different checkouts; pgbench takes at most 128 scripts
PATH = "/api/v1/checkouts"


@dataclass(frozen=True)
class Placement:
    """One checkout to send: whose, and its body."""

    buyer: Buyer
    body: bytes


@dataclass(frozen=True)
class Market:
    """A running market and what is ordered on it."""

    home: Path
    port: int
    process: psutil.Process
    placements: tuple[Placement, ...]

    def request(self, client: int, number: int) -> bytes:
        """Return a placement under a fresh key."""
        one = self.placements[(client * 31 + number) % len(self.placements)]
        headers = f"Authorization: Bearer {one.buyer.token}\r\nIdempotency-Key: {uuid4()}\r\n"
        return post(PATH, one.body, headers)

    def web_cpu_seconds(self) -> float:
        """CPU that the web processes have used so far."""
        web = [
            child for child in self.process.children(recursive=True) if "anxin.entry.web" in " ".join(child.cmdline())
        ]
        return sum(sum(child.cpu_times()[:2]) for child in web)


def orders(seconds: int = 15) -> dict[str, Any]:
    """Placements of 1 to 3 lines over many SKUs, through the API, against the same statements bare."""
    with running_market() as (home, url, process):
        market = checkouts_of_many_skus(home, url, process, *seed_market(SKUS, BUYERS))
        scripts, counts = _scripts(market)
        load(market, 3)
        before = market.web_cpu_seconds()
        tally = load(market, seconds)
        cpu = market.web_cpu_seconds() - before
        bare = pgbench(home, scripts, seconds=seconds, clients=CLIENTS)
        placed = tally.statuses[201]
        return {
            "orders_per_s": round(tally.per_second(201), 1),
            "bare_per_s": round(bare, 1),
            "ratio": round(tally.per_second(201) / bare, 3),
            "statements": max(counts),
            "app_cpu_ms": round(cpu / placed * 1000, 3),
            "oversold": _oversold(),
            "placed": placed,
            "other_answers": {str(status): count for status, count in tally.statuses.items() if status != 201},
        }


def hot_sku(seconds: int = 12) -> dict[str, Any]:
    """Everybody wants the same SKU; and five hundred want its one piece."""
    with running_market() as (home, url, process):
        skus, buyers = seed_market(2, BUYERS)
        market = _market(home, url, process, [[skus[0]]] * BUYERS, buyers)
        scripts, _ = _scripts(market)
        load(market, 3)
        tally = load(market, seconds)
        bare = pgbench(home, scripts, seconds=seconds, clients=CLIENTS)
        _set_stock(skus[1], 1)
        last = _market(home, url, process, [[skus[1]]] * BUYERS, buyers)
        rush = hammer(last.port, last.request, clients=20, seconds=120, most=25)
        return {
            "orders_per_s": round(tally.per_second(201), 1),
            "bare_per_s": round(bare, 1),
            "ratio": round(tally.per_second(201) / bare, 3),
            "sold": rush.statuses[201],
            "refused": rush.statuses[409],
            "oversold": _oversold(),
        }


def ledger(seconds: int = 10) -> dict[str, Any]:
    """Five-leg releases through the ledger's command, in the batches that settlement uses and one by one, against bare SQL."""
    with running_market() as (home, _, _):
        entry = _release()
        from anxin.market.ledger.commands import post as post_entry

        post_entry(_release(), now=_now())  # accounts are open from now on
        known = _known_accounts()
        statements = statements_of(lambda: post_entry(entry, now=_now()))
        bare = pgbench(home, [script_of(statements, known, (entry.ref,))], seconds=seconds, clients=CLIENTS)
        batched = _post_for(seconds, 500)
        single = _post_for(seconds, 1)
        return {
            "releases_per_s": round(batched, 1),
            "bare_per_s": round(bare, 1),
            "ratio": round(batched / bare, 3),
            "single_per_s": round(single, 1),
            "single_ratio": round(single / bare, 3),
            "statements": len(statements),
        }


def checkouts_of_many_skus(
    home: Path, url: str, process: psutil.Process, skus: list[str], buyers: list[Buyer]
) -> Market:
    """Return a market with checkouts of one to three of its SKUs, the same ones every time."""
    chance = random.Random(1)
    lines = [chance.sample(skus, 1 + number % 3) for number in range(PLACEMENTS)]
    return _market(home, url, process, lines, buyers)


def _market(home: Path, url: str, process: psutil.Process, lines: list[list[str]], buyers: list[Buyer]) -> Market:
    placements = []
    for number, skus in enumerate(lines):
        buyer = buyers[number % len(buyers)]
        body = {"lines": [{"sku": sku, "quantity": 1} for sku in skus], "address": buyer.address}
        placements.append(Placement(buyer, json.dumps(body).encode()))
    return Market(home, int(urlsplit(url).port or 0), process, tuple(placements))


def load(market: Market, seconds: float) -> Tally:
    """Send the market's checkouts over and over for some seconds."""
    return hammer(market.port, market.request, clients=CLIENTS * 2, seconds=seconds)


def _scripts(market: Market) -> tuple[list[str], list[int]]:
    """Send each placement once, in this process, and write down what it asked of the database."""
    from django.test import Client

    client = Client()
    known = _known()
    scripts, counts = [], []

    def place(one: Placement, key: str) -> Callable[[], object]:
        headers = {"Authorization": f"Bearer {one.buyer.token}", "Idempotency-Key": key}
        return lambda: client.post(PATH, one.body, content_type="application/json", headers=headers)

    for number, one in enumerate((market.placements[0], *market.placements)):
        key = f"capture-{number}-{uuid4()}"
        statements = statements_of(place(one, key))
        if number:  # the first one filled what each process keeps in memory
            scripts.append(script_of(statements, known, (key,)))
            counts.append(len(statements))
    return scripts, counts


def _known() -> set[str]:
    """Return the ids that exist before any order."""
    from anxin.market.catalog.models import Product, Sku
    from anxin.market.people.models import AccessToken, Address, Person
    from anxin.market.shops.models import FreightTemplate, Shop

    tables: tuple[Any, ...] = (Product, Sku, Person, Address, AccessToken, Shop, FreightTemplate)
    return {identity.hex for table in tables for identity in table.objects.values_list("pk", flat=True)}


def _known_accounts() -> set[str]:
    from anxin.market.ledger.models import Account

    return {identity.hex for identity in Account.objects.values_list("pk", flat=True)}


def _oversold() -> int:
    """Return how many stock rows promise more than there is (the database refuses it; this looks anyway)."""
    from django.db.models import F

    from anxin.market.inventory.models import Stock

    return Stock.objects.filter(held__gt=F("on_hand")).count()


def _set_stock(sku: str, pieces: int) -> None:
    from anxin.kernel.ids import parse_public_id
    from anxin.market.inventory.models import Stock

    Stock.objects.filter(sku_id=parse_public_id("sku", sku)).update(on_hand=pieces, held=0)


def _now() -> Any:
    from anxin.infra.clock import now

    return now()


def _release() -> Any:
    """Return the release of DOMAIN 4's worked example: five parties, ¥100."""
    from uuid import UUID

    from anxin.kernel.ids import new_id
    from anxin.market.ledger.commands import ESCROW, SERVICE_FEE, AccountKey, JournalEntry, Leg, shop_account

    order, shop = new_id(), UUID(int=random.randrange(200) + 1)
    legs = (
        Leg(ESCROW, -10_000, order),
        Leg(shop_account(shop, "available"), 7_500),
        Leg(SERVICE_FEE, 700),
        Leg(AccountKey("creator", shop, "available"), 1_260),
        Leg(AccountKey("agency", shop, "available"), 540),
    )
    return JournalEntry("settlement.released", str(order), legs, shop_id=shop)


def _post_for(seconds: float, batch: int) -> float:
    """Post releases in batches from four threads; return releases a second."""
    from django.db import connections

    from anxin.market.ledger.commands import post_many

    posted = [0] * 4
    until = time.perf_counter() + seconds

    def work(number: int) -> None:
        while time.perf_counter() < until:
            post_many([_release() for _ in range(batch)], now=_now())
            posted[number] += batch
        connections.close_all()

    started = time.perf_counter()
    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(posted))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(posted) / (time.perf_counter() - started)
