"""The consumer-protection fund (先行赔付): what the platform puts into it."""

from dataclasses import dataclass
from uuid import UUID

from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.guarantee import postings
from anxin.market.guarantee.domain.paying import FundEntryKind, FundSource
from anxin.market.guarantee.errors.money import AmountNotPositive, ContributionTooLarge, MoneyRefUsed
from anxin.market.guarantee.models.money import FundEntry
from anxin.market.guarantee.store import money as store
from anxin.market.ledger.commands import SERVICE_FEE, draw, post
from anxin.market.people.commands.audit import record_act

__all__ = ["Contribution", "FundSource", "contribute"]


@dataclass(frozen=True)
class Contribution:
    """Money for the fund; the same `key` again is the same contribution."""

    amount_minor: int
    source: FundSource
    key: str
    note: str = ""


@transactional
def contribute(given: Contribution, *, by: UUID | None, now: Instant) -> UUID:
    """Put money into the fund, out of the platform's bank account or of the service fees it earned; return the entry's id.

    Raises AmountNotPositive, ContributionTooLarge and MoneyRefUsed.
    """
    if given.amount_minor <= 0:
        raise AmountNotPositive(given.amount_minor)
    known = FundEntry.objects.filter(kind=FundEntryKind.CONTRIBUTION, ref=given.key).first()
    if known is not None:
        if (known.amount_minor, known.source) != (given.amount_minor, given.source):
            raise MoneyRefUsed(given.key)
        return known.pk
    if given.source is FundSource.SERVICE_FEE:
        _check_earned(given.amount_minor, now=now)
    facts = {"source": given.source, "note": given.note.strip()[:200], "by": by, "at": now}
    entry = store.enter(FundEntryKind.CONTRIBUTION, given.key, given.amount_minor, **facts)
    post(postings.contributed(entry.pk, given.source, given.amount_minor), now=now)
    detail = {"amount_minor": given.amount_minor, "source": given.source.value}
    record_act("guarantee.contribute", "fund:guarantee", detail, actor_id=by, now=now)
    return entry.pk


def _check_earned(amount_minor: int, *, now: Instant) -> None:
    taken = draw([SERVICE_FEE], amount_minor, now=now)
    if sum(one.amount_minor for one in taken) < amount_minor:
        raise ContributionTooLarge(amount_minor)
