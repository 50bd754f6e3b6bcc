"""Claims for freight (运费险理赔): one an order, opened when goods travel back, paid within 72 hours of the refund.

The insurer is asked between transactions. Its silence costs the buyer nothing: when the time to pay is over, the freight
is paid by the tariff; its saying less costs the buyer nothing either, for the tariff is what was promised.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError

from anxin.infra.deadlines import cancel, schedule
from anxin.infra.outbox import publish
from anxin.infra.rows import step_row
from anxin.infra.tx import savepoint, transactional
from anxin.kernel.clock import Instant
from anxin.market.guarantee import insurers
from anxin.market.guarantee.commands import money
from anxin.market.guarantee.commands.policies import LAPSE, stand_in
from anxin.market.guarantee.domain.facts import Payer
from anxin.market.guarantee.domain.insurance import (
    INSURANCE_CLAIM_LIFE,
    POLICY_LIFE,
    ClaimChecks,
    InsuranceClaimState,
    PolicyState,
    Refusal,
    Route,
    payout_minor,
    refusal_of,
)
from anxin.market.guarantee.domain.insurance_rules import InsuranceProduct
from anxin.market.guarantee.errors.insurance import (
    AppealOver,
    InsurerUnavailable,
    NumberCounted,
    UnknownFreightClaim,
)
from anxin.market.guarantee.events.insurance import FreightPaid, FreightRefused
from anxin.market.guarantee.insurer import Insurer, Loss, Outcome, Ruling
from anxin.market.guarantee.models import FreightClaim, FreightPolicy, ReturnPickUp
from anxin.market.guarantee.store import insurance as store
from anxin.market.orders import queries as orders
from anxin.market.shipping.commands import check_tracking_number

ASK = "guarantee.freight_ask"
PAY_BY = "guarantee.freight_pay_by"
ASK_AGAIN = timedelta(hours=1)
REF = "freight:"

__all__ = [
    "SentBack",
    "appeal",
    "ask_insurer",
    "drop_freight",
    "note_freight_arrived",
    "open_freight",
    "pay_overdue",
    "settle_collected",
    "submit_freight",
]


@dataclass(frozen=True)
class SentBack:
    """Goods of a claim that travel back: how, under which number, since when the return was asked for."""

    claim_id: UUID
    order_id: UUID
    route: Route
    carrier: str
    tracking_no: str
    applied_at: Instant


@dataclass(frozen=True)
class Collected:
    """What a courier's freight comes to under a policy."""

    sent: SentBack
    insured_minor: int


@transactional
def open_freight(sent: SentBack, *, now: Instant) -> UUID | None:
    """Open the claim for freight of an insured order whose goods were sent back; it is paid once the claim is done.

    Return its id, None where nothing is insured, the order had its claim before, or a courier fetched the goods. Twice
    changes nothing.
    """
    if ReturnPickUp.objects.filter(claim_id=sent.claim_id, collected=True).exists():
        return None
    policy = store.locked_policy_of(sent.order_id)
    if policy is None or policy.state == PolicyState.CANCELLED:
        return None
    rules = store.rules_of(policy)
    asked = payout_minor(InsuranceProduct(policy.product), sent.route, store.parcel_of(policy), rules)
    return _opened(policy, sent, asked, now=now)


@transactional
def submit_freight(claim_id: UUID, *, done_at: Instant, now: Instant) -> None:
    """Have a claim for freight decided once its return is done: refused for a stated reason, or paid within 72 hours.

    A return that had come to nothing may be done after all: the shop kept the goods and paid, or had to.
    """
    found = FreightClaim.objects.filter(claim_id=claim_id).first()
    if found is None or found.route == Route.PICKUP:
        return
    policy, claim = store.locked_claim(found.pk)
    if claim.state == InsuranceClaimState.FAILED and claim.refusal == Refusal.RETURN_FAILED:
        step_row(claim, INSURANCE_CLAIM_LIFE, "reopen", refusal="", appeal_by=None)
    if claim.state != InsuranceClaimState.OPEN:
        return
    _submit(policy, claim, pay_by=done_at + timedelta(hours=store.rules_of(policy).limits.payout_hours), now=now)


@transactional
def drop_freight(claim_id: UUID, *, now: Instant) -> None:
    """End the claim for freight of a return that came to nothing; another return of the order may open it again."""
    found = FreightClaim.objects.filter(claim_id=claim_id, state=InsuranceClaimState.OPEN).first()
    if found is None:
        return
    policy, claim = store.locked_claim(found.pk)
    _fail(policy, claim, Refusal.RETURN_FAILED, now=now)


