"""What a run came to, and what many runs say together: means with intervals over seeds, ratios of policies paired by seed."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy import special, stats

from anxin.engine.compiling import Doubles, Longs
from anxin.world.market.answers import interest
from anxin.world.market.book import NEVER
from anxin.world.market.market import Market
from anxin.world.market.run import Ran
from anxin.world.market.terms import HOURS

ASKED_PEOPLE, ASKED_ITEMS = 200, 200
WAIT_HOURS = 72  # a new item or creator is judged if it had so long, or a quarter of the time if that is less
PAIRED = (
    "quality_gmv", "gmv", "refund_rate", "complaint_rate", "expected_quality_gmv", "expected_gmv",
    "expected_refund_rate", "expected_complaint_rate",
)  # fmt: skip
Figures = dict[str, float | None]


def figures(ran: Ran) -> Figures:
    """Return one run's figures; None where there was nothing to judge. Money is minor units."""
    market, size = ran.market, ran.market.truth.size
    launch = size.warm_days * HOURS
    totals = market.book.totals(launch, market.truth.terms)
    gmv, refunded, costs, orders, refunds, complaints = market.expected.tolist()
    return {
        "quality_gmv": totals.quality_gmv_minor,
        "gmv": totals.gmv_minor,
        "refund_rate": _rate(totals.refunds, totals.orders),
        "complaint_rate": _rate(totals.complaints, totals.orders),
        **_newcomers(market, launch),
        "exposure_gini": _gini(market),
        "creator_survival": _survival(market, launch),
        "interest_recovery": _recovery(ran),
        "orders": totals.orders,
        "expected_quality_gmv": gmv - refunded - costs,
        "expected_gmv": gmv,
        "expected_refund_rate": _rate(refunds, orders),
        "expected_complaint_rate": _rate(complaints, orders),
        "requests": ran.requests,
        "requests_per_s": _rate(ran.requests, ran.seconds),
        "requests_per_cpu_s": _rate(ran.requests, ran.cpu_seconds),
    }


def summary(runs: Sequence[Figures]) -> dict[str, Any]:
    """Return the mean of each figure with its 95 % interval over seeds (Student's t; None from one seed, or without figures)."""
    found: dict[str, Any] = {}
    for name in runs[0]:
        known = [value for value in (run[name] for run in runs) if value is not None]
        whole = len(known) == len(runs)
        found[name] = _rounded(float(np.mean(known))) if whole else None
        found[f"{name}_interval"] = _interval(np.array(known, np.float64)) if whole else None
    return found


def paired(runs: Mapping[str, Sequence[Figures]]) -> list[dict[str, Any]]:
    """Return for each two policies the ratio of their sums over seeds, with 95 % jackknife intervals over seeds."""
    names = list(runs)
    rows = []
    for at, against in enumerate(names):
        for policy in names[at + 1 :]:
            row: dict[str, Any] = {"policy": policy, "against": against}
            for name in PAIRED:
                above = np.array([run[name] or 0.0 for run in runs[policy]], np.float64)
                below = np.array([run[name] or 0.0 for run in runs[against]], np.float64)
                row[name], row[f"{name}_interval"] = _ratio(above, below)
            rows.append(row)
    return rows


def _ratio(above: Doubles, below: Doubles) -> tuple[float | None, list[float] | None]:
    total, count = float(below.sum()), len(below)
    rest = total - below
    if total <= 0:
        return None, None
    ratio = float(above.sum()) / total
    if count < 2 or (rest <= 0).any():
        return _rounded(ratio), None
    left_out = (above.sum() - above) / rest
    error = float(np.sqrt((count - 1) / count * ((left_out - left_out.mean()) ** 2).sum()))
    reach = float(special.stdtrit(count - 1, 0.975)) * error
    return _rounded(ratio), [_rounded(ratio - reach), _rounded(ratio + reach)]


def _interval(values: Doubles) -> list[float] | None:
    count = len(values)
    if count < 2:
        return None
    reach = float(special.stdtrit(count - 1, 0.975) * values.std(ddof=1) / count**0.5)
    return [_rounded(float(values.mean()) - reach), _rounded(float(values.mean()) + reach)]


def _rounded(value: float) -> float:
    return round(value) if abs(value) >= 10_000 else float(f"{value:.4g}")


def _rate(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _newcomers(market: Market, launch: int) -> Figures:
    """Return the median hours to an item's hundredth impression (None: most never came to it), and the share that did."""
    arrives, end = market.truth.listing.arrives, market.truth.size.hours
    new = (
        (arrives >= launch)
        & (arrives < end - _patience(launch, end))
        & ~market.left_before[market.truth.listing.creator]
    )
    if launch == 0:
        new &= arrives > 0
    if not new.any():
        return {"hours_to_100_impressions": None, "reached_100_impressions": None}
    reached = market.enough_at[new] != NEVER
    waited = np.where(reached, market.enough_at[new] - arrives[new], np.inf)
    middle = float(np.median(waited))
    return {
        "hours_to_100_impressions": middle if np.isfinite(middle) else None,
        "reached_100_impressions": float(reached.mean()),
    }


def _patience(launch: int, end: int) -> int:
    return min(WAIT_HOURS, (end - launch) // 4)


def _gini(market: Market) -> float | None:
    """Return the Gini coefficient of impressions an hour, over items that could be shown for a day or more."""
    there = market.open_hours >= HOURS
    return gini(market.shown[there] / market.open_hours[there])


def gini(amounts: Doubles) -> float | None:
    """Return how unevenly something is shared out: 0 where all have the same, None where there is nothing."""
    amounts, count = np.sort(amounts), len(amounts)
    if count == 0 or amounts.sum() == 0:
        return None
    return float(2 * (np.arange(1, count + 1) @ amounts) / (count * amounts.sum()) - (count + 1) / count)


def _survival(market: Market, launch: int) -> float | None:
    arrives, end = market.truth.hidden.creator_arrives, market.truth.size.hours
    judged = (arrives < end - _patience(launch, end)) & ~market.left_before
    return float((~market.left[judged]).mean()) if judged.any() else None


def _recovery(ran: Ran) -> float | None:
    """Return the mean over people of the rank correlation of guessed and true interest, over the same open items."""
    market, truth = ran.market, ran.market.truth
    random = np.random.default_rng((truth.seed, 5))
    people = _some(np.arange(truth.size.people), ASKED_PEOPLE, random)
    items = _some(np.flatnonzero(market.open_items(ran.knows.hour)), ASKED_ITEMS, random)
    if len(items) < 2:
        return None
    guess = ran.platform.guess(people, items, ran.knows)
    so = interest(truth, market.minds, np.repeat(people, len(items)), np.tile(items, len(people))).reshape(guess.shape)
    left, right = (stats.rankdata(table, axis=1) for table in (guess, so))
    left, right = left - left.mean(axis=1, keepdims=True), right - right.mean(axis=1, keepdims=True)
    scale = np.sqrt((left**2).sum(axis=1) * (right**2).sum(axis=1))
    return float(np.divide((left * right).sum(axis=1), scale, out=np.zeros(len(people)), where=scale > 0).mean())


def _some(values: Longs, count: int, random: np.random.Generator) -> Longs:
    return np.sort(random.permutation(values)[:count])
