"""Certificates: issued once a line is paid, for the terms in force when its order was placed."""

from collections.abc import Sequence
from uuid import UUID

from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.guarantee import book
from anxin.market.guarantee.domain.certificate import Certificate, issue
from anxin.market.guarantee.store import certificates as store
from anxin.market.guarantee.store.lines import purchase_facts
from anxin.market.orders.queries import OrderFacts, orders_by_id

__all__ = ["issue_certificates", "issue_missing"]

BATCH = 500


@transactional
def issue_certificates(order_ids: Sequence[UUID], *, now: Instant) -> int:
    """Give every line of these paid orders its certificate; lines that have one keep it. Return how many were written."""
    orders = [one for one in orders_by_id(order_ids).values() if one.paid_at is not None]
    shops = store.standings(
        [order.shop_id for order in orders], [line.product_id for order in orders for line in order.lines]
    )
    certificates = [one for order in orders for one in certificates_for(order, shops.get(order.shop_id), now=now)]
    store.keep_terms((entry.terms for one in certificates for entry in one.entries if entry.terms), now=now)
    store.insert_certificates(certificates)
    return len(certificates)


def certificates_for(
    order: OrderFacts, standing: store.Standing | None, *, profile: str | None = None, now: Instant
) -> list[Certificate]:
    """Return what each line of an order is promised by a profile (the market's own unless named otherwise)."""
    chosen = profile or book.profile()
    terms = book.registry().terms_at(chosen, order.placed_at)
    return [issue(terms, purchase_facts(order, line, standing), profile=chosen, now=now) for line in order.lines]


@transactional
def issue_missing(*, now: Instant, limit: int = BATCH) -> int:
    """Give certificates to paid orders that have none, such as those of an older version; return how many orders."""
    rows = store.SQL.rows("uncertified", most=min(limit, BATCH))
    if rows:
        issue_certificates([row["order_id"] for row in rows], now=now)
    return len(rows)