def ask_insurer(freight_claim_id: UUID, *, service: Insurer | None = None, now: Instant) -> None:
    """Tell the insurer of a loss, or ask how it stands, and note its word."""
    loss = _loss(freight_claim_id, now=now)
    if loss is None:
        return
    try:
        ruling = (service or insurers.insurer()).claim(loss, now=now)
    except InsurerUnavailable:
        return  # the timer is set already
    _note_ruling(freight_claim_id, loss.round, ruling, now=now)


@transactional
def pay_overdue(freight_claim_id: UUID, *, now: Instant) -> None:
    """Pay what the insurer has not ruled on in time. Early, late or twice it does nothing."""
    policy, claim = store.locked_claim(freight_claim_id)
    if claim.state == InsuranceClaimState.PROCESSING and claim.pay_by <= now:
        _pay(policy, claim, silent=True, now=now)


@transactional
def appeal(freight_claim_id: UUID, *, person_id: UUID, carrier: str, tracking_no: str, now: Instant) -> None:
    """Hand in another tracking number after a refusal; it is decided anew.

    Raises UnknownFreightClaim, AppealOver, NumberCounted, UnknownCarrier, BadTrackingNumber.
    """
    policy, claim = store.locked_claim(freight_claim_id)
    if claim.person_id != person_id:
        raise UnknownFreightClaim
    if not store.may_appeal(policy, claim, now=now):
        raise AppealOver
    number = check_tracking_number(carrier, tracking_no)
    if _is_counted(number, but=claim.pk):
        raise NumberCounted
    facts = {"carrier": carrier, "tracking_no": number, "appeals": claim.appeals + 1, "refusal": "", "appeal_by": None}
    step_row(claim, INSURANCE_CLAIM_LIFE, "appeal", **facts)
    _submit(policy, claim, pay_by=now + timedelta(hours=store.rules_of(policy).limits.payout_hours), now=now)


@transactional
def settle_collected(sent: SentBack, freight_minor: int, insured_minor: int, *, now: Instant) -> bool:
    """Write down at once that the insurance bears a courier's freight; say whether it does. The pool's journal follows.

    Nothing is borne where the order has no policy, had its claim before, or the limits speak against it.
    """
    policy = store.locked_policy_of(sent.order_id)
    if policy is None or not insured_minor or freight_minor <= 0:
        return False
    opened = _opened(policy, sent, insured_minor, now=now)
    claim = FreightClaim.objects.filter(pk=opened, route=Route.PICKUP).first() if opened else None
    if claim is None or claim.state != InsuranceClaimState.OPEN:
        return False
    refusal = _refusal(policy, claim)
    if refusal is not None:
        _fail(policy, claim, refusal, now=now)
        return False
    step_row(claim, INSURANCE_CLAIM_LIFE, "submit")
    _use_up(policy, claim, insured_minor, silent=False, now=now)
    schedule(ASK, claim.pk, now)  # the insurer is told afterwards: the courier does not wait for it
    return True


@transactional
def note_freight_arrived(ref: str, *, now: Instant) -> None:
    """Note that freight is with the buyer; other refs, and a second telling, change nothing."""
    if ref.startswith(REF):
        rows = FreightClaim.objects.filter(pk=UUID(ref.removeprefix(REF)), arrived_at__isnull=True)
        rows.update(arrived_at=now)


def _opened(policy: FreightPolicy, sent: SentBack, asked_minor: int, *, now: Instant) -> UUID | None:
    """Return the claim for freight of a return: a new one, or the one that another return of the order left unused."""
    facts = {
        "claim_id": sent.claim_id,
        "shop_id": policy.shop_id,
        "person_id": policy.person_id,
        "state": InsuranceClaimState.OPEN,
        "route": sent.route,
        "carrier": sent.carrier,
        "tracking_no": sent.tracking_no,
        "asked_minor": asked_minor,
        "refusal": "",
        "applied_at": sent.applied_at,
        "opened_at": now,
        "pay_by": now + timedelta(days=store.rules_of(policy).limits.claim_days),
    }
    known = FreightClaim.objects.filter(policy=policy).first()
    if known is not None and known.claim_id == sent.claim_id:
        return known.pk
    if known is not None and known.refusal != Refusal.RETURN_FAILED:
        return None
    if _is_counted(sent.tracking_no, but=known.pk if known else policy.pk):
        facts["tracking_no"] = ""  # it stands in another claim: this one is refused when it is submitted
    if known is None:
        return FreightClaim.objects.create(policy=policy, **facts).pk
    FreightClaim.objects.filter(pk=known.pk).update(**facts, version=known.version + 1, appeal_by=None)
    return known.pk


