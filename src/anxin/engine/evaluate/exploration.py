"""Exploration on a simulated stream of new items: how soon they are seen, who is found, and what it costs.

Creators, categories and how many items each brings are those of a table of videos where one is given, else drawn from a power
law. True rates are hidden from the policies. Every policy fills the same pages for the same arrivals.
"""

import csv
import gzip
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy import special

from anxin.engine.compiling import Doubles, Longs
from anxin.engine.errors import MalformedTable, TooFewData
from anxin.engine.evaluate.common import Meter
from anxin.engine.explore.pools import NOBODY, Newcomers, Plan, Pools
from anxin.engine.explore.slots import Page, ShareMeter, fill

ITEMS_MIN = 100
SEEN = 100  # exposures after which an item has had its chance
SEEDS = 10
KNOWN = 300  # exposures of an item that is there at the start
PAGES = 50  # for each item
PAGE = 10
SHARE = 0.2  # of slots that explore
BEST_SHARE = 0.1  # of items that count as worth finding


@dataclass(frozen=True)
class World:
    """Items in order of arrival: creator, category, hidden rate of good exposures."""

    creator: Longs
    category: Longs
    rate: Doubles


@dataclass
class Seen:
    """What a policy may know: exposures and good ones of items that arrived so far."""

    shown: Doubles
    good: Doubles
    arrived: int


Policy = Callable[[Seen, np.random.Generator], Page]


def evaluate_exploration(path: Path | None = None, *, items: int = 200, seeds: int = SEEDS) -> dict[str, Any]:
    """Return a row a policy with means and intervals over seeds.

    `popular` shows the greatest observed rate; `random` gives a share of slots to any item alike; `pools` gives the same share to
    the tiered pools. Half the items are known at the start; the others arrive over the first four fifths of the pages.
    """
    meter = Meter()
    profile = _profile(path)
    rows = []
    for name in ("popular", "random", "pools"):
        runs = [_run(name, _world(profile, items, seed), seed) for seed in range(seeds)]
        rows.append({"policy": name, **{key: _mean([run[key] for run in runs]) for key in runs[0]}})
    return {
        "n": seeds,
        "items": items,
        "share": SHARE,
        "rows": rows,
        "seconds": meter.seconds(),
        "peak_mib": meter.peak_mib(),
    }


def _run(name: str, world: World, seed: int) -> dict[str, float]:
    random = np.random.default_rng(1_000 + seed)
    count = len(world.rate)
    known = count // 2
    seen = Seen(np.zeros(count), np.zeros(count), known)
    seen.shown[:known] = KNOWN
    seen.good[:known] = random.binomial(KNOWN, world.rate[:known])
    policy, record = _policy(name, world)
    pages = PAGES * count
    arrival, found = np.zeros(count), np.full(count, np.nan)
    good_total = 0.0
    for page in range(pages):
        while seen.arrived < count and page * known >= (seen.arrived - known) * pages * 4 // 5:
            arrival[seen.arrived] = page
            seen.arrived += 1
        shown = policy(seen, random).items
        good = (random.random(len(shown)) < world.rate[shown]).astype(np.float64)
        seen.shown[shown] += 1
        seen.good[shown] += good
        record(shown, good)
        good_total += float(good.sum())
        reached = shown[(seen.shown[shown] >= SEEN) & np.isnan(found[shown])]
        found[reached] = page + 1
    return _figures(world, seen, (arrival, found), good_total / (pages * PAGE))


def _figures(world: World, seen: Seen, times: tuple[Doubles, Doubles], rate: float) -> dict[str, float]:
    arrival, found = times
    count = len(world.rate)
    new = np.arange(count) >= count // 2
    waited = np.where(np.isnan(found), float(PAGES * count), found) - arrival
    best = world.rate >= np.quantile(world.rate, 1 - BEST_SHARE)
    ordered = np.sort(seen.shown)
    gini = float(2 * (np.arange(1, count + 1) @ ordered) / (count * ordered.sum()) - (count + 1) / count)
    creators = np.bincount(world.creator, seen.shown)
    return {
        "good_rate": rate,
        "new_seen": float((seen.shown[new] >= SEEN).mean()),
        "pages_to_100": float(np.median(waited[new])),
        "best_found": float((seen.shown[best & new] >= 3 * SEEN).mean()),
        "gini": gini,
        "creators_alive": float((creators[np.unique(world.creator)] >= SEEN).mean()),
    }


