"""Automatic compensation (DOMAIN 1.10): the promise of an order is kept or broken, and what falls due is paid, once.

A timer only says that it is time to look: what is due follows from the promise, the pauses and what was shipped when, so a
timer that comes late, twice or not at all changes nothing in the end.
"""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from anxin.infra.deadlines import Due, cancel, schedule, schedule_many
from anxin.infra.outbox import publish
from anxin.infra.rows import step_row
from anxin.infra.tx import savepoint, transactional
from anxin.kernel.clock import Instant, shanghai_day
from anxin.market.guarantee import book
from anxin.market.guarantee.commands import money
from anxin.market.guarantee.commands.certificates import issue_certificates
from anxin.market.guarantee.domain.compensation import (
    COMPENSATION_LIFE,
    SHIP_PROMISE_LIFE,
    CompensationState,
    DueStage,
    ShipPromiseState,
    found_minor,
    is_barred,
)
from anxin.market.guarantee.domain.compensation_rules import CompensationKind
from anxin.market.guarantee.errors.compensation import AlreadyCompensated, CauseNeeded, NotCompensable
from anxin.market.guarantee.events.compensation import CompensationMade, ShippingLate, ShopBarLifted, ShopBarred
from anxin.market.guarantee.models import Compensation, Dispute, ShipPromise, ShopBar
from anxin.market.guarantee.store import compensation as store
from anxin.market.orders import queries as orders
from anxin.market.people.commands.audit import record_act
from anxin.market.shops.commands.restrictions import RestrictionKind, lift, restrict

LATE = "guarantee.late_shipping"
TRACE = "guarantee.trace_overdue"
UNSHIPPED = "guarantee.unshipped"
BAR_ENDS = "guarantee.shop_bar_ends"
BAR_CAUSE = "late_shipping"
LOOK_AGAIN = timedelta(days=1)  # while a pause has no end
PAST = timedelta(seconds=1)  # what is due at a moment is broken after it
REF = "compensation:"
CAUSE_MAX = 200

__all__ = [
    "CompensationKind",
    "close_promise",
    "compensate_found",
    "compensate_verdict",
    "judge_shop",
    "keep_promise",
    "lift_bar",
    "look_at_shipping",
    "look_at_trace",
    "note_arrived",
    "promise_shipping",
]


@transactional
def promise_shipping(order_id: UUID, *, now: Instant) -> None:
    """Freeze, at payment, within how many hours an order ships; a second telling changes nothing."""
    order = orders.order(order_id)
    if order.paid_at is None or order.cancelled_at is not None:
        return
    issue_certificates([order.id], now=now)  # what lateness pays is frozen on them
    facts = store.promised(order, paid_at=order.paid_at)
    promise, is_new = ShipPromise.objects.get_or_create(order_id=order.id, defaults=facts)
    if is_new:
        close_at = order.paid_at + timedelta(days=store.rules_of(promise).close_days)
        schedule_many([Due(LATE, order.id, promise.ship_by + PAST), Due(UNSHIPPED, order.id, close_at)])
        if order.shipped_at is not None:  # told in the wrong order
            keep_promise(order.id, shipped_at=order.shipped_at, now=now)


@transactional
def keep_promise(order_id: UUID, *, shipped_at: Instant, now: Instant) -> None:
    """Note that all of an order left; what fell due before that is paid even if no timer saw it. Twice changes nothing."""
    promise = ShipPromise.objects.select_for_update().filter(pk=order_id).first()
    if promise is None:  # its payment is yet to be told, or it was placed before there were promises
        return
    if promise.shipped_at is not None or not SHIP_PROMISE_LIFE.allows(ShipPromiseState(promise.state), "ship"):
        return
    _pay_late(promise, until=shipped_at, now=now)
    step_row(promise, SHIP_PROMISE_LIFE, "ship", shipped_at=shipped_at, ended_at=now)
    cancel(LATE, order_id)
    cancel(UNSHIPPED, order_id)
    _look_later(TRACE, promise, [due for _, due in store.trace_stages(promise)], now=now)


