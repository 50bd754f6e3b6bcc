"""What shops are known for: their orders, refunds, complaints and broken rules of the last months, in two statements."""

from collections.abc import Mapping
from datetime import timedelta

import numpy as np

from anxin.engine.compiling import Table
from anxin.engine.rank.heads import HEARD_DAYS
from anxin.engine.reputation import Sellers
from anxin.kernel.clock import Instant
from anxin.market.interest.brain.numbers import number_of_id
from anxin.market.orders.queries import records_of_shops
from anxin.market.service.queries.complaints import faults_of_shops

REMEMBERED = timedelta(days=180)  # a shop may mend its ways [CHOICE]
COUNTS = ("orders", "refunds", "complaints", "violations")


def known(now: Instant) -> Sellers:
    """Return all shops that sold something or were complained about, by the numbers of their ids."""
    since = now - REMEMBERED
    sold = records_of_shops(since, HEARD_DAYS, now=now)
    faults = faults_of_shops(since, now=now)
    rows = sorted(
        (
            number_of_id(shop),
            sold[shop].heard_tenths / len(HEARD_DAYS) if shop in sold else 0.0,
            sold[shop].refunded if shop in sold else 0,
            faults[shop].complaints if shop in faults else 0,
            faults[shop].violations if shop in faults else 0,
        )
        for shop in sold.keys() | faults.keys()
    )
    table = np.array([row[1:] for row in rows], np.float64).reshape(-1, len(COUNTS))
    return Sellers(np.array([row[0] for row in rows], np.int64), *np.ascontiguousarray(table.T))


def arrays(sellers: Sellers) -> dict[str, Table]:
    """Return sellers as they are written down."""
    return {"sellers": sellers.ids, **{f"sellers_{name}": getattr(sellers, name) for name in COUNTS}}


def sellers_in(tables: Mapping[str, Table]) -> Sellers:
    """Read sellers as `arrays` wrote them; tables from before know of none."""
    if "sellers" not in tables:
        return Sellers()
    return Sellers(tables["sellers"], *(tables[f"sellers_{name}"] for name in COUNTS))
