"""Past purchases at once, for the demo market: what people bought together before anybody was told of a payment."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.interest import store

__all__ = ["PastPurchase", "load_purchases"]


@dataclass(frozen=True, slots=True)
class PastPurchase:
    """A product that a person paid for."""

    person_id: UUID
    product_id: UUID
    paid_at: Instant


@transactional
def load_purchases(purchases: Sequence[PastPurchase]) -> None:
    """Count for each two products who paid for both: one statement, and no event tells of it. A purchase is loaded once."""
    store.SQL.run(
        "together_load",
        people=[one.person_id for one in purchases],
        products=[one.product_id for one in purchases],
        moments=[one.paid_at for one in purchases],
    )