@transactional
def close_promise(order_id: UUID, *, now: Instant) -> None:
    """Note that an order came to nothing: nothing more falls due. Unpaid orders promised nothing."""
    promise = ShipPromise.objects.select_for_update().filter(pk=order_id).first()
    if promise is None:
        return
    if SHIP_PROMISE_LIFE.allows(ShipPromiseState(promise.state), "close"):
        step_row(promise, SHIP_PROMISE_LIFE, "close", ended_at=now)
    for kind in (LATE, UNSHIPPED, TRACE):
        cancel(kind, order_id)


@transactional
def look_at_shipping(order_id: UUID, *, now: Instant) -> None:
    """Pay what late shipping has made due by now, and look again when the next stage comes."""
    promise = store.locked_promise(order_id)
    if promise.shipped_at is not None or promise.state == ShipPromiseState.CLOSED:
        return
    order = orders.order(order_id)
    if order.open_claims:  # the shop may not ship meanwhile, so it is given the time
        _put_off(promise, now=now)
        return
    ended_at = order.shipped_at or order.cancelled_at  # perhaps the word of it has not come yet
    _pay_late(promise, until=min(now, ended_at or now), now=now)
    _look_later(LATE, promise, [due for _, due in store.late_stages(promise)], now=now)


@transactional
def look_at_trace(order_id: UUID, *, now: Instant) -> None:
    """Pay what is due while no courier has a parcel that was said to be shipped, and look again."""
    promise = store.locked_promise(order_id)
    order = orders.order(order_id)
    if promise.shipped_at is None or not order.parcels or order.cancelled_at is not None:
        return
    # A buyer who has the goods needs no trace of them.
    picked_up_at = [parcel.picked_up_at or parcel.signed_at or order.received_at for parcel in order.parcels]
    for stage, due in store.trace_stages(promise):
        if due is not None and due < now and any(moment is None or moment > due for moment in picked_up_at):
            _pay(promise, stage, now=now)
    if any(moment is None for moment in picked_up_at):
        _look_later(TRACE, promise, [due for _, due in store.trace_stages(promise)], now=now)


@transactional
def compensate_found(
    order_id: UUID, kind: CompensationKind, cause: str, *, found_by: UUID | None = None, now: Instant
) -> UUID:
    """Pay a buyer for what a person or a verdict found: fraud shipment, refused after-sale, invoices. Return its id.

    Raises UnknownShipPromise (never paid), CauseNeeded, NotCompensable, AlreadyCompensated.
    """
    if not cause.strip():
        raise CauseNeeded
    promise = store.locked_promise(order_id)
    amount_minor = found_minor(kind, promise.paid_minor, store.rules_of(promise))
    if not amount_minor:
        raise NotCompensable
    paid = _pay(promise, DueStage(kind, 1, now, amount_minor), cause=cause, found_by=found_by, now=now)
    if paid is None:
        raise AlreadyCompensated
    if found_by is not None:
        detail = {"kind": kind.value, "amount_minor": amount_minor, "cause": paid.cause}
        record_act("guarantee.compensate", f"order:{order_id}", detail, actor_id=found_by, now=now)
    return paid.pk


@transactional
def compensate_verdict(dispute_id: UUID, *, now: Instant) -> None:
    """Pay a buyer whose request was refused without cause, as the reason of an executed verdict says; once an order."""
    dispute = Dispute.objects.get(pk=dispute_id)
    promise = ShipPromise.objects.filter(pk=dispute.order_id).first()
    if promise is None or dispute.verdict_reason not in store.rules_of(promise).refusal_verdicts:
        return
    try:
        with savepoint():
            compensate_found(dispute.order_id, CompensationKind.REFUSED_AFTER_SALE, f"dispute:{dispute.pk}", now=now)
    except (AlreadyCompensated, NotCompensable):
        return


@transactional
def note_arrived(ref: str, *, now: Instant) -> None:
    """Note that a compensation is with the buyer; other refs, and a second telling, change nothing."""
    if not ref.startswith(REF):
        return
    row = Compensation.objects.filter(pk=UUID(ref.removeprefix(REF)), state=CompensationState.PAYING).first()
    if row is not None:
        step_row(row, COMPENSATION_LIFE, "arrive", arrived_at=now)


