"""An order that nobody ships is closed after a year and its money goes back (DOMAIN 1.10)."""

import logging
from datetime import timedelta
from uuid import UUID

from anxin.infra.deadlines import schedule
from anxin.infra.tx import savepoint, transactional
from anxin.kernel.clock import Instant
from anxin.kernel.errors import AnxinError
from anxin.market.guarantee.commands.claim_answers import agree_by_rule
from anxin.market.guarantee.commands.claims import Application, Wish, apply
from anxin.market.guarantee.commands.compensation import UNSHIPPED
from anxin.market.guarantee.domain.claim_life import ClaimState
from anxin.market.guarantee.domain.facts import ClaimType
from anxin.market.guarantee.store import claims as store
from anxin.market.orders import queries as orders

AGAIN = timedelta(days=1)
REASON = "slow_shipping"
log = logging.getLogger(__name__)

__all__ = ["close_unshipped"]


@transactional
def close_unshipped(order_id: UUID, *, now: Instant) -> None:
    """Give back what was never sent of an order, as if its buyer had asked and the shop agreed.

    A line with an open claim goes the way of that claim. What cannot be closed now is tried again tomorrow.
    """
    order = orders.order(order_id)
    waiting = [line for line in order.lines if line.unshipped]
    if order.cancelled_at is not None or not waiting:
        return
    for line in waiting:
        try:
            with savepoint():
                _give_back(order.person_id, line.id, line.unshipped, now=now)
        except AnxinError as refused:
            log.warning("line %s of an order never shipped was not given back: %s", line.id, refused.code)
    if orders.order(order_id).cancelled_at is None:
        schedule(UNSHIPPED, order_id, now + AGAIN)


def _give_back(person_id: UUID, line_id: UUID, pieces: int, *, now: Instant) -> None:
    wish = Wish(ClaimType.REFUND_UNSHIPPED, REASON, pieces)
    claim_id = apply(Application(line_id, wish), person_id=person_id, now=now)
    row = store.lock(claim_id)
    if row.state == ClaimState.APPLIED:
        agree_by_rule(row, "never_shipped", now=now)
