"""Freight policies (运费险): written at payment, confirmed by the insurer, in force from shipping, ended by time or use.

The insurer is called between transactions under the policy's id. Who was promised freight is not worse off while it is
silent: a policy that waits for its word counts.
"""

from datetime import timedelta
from uuid import UUID

from anxin.infra.deadlines import cancel, schedule
from anxin.infra.outbox import publish
from anxin.infra.rows import step_row
from anxin.infra.tx import savepoint, transactional
from anxin.kernel.clock import Instant, shanghai_day
from anxin.market.guarantee import book, insurers
from anxin.market.guarantee.commands import money
from anxin.market.guarantee.commands.certificates import issue_certificates
from anxin.market.guarantee.domain.facts import Payer
from anxin.market.guarantee.domain.insurance import (
    POLICY_LIFE,
    PREMIUM_LIFE,
    InsuranceClaimState,
    Policyholder,
    PolicyState,
    PremiumState,
    deserves_gift,
    policyholder,
    quote,
)
from anxin.market.guarantee.errors.insurance import InsurerRefused, InsurerUnavailable
from anxin.market.guarantee.errors.money import NotCovered
from anxin.market.guarantee.events.insurance import PolicyActive
from anxin.market.guarantee.insurer import Application, Insurer
from anxin.market.guarantee.models import FreightClaim, FreightPolicy
from anxin.market.guarantee.store import insurance as store
from anxin.market.ledger.commands import INSURER_POOL, SUBSIDIES, JournalEntry, Leg, post
from anxin.market.orders import queries as orders

INSURE = "guarantee.insure"
UNINSURE = "guarantee.uninsure"
PREMIUM = "guarantee.premium"
LAPSE = "guarantee.policy_lapse"
AGAIN = timedelta(minutes=15)
PREMIUM_AGAIN = timedelta(days=1)
PREMIUM_PAYERS = (Payer.GOODS_MONEY, Payer.EXPERIENCE_DEPOSIT, Payer.FUND)

__all__ = ["call_off_policy", "cancel_policy", "insure", "lapse", "open_policy", "ship_policy", "take_premium"]


@transactional
def open_policy(order_id: UUID, *, now: Instant) -> UUID | None:
    """Write the policy of a paid order if its shop insures or the platform gives it; return its id. Twice is once."""
    order = orders.order(order_id)
    if order.paid_at is None or order.cancelled_at is not None:
        return None
    rules = book.insurance_rules_at(book.profile(), shanghai_day(order.placed_at))
    parcel = store.what_comes_back(order, rules)
    if parcel is None:
        return None
    buyer = store.history_of_buyer(order.person_id)
    issue_certificates([order_id], now=now)  # whether the shop insures is frozen on them
    gift = deserves_gift(buyer, order.goods_minor, rules.gift)
    holder = policyholder(store.offers(shop=store.shop_insures(order_id), gift=gift))
    if holder is None:
        return None
    offered = quote(parcel, buyer, rules)
    facts = {
        "shop_id": order.shop_id,
        "person_id": order.person_id,
        "holder": holder,
        "product": offered.product,
        "premium_minor": offered.premium_minor,
        "cover_minor": offered.cover_minor,
        "from_region": parcel.from_region,
        "to_region": parcel.to_region,
        "weight_grams": parcel.weight_grams,
        "distance_km": offered.distance_km,
        "rules": offered.rules,
        "opened_at": now,
    }
    policy, is_new = FreightPolicy.objects.get_or_create(order_id=order_id, defaults=facts)
    if is_new:
        schedule(INSURE, policy.pk, now)
    return policy.pk


def insure(policy_id: UUID, *, service: Insurer | None = None, now: Instant) -> None:
    """Ask the insurer to write a policy and note its answer; without one it is asked again."""
    application = _submit(policy_id, now=now)
    if application is None:
        return
    told = service or insurers.insurer()
    try:
        reference = told.insure(application, now=now)
    except InsurerRefused as refused:
        _note_refusal(policy_id, refused.reason, now=now)
    except InsurerUnavailable:
        return  # the timer is set already
    else:
        _confirm(policy_id, told.name, reference, now=now)


@transactional
def ship_policy(order_id: UUID, *, shipped_at: Instant, now: Instant) -> None:
    """Let the insured time begin with the ship click, and take the premium. Twice changes nothing."""
    policy = store.locked_policy_of(order_id)
    if policy is None or policy.shipped_at is not None or policy.state == PolicyState.CANCELLED:
        return
    ends_at = shipped_at + timedelta(days=store.rules_of(policy).limits.claim_days)
    FreightPolicy.objects.filter(pk=policy.pk).update(
        shipped_at=shipped_at, ends_at=ends_at, version=policy.version + 1
    )
    schedule(LAPSE, policy.pk, ends_at + timedelta(seconds=1))  # the last moment is still insured
    schedule(PREMIUM, policy.pk, now)


@transactional
def take_premium(policy_id: UUID, *, now: Instant) -> None:
    """Take the premium of a shipped and insured order into the pool; a shop that cannot pay is asked again tomorrow."""
    policy = store.locked_policy(policy_id)
    insured = policy.state in {PolicyState.ACTIVE, PolicyState.PAID, PolicyState.LAPSED}
    if policy.premium_state != PremiumState.TO_DEDUCT or policy.shipped_at is None or not insured:
        return
    try:
        with savepoint():
            verb = _charge(policy, now=now)
    except NotCovered:
        schedule(PREMIUM, policy.pk, now + PREMIUM_AGAIN)
        return
    _premium(policy, verb)


