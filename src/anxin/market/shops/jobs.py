"""Deadlines of shops: the deposit's calendar and the ends of papers."""

from uuid import UUID

from anxin.infra.deadlines import on_due
from anxin.kernel.clock import Instant
from anxin.market.shops.commands import deposits, experience, expiry


@on_due(deposits.NOTICE)
def deposit_notice(shop_id: UUID, _version: int, *, now: Instant) -> None:
    """On the 1st of the month."""
    deposits.announce_due(shop_id, now=now)


@on_due(deposits.EFFECTIVE)
def deposit_effective(shop_id: UUID, _version: int, *, now: Instant) -> None:
    """On the 8th of the month."""
    deposits.make_due(shop_id, now=now)


@on_due(deposits.LISTING)
def deposit_listing(shop_id: UUID, _version: int, *, now: Instant) -> None:
    """When a shortfall has lasted for the grace hours."""
    deposits.restrict_listing(shop_id, now=now)


@on_due(experience.GRACE)
def experience_grace(shop_id: UUID, _version: int, *, now: Instant) -> None:
    """When the experience deposit has been missing for the grace hours."""
    experience.stop_trade(shop_id, now=now)


@on_due(expiry.WARN)
def paper_warn(paper_id: UUID, _version: int, *, now: Instant) -> None:
    """Thirty days before a paper ends."""
    expiry.warn_of_end(paper_id, now=now)


@on_due(expiry.EXPIRED)
def paper_expired(paper_id: UUID, _version: int, *, now: Instant) -> None:
    """The day after a paper ended."""
    expiry.act_on_end(paper_id, now=now)