def _policy(name: str, world: World) -> tuple[Policy, Callable[[Longs, Doubles], None]]:
    meter = ShareMeter(SHARE)
    nothing = (np.zeros(0, np.int64), np.zeros(0))

    def ranked(seen: Seen) -> Longs:
        rate = (seen.good[: seen.arrived] + 0.5) / (seen.shown[: seen.arrived] + 10)
        return np.argsort(-rate, kind="stable")[: 3 * PAGE]

    def popular(seen: Seen, random: np.random.Generator) -> Page:
        return fill(ranked(seen), nothing, meter, PAGE, random)

    def even(seen: Seen, random: np.random.Generator) -> Page:
        every = np.arange(seen.arrived)
        return fill(ranked(seen), (every, np.full(seen.arrived, 1 / seen.arrived)), meter, PAGE, random)

    pools = Pools(Plan(tiers=(SEEN, 3 * SEEN)))
    old = len(world.rate) // 2
    table: list[tuple[Longs, Doubles]] = [nothing]
    pages = 0

    def tiered(seen: Seen, random: np.random.Generator) -> Page:
        nonlocal pages
        if pages % 20 == 0:
            at = np.arange(old + len(pools.items()), seen.arrived)
            pools.add(Newcomers(at, world.category[at], world.creator[at], at, np.full(len(at), NOBODY)))
            pools.review()
            pools.next_window()
            table[0] = pools.shares(random)
        pages += 1
        page = fill(ranked(seen), table[0], meter, PAGE, random)
        pools.drawn(page.items[page.explored].tolist())
        return page

    if name == "pools":
        return tiered, pools.record
    return (even if name == "random" else popular), lambda items, good: None  # noqa: ARG005


def _world(profile: tuple[Longs, Longs], items: int, seed: int) -> World:
    random = np.random.default_rng(seed)
    rows = random.integers(len(profile[0]), size=items)
    creator, category = (np.unique(column[rows], return_inverse=True)[1] for column in profile)
    kind = random.beta(4, 36, category.max() + 1)
    maker = np.exp(random.normal(0, 0.3, creator.max() + 1))
    mean = np.clip(kind[category] * maker[creator], 0.005, 0.6)
    return World(creator, category, random.beta(8 * mean, 8 * (1 - mean)))


def _profile(path: Path | None) -> tuple[Longs, Longs]:
    """Return creator and category of each video of a table (columns `author_id`, `tag`), or of a drawn one."""
    if path is None:
        random = np.random.default_rng(0)
        return np.minimum(random.zipf(1.7, 5_000), 3_000).astype(np.int64), np.minimum(random.zipf(1.5, 5_000), 40)
    with gzip.open(path, "rt", newline="") if path.suffix == ".gz" else path.open(newline="") as file:
        try:
            rows = [(row["author_id"], row["tag"]) for row in csv.DictReader(file)]
        except (KeyError, UnicodeDecodeError, EOFError, OSError, csv.Error) as failure:
            raise MalformedTable(str(path), 1, "expected a CSV with author_id and tag") from failure
    if len(rows) < ITEMS_MIN:
        raise TooFewData(path.name, len(rows), ITEMS_MIN)
    creator, category = (np.unique(np.array(column), return_inverse=True)[1] for column in zip(*rows, strict=True))
    return creator.astype(np.int64), category.astype(np.int64)


def _mean(values: list[float]) -> dict[str, Any]:
    """Return the mean over seeds with its 95 % interval by Student's t."""
    mean, count = float(np.mean(values)), len(values)
    reach = float(special.stdtrit(count - 1, 0.975) * np.std(values, ddof=1) / count**0.5) if count > 1 else 0.0
    return {"mean": round(mean, 4), "interval": [round(mean - reach, 4), round(mean + reach, 4)]}
