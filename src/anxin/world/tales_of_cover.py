"""What protects orders of the demo market by itself: insured ways back, couriers, and what is paid without asking."""

from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from uuid import UUID

from anxin.infra.worker import drain
from anxin.market.guarantee.commands import claim_answers, compensation, policies
from anxin.market.guarantee.commands.claims import Wish
from anxin.market.guarantee.commands.compensation import CompensationKind
from anxin.market.guarantee.commands.return_pickups import book_return_pickup, cancel_return_pickup, return_slots
from anxin.market.guarantee.commands.sandbox import InsurerFault, tell_insurer
from anxin.market.guarantee.queries.claims import ClaimType
from anxin.market.orders.commands import Shipment, ship
from anxin.market.people.queries import Role
from anxin.market.shipping.commands import PickUpMishap, plan_pickup_mishaps
from anxin.world.cast import DAY, HOUR, Case, Tale, agreed, sent_back
from anxin.world.stories import Story


def insured(case: Case, *faults: InsurerFault) -> UUID | None:
    """Let the way back of an order be insured as at its payment; None where neither shop nor platform does."""
    policy_id = policies.open_policy(case.order.id, now=case.paid_at)
    if policy_id is None:
        return None
    tell_insurer(policy_id, faults, now=case.paid_at)
    policies.insure(policy_id, now=case.paid_at)
    if case.order.shipped_at is not None:
        policies.ship_policy(case.order.id, shipped_at=case.order.shipped_at, now=case.order.shipped_at)
    return policy_id


def _insured_return(case: Case) -> Story:
    yield case.begins_at
    insured(case)
    yield from sent_back(case, 20 * HOUR)


def _freight(case: Case, *, faults: Iterable[InsurerFault], sent_after: float, inspected_after: float) -> Story:
    """The return comes to its end, and the insurer rules on the freight in its own way."""
    yield case.begins_at
    policy_id = insured(case)
    if policy_id is not None:
        tell_insurer(policy_id, faults, now=case.begins_at)
    claim_id = yield from sent_back(case, sent_after * HOUR)
    at = case.begins_at + inspected_after * HOUR
    yield at
    claim_answers.inspect(claim_id, case.line.quantity, case.answer("已验收，安排退款"), now=at)


def _lapsed(case: Case) -> Story:
    """Ninety days after shipping nothing is insured any more."""
    yield case.begins_at
    insured(case)


def _insured_cancelled(case: Case) -> Story:
    """Nothing will come back of what was never sent."""
    yield case.begins_at
    insured(case)
    compensation.promise_shipping(case.order.id, now=case.paid_at)
    at = case.begins_at + 2 * HOUR
    yield at
    case.ask(Wish(ClaimType.REFUND_UNSHIPPED, "ordered_wrong", case.line.quantity), "尺码选错了", now=at)


def _insurer_silent(case: Case) -> Story:
    yield case.begins_at
    insured(case, InsurerFault.DOWN)


def book(claim_id: UUID, case: Case, at: timedelta, *mishaps: PickUpMishap, slot: int = 0) -> None:
    """Send a courier, so long after the story began, who misbehaves as told."""
    moment = case.begins_at + at
    chosen = return_slots(claim_id, person_id=case.buyer, now=moment)[slot]
    visit_id = book_return_pickup(claim_id, chosen, person_id=case.buyer, now=moment)
    plan_pickup_mishaps(visit_id, mishaps, now=moment)


def _courier(case: Case) -> Story:
    """The first courier does not come, the second is refused, the third called off; the fourth is booked."""
    yield case.begins_at
    insured(case)
    claim_id = yield from agreed(case)
    for hours, mishap in ((2, PickUpMishap.MISS), (26, PickUpMishap.REFUSE)):
        at = case.begins_at + hours * HOUR
        yield at
        drain(at)  # a courier is heard of at once, not some hours later
        book(claim_id, case, hours * HOUR, mishap)
        drain(at)
    at = case.begins_at + 34 * HOUR
    yield at
    book(claim_id, case, 34 * HOUR, slot=-1)
    drain(at)
    at += 7 * HOUR
    yield at
    cancel_return_pickup(claim_id, person_id=case.buyer, now=at)
    book(claim_id, case, 41 * HOUR, slot=-1)
    drain(at)


def _collected(case: Case) -> Story:
    yield case.begins_at
    insured(case)
    claim_id = yield from agreed(case)
    at = case.begins_at + 2 * HOUR
    yield at
    book(claim_id, case, 2 * HOUR)
    drain(at)


def _promised(case: Case) -> Story:
    """What falls due while nobody ships, or no courier has what was said to be shipped, is paid by itself."""
    yield case.begins_at
    compensation.promise_shipping(case.order.id, now=case.paid_at)


def _shipped_late(case: Case) -> Story:
    yield from _promised(case)
    at = case.begins_at + 3 * DAY
    yield at
    ship(Shipment(case.order.id, "sf", case.number()), shop_id=case.order.shop_id, now=at)


def _found(case: Case, *, kind: CompensationKind, cause: str) -> Story:
    """An inspector finds something that is paid for."""
    compensate = partial(compensation.compensate_found, found_by=case.platform[Role.INSPECTOR])
    at = case.begins_at + 4 * DAY
    yield at
    compensation.promise_shipping(case.order.id, now=case.paid_at)
    compensate(case.order.id, kind, cause, now=at)


TALES: dict[str, Tale] = {
    "insured_return": _insured_return,
    "insurer_slow": partial(_freight, faults={InsurerFault.SLOW}, sent_after=90, inspected_after=108),
    "freight_paid": partial(_freight, faults=(), sent_after=6, inspected_after=40),
    "freight_refused": partial(_freight, faults={InsurerFault.REFUSE}, sent_after=30, inspected_after=70),
    "lapsed": _lapsed,
    "insured_cancelled": _insured_cancelled,
    "insurer_silent": _insurer_silent,
    "gifted": _lapsed,
    "courier": _courier,
    "collected": _collected,
    "late": _promised,
    "shipped_late": _shipped_late,
    "untraced": _promised,
    "fraud_shipment": partial(_found, kind=CompensationKind.FRAUD_SHIPMENT, cause="空包裹，重量与商品不符"),
    "invoice_late": partial(_found, kind=CompensationKind.INVOICE_LATE, cause="买家申请的发票超过 10 天未开具"),
    "invoice_fake": partial(_found, kind=CompensationKind.INVOICE_FAKE, cause="发票代码查无此票"),
}