@transactional
def judge_shop(shop_id: UUID, *, now: Instant) -> bool:
    """Bar a shop that ships too much too late from taking orders for some days; say whether it is barred now."""
    rule = book.compensation_rules_at(book.profile(), shanghai_day(now)).control
    if ShopBar.objects.filter(shop_id=shop_id, lifted_at__isnull=True).exists():
        return True
    total, late = store.counts_of_shop(shop_id, now - timedelta(days=rule.window_days), now)
    if not is_barred(total, late, rule):
        return False
    until = now + timedelta(days=rule.barred_days)
    restrict(shop_id, [RestrictionKind.SELLING], BAR_CAUSE, now=now)  # locks the shop, so one bar is written
    bar, is_new = ShopBar.objects.get_or_create(
        shop_id=shop_id,
        lifted_at__isnull=True,
        defaults={"orders": total, "late": late, "since": now, "until": until},
    )
    if is_new:
        schedule(BAR_ENDS, bar.pk, until)
        publish(ShopBarred(shop_id, total, late, until), shop_id=shop_id, now=now)
    return True


@transactional
def lift_bar(bar_id: UUID, *, now: Instant) -> None:
    """Let a shop take orders again once its days are over; early or twice it does nothing."""
    bar = ShopBar.objects.select_for_update().filter(pk=bar_id, lifted_at__isnull=True, until__lte=now).first()
    if bar is None:
        return
    ShopBar.objects.filter(pk=bar_id).update(lifted_at=now)
    lift(bar.shop_id, BAR_CAUSE, now=now)
    publish(ShopBarLifted(bar.shop_id, now), shop_id=bar.shop_id, now=now)


def _pay_late(promise: ShipPromise, *, until: Instant, now: Instant) -> None:
    """Pay the stages that fell due before `until`; the first one breaks the promise. The promised moment itself is in time."""
    for stage, due in store.late_stages(promise):
        if due is None or due >= until:
            continue
        if SHIP_PROMISE_LIFE.allows(ShipPromiseState(promise.state), "break"):
            step_row(promise, SHIP_PROMISE_LIFE, "break")
            late = ShippingLate(promise.order_id, promise.shop_id, promise.person_id, due)
            publish(late, shop_id=promise.shop_id, now=now)
        _pay(promise, stage, now=now)


def _put_off(promise: ShipPromise, *, now: Instant) -> None:
    """Move what is not broken yet by a day: a claim stands in the way of shipping."""
    if promise.state == ShipPromiseState.WAITING:
        promise.ship_by += LOOK_AGAIN
        ShipPromise.objects.filter(pk=promise.pk).update(ship_by=promise.ship_by)
    schedule(LATE, promise.order_id, max(promise.ship_by, now + LOOK_AGAIN) + PAST)


def _pay(
    promise: ShipPromise, stage: DueStage, *, cause: str = "", found_by: UUID | None = None, now: Instant
) -> Compensation | None:
    """Pay one stage; None where it was paid before. The promise is locked, so nobody pays it meanwhile."""
    same = {"order_id": promise.order_id, "kind": stage.kind, "stage": stage.stage}
    if Compensation.objects.filter(**same).exists():
        return None
    made = Compensation.objects.create(
        **same,
        shop_id=promise.shop_id,
        person_id=promise.person_id,
        paid_minor=promise.paid_minor,
        amount_minor=stage.amount_minor,
        rules=promise.rules,
        cause=cause.strip()[:CAUSE_MAX],
        found_by=found_by,
        due_at=stage.due_at,
        made_at=now,
    )
    wish = money.Compensation(
        promise.order_id, promise.person_id, promise.shop_id, stage.amount_minor, f"{REF}{made.pk}", stage.kind.value
    )
    money.compensate(wish, now=now)
    fact = CompensationMade(
        made.pk,
        promise.order_id,
        promise.shop_id,
        promise.person_id,
        stage.kind.value,
        stage.stage,
        stage.amount_minor,
        now,
    )
    publish(fact, shop_id=promise.shop_id, now=now)
    return made


def _look_later(kind: str, promise: ShipPromise, moments: Iterable[Instant | None], *, now: Instant) -> None:
    """Set the timer just after the next stage that is not due yet; while a pause has no end, look again tomorrow."""
    later = [now + LOOK_AGAIN if moment is None else moment + PAST for moment in moments]
    following = [moment for moment in later if moment > now]
    if following:
        schedule(kind, promise.order_id, min(following))
