"""What a shop may not do for a while: told by the modules above, each under its own cause."""

from collections.abc import Iterable
from uuid import UUID

from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.shops import store
from anxin.market.shops.domain.types import RestrictionKind

__all__ = ["RestrictionKind", "lift", "restrict"]


@transactional
def restrict(shop_id: UUID, kinds: Iterable[RestrictionKind], cause: str, *, now: Instant) -> None:
    """Forbid a shop some things because of `cause`; repeating it changes nothing. Raises UnknownShop."""
    store.locked_shop(shop_id)
    store.restrict(shop_id, kinds, cause, now=now)


@transactional
def lift(shop_id: UUID, cause: str, *, now: Instant) -> None:
    """Take back everything that `cause` forbids a shop; what other causes forbid stays. Raises UnknownShop."""
    store.locked_shop(shop_id)
    store.lift(shop_id, cause, now=now)
