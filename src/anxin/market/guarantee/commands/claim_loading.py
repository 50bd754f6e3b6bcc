"""Past claims at once, for the demo market and benchmarks: refunds before shipping that were carried out."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.kernel.ids import new_id
from anxin.market.guarantee.domain.canonical import to_plain
from anxin.market.guarantee.domain.claim_acts import Party, Terms
from anxin.market.guarantee.domain.claims import ClaimState, ClaimType
from anxin.market.guarantee.models.claims import Claim, ClaimEntry

__all__ = ["PastRefund", "load_past_refunds"]

BATCH = 1_000
HAPPENED = (("applied", Party.BUYER), ("agreed", Party.MERCHANT), ("refund_arrived", Party.PLATFORM))


@dataclass(frozen=True)
class PastRefund:
    """A line that was paid back in full before shipping; `money_ref` is the reference of its refund at the provider."""

    order_id: UUID
    line_id: UUID
    shop_id: UUID
    person_id: UUID
    sku_id: UUID
    category: str
    pieces: int
    refund_minor: int
    worth_minor: int
    reason: str
    words: str
    money_ref: str
    moment: Instant


@transactional
def load_past_refunds(refunds: Sequence[PastRefund]) -> None:
    """Write past refunds as claims that are done; no event tells of them."""
    rows = [_claim(one) for one in refunds]
    Claim.objects.bulk_create(rows, batch_size=BATCH)
    ClaimEntry.objects.bulk_create(
        [
            ClaimEntry(id=new_id(), claim=row, shop_id=row.shop_id, kind=kind, party=party, happened_at=row.applied_at)
            for row in rows
            for kind, party in HAPPENED
        ],
        batch_size=BATCH,
    )


def _claim(one: PastRefund) -> Claim:
    terms = Terms(
        type=ClaimType.REFUND_UNSHIPPED,
        pieces=one.pieces,
        pieces_max=one.pieces,
        refund_minor=one.refund_minor,
        refund_max_minor=one.refund_minor,
        worth_minor=one.worth_minor,
    )
    return Claim(
        id=new_id(),
        order_id=one.order_id,
        line_id=one.line_id,
        shop_id=one.shop_id,
        person_id=one.person_id,
        sku_id=one.sku_id,
        category=one.category,
        type=terms.type,
        remedy=terms.type,
        reason=one.reason,
        words=one.words,
        terms=to_plain(terms),
        state=ClaimState.DONE,
        refund_minor=one.refund_minor,
        refund_arrived=True,
        money_ref=one.money_ref,
        applied_at=one.moment,
        answered_at=one.moment,
        ended_at=one.moment,
    )