@transactional
def cancel_policy(order_id: UUID, *, now: Instant) -> None:
    """End the policy of an order that came to nothing before it was shipped; its premium was not taken yet."""
    policy = store.locked_policy_of(order_id)
    if policy is None or policy.shipped_at is not None or not POLICY_LIFE.allows(PolicyState(policy.state), "cancel"):
        return
    step_row(policy, POLICY_LIFE, "cancel", ended_at=now)
    _premium(policy, "close")
    cancel(INSURE, policy.pk)
    schedule(UNINSURE, policy.pk, now)


def call_off_policy(policy_id: UUID, *, service: Insurer | None = None, now: Instant) -> None:
    """Tell the insurer that a policy was called off; again until it has heard."""
    try:
        (service or insurers.insurer()).cancel(policy_id, now=now)
    except InsurerUnavailable:
        _later(UNINSURE, policy_id, now + AGAIN)


@transactional
def lapse(policy_id: UUID, *, now: Instant) -> None:
    """End a policy whose time is over and on which nothing is open; early or twice it does nothing."""
    policy = store.locked_policy(policy_id)
    is_over = policy.ends_at is not None and policy.ends_at < now
    unsettled = [InsuranceClaimState.OPEN, InsuranceClaimState.PROCESSING]
    if FreightClaim.objects.filter(policy_id=policy_id, state__in=unsettled).exists():
        return  # a refused claim sets the timer again
    if is_over and POLICY_LIFE.allows(PolicyState(policy.state), "lapse"):
        step_row(policy, POLICY_LIFE, "lapse", ended_at=now)


@transactional
def stand_in(policy: FreightPolicy, *, now: Instant) -> None:
    """Let a locked policy count that the insurer has not confirmed; it goes on being asked."""
    if POLICY_LIFE.allows(PolicyState(policy.state), "stand_in"):
        _activate(policy, "stand_in", now=now)


@transactional
def _submit(policy_id: UUID, *, now: Instant) -> Application | None:
    """Note that the insurer is asked and set the timer for the case that it does not answer."""
    policy = store.locked_policy(policy_id)
    if policy.insurer_ref or policy.state not in {PolicyState.INIT, PolicyState.PENDING, PolicyState.ACTIVE}:
        return None
    if policy.state == PolicyState.INIT:
        step_row(policy, POLICY_LIFE, "submit")
    schedule(INSURE, policy_id, now + AGAIN)
    return store.application_of(policy)


@transactional
def _confirm(policy_id: UUID, insurer: str, reference: str, *, now: Instant) -> None:
    policy = store.locked_policy(policy_id)
    if policy.insurer_ref:
        return
    cancel(INSURE, policy_id)
    if policy.state == PolicyState.CANCELLED:  # called off while the insurer was asked
        schedule(UNINSURE, policy_id, now)
        return
    FreightPolicy.objects.filter(pk=policy_id).update(insurer=insurer, insurer_ref=reference)
    if policy.state == PolicyState.PENDING:
        _activate(policy, "confirm", now=now)


@transactional
def _note_refusal(policy_id: UUID, reason: str, *, now: Instant) -> None:
    """End a policy that the insurer does not write, unless we stood in for it meanwhile."""
    policy = store.locked_policy(policy_id)
    cancel(INSURE, policy_id)
    if policy.state == PolicyState.PENDING:
        step_row(policy, POLICY_LIFE, "refuse", refusal=reason[:200], ended_at=now)
        _premium(policy, "close")
        cancel(LAPSE, policy_id)


def _activate(policy: FreightPolicy, verb: str, *, now: Instant) -> None:
    step_row(policy, POLICY_LIFE, verb, active_at=now)
    if policy.shipped_at is not None:
        schedule(PREMIUM, policy.pk, now)
    fact = PolicyActive(
        policy.pk, policy.order_id, policy.shop_id, policy.person_id, policy.premium_minor, policy.cover_minor, now
    )
    publish(fact, shop_id=policy.shop_id, now=now)


def _charge(policy: FreightPolicy, *, now: Instant) -> str:
    """Move the premium into the pool; return the step of the premium's life. Raises NotCovered."""
    if policy.holder == Policyholder.PLATFORM:
        legs = (Leg(SUBSIDIES, -policy.premium_minor), Leg(INSURER_POOL, policy.premium_minor))
        post(JournalEntry(store.GIFT_JOURNAL, str(policy.pk), legs, shop_id=policy.shop_id), now=now)
        return "deduct"
    moved = money.charge(
        policy.shop_id,
        policy.premium_minor,
        to=INSURER_POOL,
        ref=f"premium:{policy.pk}",
        payers=PREMIUM_PAYERS,
        now=now,
    )
    return "advance" if any(payer is Payer.FUND for payer, _ in moved.parts) else "deduct"


def _premium(policy: FreightPolicy, verb: str) -> None:
    following = PREMIUM_LIFE.after(PremiumState(policy.premium_state), verb)
    FreightPolicy.objects.filter(pk=policy.pk).update(premium_state=following)
    policy.premium_state = following


@transactional
def _later(kind: str, policy_id: UUID, due_at: Instant) -> None:
    schedule(kind, policy_id, due_at)
