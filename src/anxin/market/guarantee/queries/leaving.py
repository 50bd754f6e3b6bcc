"""What stands against a shop that wants its deposits back."""

from dataclasses import dataclass
from uuid import UUID

from anxin.market.guarantee.domain.dispute import OPEN as DISPUTE_OPEN
from anxin.market.guarantee.models.claims import OPEN, Claim
from anxin.market.guarantee.models.disputes import Dispute
from anxin.market.guarantee.queries.money import owed_minor
from anxin.market.ledger.commands import shop_account
from anxin.market.ledger.queries import balance
from anxin.market.settlement.queries import money_of_shop
from anxin.market.shops.queries import ShopState, shop

__all__ = ["Leaving", "leaving_of"]


@dataclass(frozen=True)
class Leaving:
    """Where a shop stands with leaving. Amounts in minor units; what is owed is taken from the deposits first."""

    closed: bool
    deposits_minor: int
    owed_minor: int
    escrow_minor: int
    open_claims: int
    open_disputes: int

    @property
    def is_free(self) -> bool:
        """Whether nobody can have a claim on the deposits any more, but for what is owed."""
        return not (self.escrow_minor or self.open_claims or self.open_disputes)


def leaving_of(shop_id: UUID) -> Leaving:
    """Return what stands against a shop. Raises UnknownShop."""
    return Leaving(
        closed=shop(shop_id).state == ShopState.CLOSED,
        deposits_minor=sum(balance(shop_account(shop_id, purpose)) for purpose in ("deposit", "experience_deposit")),
        owed_minor=owed_minor(shop_id),
        escrow_minor=money_of_shop(shop_id).escrow_minor,
        open_claims=Claim.objects.filter(shop_id=shop_id, state__in=OPEN).count(),
        open_disputes=Dispute.objects.filter(shop_id=shop_id, state__in=list(DISPUTE_OPEN)).count(),
    )
