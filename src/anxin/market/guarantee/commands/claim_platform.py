"""What the platform, money, carriers and time do about a claim."""

from datetime import timedelta
from uuid import UUID

from django.db.models import Q

from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.guarantee.commands.claim_answers import agree_by_rule, return_address
from anxin.market.guarantee.commands.claim_effects import BY_TIME, By, carry_out
from anxin.market.guarantee.domain import claim_acts as acts
from anxin.market.guarantee.domain.claim_acts import Clock, Party, Purse
from anxin.market.guarantee.domain.claims import Claim
from anxin.market.guarantee.models.claims import Claim as ClaimRow
from anxin.market.guarantee.models.compensation import ForceMajeure
from anxin.market.guarantee.store import claims as store
from anxin.market.orders import commands as orders
from anxin.market.orders.queries import order

__all__ = [
    "close",
    "expire",
    "note_money_arrived",
    "note_money_failed",
    "note_old_refund_failed",
    "note_return_signed",
    "rule",
]

STORMS_MAX = 100
LOOK_AGAIN = timedelta(days=1)  # at a storm whose end nobody knows


@transactional
def expire(claim_id: UUID, clock: Clock, *, now: Instant) -> None:
    """A clock may have run out; early, late or twice it changes nothing.

    While time stands still where the side lives that has to act, it is put off (不可抗力).
    """
    row = ClaimRow.objects.select_for_update().filter(id=claim_id).first()
    if row is None or row.clock != clock or row.due_at is None or row.due_at > now:
        return
    storm = _storm(row, now)
    if storm is not None:
        by = By(Party.PLATFORM, words=storm.reason, facts={"until": storm.until.isoformat() if storm.until else ""})
        carry_out(row, acts.ForceMajeure(storm.until or now + LOOK_AGAIN), by, now=now)
    elif clock is Clock.MERCHANT_ANSWER:
        agree_by_rule(row, "silence", now=now)
    else:
        carry_out(row, acts.Expire(clock), BY_TIME, now=now)


@transactional
def rule(claim_id: UUID, verdict: acts.Verdict, *, now: Instant) -> Claim:
    """Send a disputed claim the way of a verdict. Raises UnknownClaim, IllegalStep, BadAmount."""
    row = store.lock(claim_id)
    return carry_out(row, verdict, By(Party.PLATFORM), now=now, return_address=return_address(row))


@transactional
def close(claim_id: UUID, *, by: By = BY_TIME, now: Instant) -> None:
    """End a claim that nobody pursues any more. Raises UnknownClaim, IllegalStep."""
    carry_out(store.lock(claim_id), acts.Withdraw(), by, now=now)


@transactional
def note_money_arrived(money_ref: str, purse: Purse, *, now: Instant) -> None:
    """The buyer has the money of a claim; told twice it changes nothing."""
    for row in store.lock_of_money(money_ref):
        before = store.claim_of(row).debt(purse)
        after = carry_out(row, acts.MoneyArrived(purse), BY_TIME, now=now).debt(purse)
        if purse is Purse.REFUND and after.arrived and not before.arrived:
            orders.note_money_back(row.order_id, after.minor, now=now)


@transactional
def note_money_failed(money_ref: str, purse: Purse, *, now: Instant) -> None:
    """A try to pay failed and was booked back; the money tries again by itself, the claim waits and says so."""
    for row in store.lock_of_money(money_ref):
        round_now = store.claim_of(row).debt(purse).round
        carry_out(row, acts.MoneyFailed(purse, round_now), BY_TIME, now=now)


@transactional
def note_old_refund_failed(money_ref: str, *, now: Instant) -> None:
    """A refund from before there were claims failed and was booked back: from now on it is paid as any other."""
    for row in store.lock_of_money(money_ref):
        round_now = store.claim_of(row).refund.round
        columns = {"money_ref": f"claim:{row.id}"}
        carry_out(row, acts.MoneyFailed(Purse.REFUND, round_now), BY_TIME, now=now, **columns)


@transactional
def note_return_signed(parcel_id: UUID, *, signed_at: Instant) -> None:
    """A carrier handed a return over: the merchant has 48 hours to look. Told twice it changes nothing."""
    row = ClaimRow.objects.select_for_update().filter(return_parcel_id=parcel_id).first()
    if row is not None:
        carry_out(row, acts.ReturnSigned(), BY_TIME, now=signed_at)


@transactional
def note_given_back_signed(parcel_id: UUID, *, signed_at: Instant) -> None:
    """A carrier handed back to the buyer what the merchant did not accept. Told twice it changes nothing."""
    row = ClaimRow.objects.select_for_update().filter(reship_parcel_id=parcel_id).first()
    if row is not None:
        carry_out(row, acts.GivenBackSigned(), BY_TIME, now=signed_at)


def _storm(row: ClaimRow, now: Instant) -> ForceMajeure | None:
    """Return what holds time where the side lives that has to act; money waits for no weather."""
    if row.owner == Party.PLATFORM:
        return None
    storms = list(ForceMajeure.objects.filter(Q(until=None) | Q(until__gt=now), since__lte=now)[:STORMS_MAX])
    if not storms:
        return None
    if row.owner == Party.BUYER:
        region = str((order(row.order_id).address or {}).get("region", ""))
    else:
        region = (return_address(row) or {}).get("region", "")
    here = [one for one in storms if region.startswith(one.region)]
    return max(here, key=lambda one: one.until or now + LOOK_AGAIN, default=None)