def _submit(policy: FreightPolicy, claim: FreightClaim, *, pay_by: Instant, now: Instant) -> None:
    refusal = _refusal(policy, claim)
    if refusal is not None:
        _fail(policy, claim, refusal, now=now)
        return
    stand_in(policy, now=now)
    try:
        with savepoint():
            step_row(claim, INSURANCE_CLAIM_LIFE, "submit", pay_by=pay_by)
    except IntegrityError:  # the same number was handed in elsewhere at this very moment
        claim.refresh_from_db()
        _fail(policy, claim, Refusal.NUMBER_USED, now=now)
        return
    schedule(ASK, claim.pk, now)
    schedule(PAY_BY, claim.pk, pay_by)


def _refusal(policy: FreightPolicy, claim: FreightClaim) -> Refusal | None:
    checks = ClaimChecks(
        policy=PolicyState(policy.state),
        shipped_at=policy.shipped_at,
        applied_at=claim.applied_at,
        has_number=bool(claim.tracking_no),
        number_used=_is_counted(claim.tracking_no, but=claim.pk),
    )
    return refusal_of(checks, store.rules_of(policy))


def _is_counted(tracking_no: str, *, but: UUID) -> bool:
    """Say whether a number brought goods to a buyer or has been claimed for before."""
    if not tracking_no:
        return False
    return store.number_counted(tracking_no, but=but) or orders.order_of_tracking(tracking_no) is not None


@transactional
def _loss(freight_claim_id: UUID, *, now: Instant) -> Loss | None:
    """Return what the insurer is to be asked, and set the timer for the case that it does not answer."""
    claim = FreightClaim.objects.filter(pk=freight_claim_id).first()
    if claim is None:
        return None
    undecided = claim.state == InsuranceClaimState.PROCESSING
    untold = claim.state == InsuranceClaimState.SUCCESS and not claim.insurer_ref
    if not (undecided or untold):
        return None
    schedule(ASK, claim.pk, now + ASK_AGAIN)
    return store.loss_of(claim)


@transactional
def _note_ruling(freight_claim_id: UUID, round_: int, ruling: Ruling, *, now: Instant) -> None:
    policy, claim = store.locked_claim(freight_claim_id)
    if claim.appeals != round_ or ruling.outcome is Outcome.PENDING:
        return
    cancel(ASK, claim.pk)
    FreightClaim.objects.filter(pk=claim.pk, insurer_ref="").update(insurer_ref=ruling.reference)
    if claim.state != InsuranceClaimState.PROCESSING:  # paid meanwhile: the buyer keeps it, whatever the insurer says
        return
    if ruling.outcome is Outcome.ACCEPTED:
        _pay(policy, claim, silent=False, now=now)
    else:
        _fail(policy, claim, Refusal.INSURER, now=now)


def _pay(policy: FreightPolicy, claim: FreightClaim, *, silent: bool, now: Instant) -> None:
    _use_up(policy, claim, claim.asked_minor, silent=silent, now=now)
    wish = money.Compensation(
        policy.order_id,
        policy.person_id,
        policy.shop_id,
        claim.asked_minor,
        f"{REF}{claim.pk}",
        "freight",
        (Payer.INSURER,),
    )
    money.compensate(wish, now=now)


def _use_up(policy: FreightPolicy, claim: FreightClaim, paid_minor: int, *, silent: bool, now: Instant) -> None:
    stand_in(policy, now=now)
    step_row(claim, INSURANCE_CLAIM_LIFE, "pay", paid_minor=paid_minor, insurer_silent=silent, settled_at=now)
    step_row(policy, POLICY_LIFE, "pay", ended_at=now)
    for kind in (PAY_BY, ASK) if not silent else (PAY_BY,):
        cancel(kind, claim.pk)
    cancel(LAPSE, policy.pk)
    fact = FreightPaid(
        policy.pk,
        policy.order_id,
        policy.shop_id,
        policy.person_id,
        claim.claim_id,
        claim.route,
        paid_minor,
        now,
    )
    publish(fact, shop_id=policy.shop_id, now=now)


def _fail(policy: FreightPolicy, claim: FreightClaim, reason: Refusal, *, now: Instant) -> None:
    appeal_by = now + timedelta(hours=store.rules_of(policy).limits.appeal_hours)
    step_row(claim, INSURANCE_CLAIM_LIFE, "fail", refusal=reason, appeal_by=appeal_by)
    for kind in (ASK, PAY_BY):
        cancel(kind, claim.pk)
    if policy.ends_at is not None:
        schedule(LAPSE, policy.pk, max(policy.ends_at, appeal_by) + timedelta(seconds=1))
    fact = FreightRefused(
        policy.pk,
        policy.order_id,
        policy.shop_id,
        policy.person_id,
        claim.claim_id,
        reason,
        appeal_by,
    )
    publish(fact, shop_id=policy.shop_id, now=now)
