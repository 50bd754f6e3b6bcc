"""Every command about claims, disputes and insurance: killed once and repeated, run twice, the outside failing once after it.

The list is read from the code: a command without an entry fails the test. Each is compared with a clean run of the same
scene that is undone, to its very end: the same states, the same money, each coin once.
"""

import inspect
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from tests.builders.claims import (
    BROKEN,
    DAY,
    HOUR,
    NOW,
    REGRET,
    SIGNED_AT,
    Bought,
    a_picture,
    bought,
    claim,
    signed,
)
from tests.builders.disputes import DEFECT, Disputed, a_piece, all_back, an_arbitrator, disputed, some_back
from tests.builders.money import broken, fill_fund
from tests.support.machines import undoable
from tests.support.work import work

from anxin.infra.tx import savepoint
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import new_id
from anxin.market.guarantee import insurers
from anxin.market.guarantee.commands import (
    arbitration,
    claim_answers,
    claim_escalation,
    claim_platform,
    claims,
    dispute_opening,
    disputes,
    freight,
    policies,
    return_pickups,
)
from anxin.market.guarantee.commands.claims import Application, Wish
from anxin.market.guarantee.commands.dispute_opening import DisputedClaim
from anxin.market.guarantee.commands.freight import SentBack
from anxin.market.guarantee.domain import claim_acts as acts
from anxin.market.guarantee.domain.claim_acts import Clock, Party, Purse, Refusal
from anxin.market.guarantee.domain.facts import ClaimType, Evidence
from anxin.market.guarantee.domain.insurance import Route
from anxin.market.guarantee.models import Claim, Disbursement, Dispute, FreightClaim, FreightPolicy, ReturnPickUp
from anxin.market.guarantee.queries.disputes import Verdict, VerdictKind
from anxin.market.guarantee.sandbox.insurer import EVERYTHING, InsurerFault
from anxin.market.guarantee.store import claims as store
from anxin.market.ledger.commands import INSURER_POOL, shop_account
from anxin.market.ledger.queries import balance
from anxin.market.orders.models import Order
from anxin.market.payments.commands.sandbox import Fault, Operation, tell
from anxin.market.payments.models import SandboxRefund, SandboxTransfer
from anxin.market.shipping.events import PickUpCollected

pytestmark = pytest.mark.django_db
MODULES = (
    claims,
    claim_answers,
    claim_escalation,
    claim_platform,
    dispute_opening,
    disputes,
    arbitration,
    policies,
    freight,
    return_pickups,
)
T = SIGNED_AT + DAY
LATER = (HOUR, 3 * DAY, 12 * DAY, 24 * DAY, 30 * DAY)
NUMBER = "SF7770000000001"
BACK_AGAIN = "SF7770000000002"
Scene = SimpleNamespace


# Scenes: how far things have come when the command runs


def paid() -> Scene:
    made = bought()
    work(NOW)
    return Scene(made=made, policy=FreightPolicy.objects.filter(order_id=made.order).first(), now=NOW + HOUR)


def delivered(quantity: int = 1) -> Scene:
    made = signed(quantity=quantity)
    work(T)
    file = a_picture(Evidence.PHOTO_DEFECT, made.buyer.id, now=T)
    policy = FreightPolicy.objects.filter(order_id=made.order).first()
    return Scene(made=made, policy=policy, file=file, now=T)


def applied(wish: Wish = BROKEN) -> Scene:
    scene = delivered(wish.pieces)
    shown = () if wish.reason == REGRET.reason else DEFECT
    scene.asked = scene.made.ask(wish, now=T, show=shown)
    work(T)
    return scene


def after(scene: Scene, *steps: Callable[[Scene], object]) -> Scene:
    for step in steps:
        step(scene)
        work(scene.now)
    return scene


def offer(s: Scene) -> None:
    claim_answers.offer_partial(s.asked, 3_000, s.made.answer(), now=s.now)


def want_evidence(s: Scene) -> None:
    claim_answers.ask_evidence(s.asked, [Evidence.PHOTO_WHOLE], s.made.answer(), now=s.now)


def agree(s: Scene) -> None:
    claim_answers.agree(s.asked, s.made.answer(), now=s.now)


def refuse(s: Scene) -> None:
    claim_answers.refuse(s.asked, Refusal.NO_DEFECT, s.made.answer(), now=s.now)


def send_back(s: Scene) -> None:
    claims.send_back(s.asked, carrier="sf", tracking_no=NUMBER, person_id=s.made.buyer.id, now=s.now)


def inspect_(s: Scene) -> None:
    claim_answers.inspect(s.asked, 1, s.made.answer(), now=s.now)


def reship(s: Scene) -> None:
    claim_answers.reship(s.asked, carrier="sf", tracking_no=NUMBER, answer=s.made.answer(), now=s.now)


def let_be(s: Scene) -> None:
    claims.withdraw(s.asked, **_buyer(s))


def seize(s: Scene) -> None:
    claim_escalation.seize(s.asked, reason="巡查", actor_id=an_arbitrator(), now=s.now)


def refuse_return(s: Scene) -> None:
    claim_answers.refuse(s.asked, Refusal.NOT_INTACT, s.made.answer(), now=s.now)
    claims.withdraw(s.asked, person_id=s.made.buyer.id, now=s.now)


def give_back(s: Scene) -> None:
    claim_answers.give_back(s.asked, carrier="sf", tracking_no=BACK_AGAIN, answer=s.made.answer(), now=s.now)


MISSING = Wish(ClaimType.RESHIP, "quality")
REGRET_OF_THREE = Wish(ClaimType.RETURN_REFUND, "no_longer_wanted", pieces=3)


def refunding() -> Scene:
    scene = applied(Wish(ClaimType.REFUND_SHIPPED, "quality"))
    agree(scene)  # nobody has told the provider yet
    scene.ref = claim(scene.asked).money_ref
    return scene


def in_dispute(price_minor: int = 10_000) -> Scene:
    case = disputed(price_minor=price_minor)
    work(T + 2 * HOUR)
    scene = Scene(case=case, made=case.made, asked=case.claim, now=T + 2 * HOUR, first=an_arbitrator())
    scene.other, scene.piece = an_arbitrator(), a_piece()
    return scene


def proposed() -> Scene:
    scene = in_dispute()
    case: Disputed = scene.case
    disputes.offer_settlement(
        case.id, VerdictKind.PARTIAL_REFUND, 2_000, side=case.merchant, now=scene.now, note="各让一步"
    )
    return scene


def heard(price_minor: int = 10_000) -> Scene:
    scene = in_dispute(price_minor)
    scene.case.heard(scene.first, now=scene.now)
    return scene


def decided(verdict: Verdict | None = None) -> Scene:
    scene = heard()
    arbitration.decide(scene.case.id, verdict or some_back(), by=scene.first, now=scene.now)
    work(scene.now)
    return scene


def to_be_signed() -> Scene:
    scene = heard(price_minor=300_000)
    arbitration.decide(scene.case.id, all_back(300_000), by=scene.first, now=scene.now)
    return scene


def freight_opened() -> Scene:
    scene = after(applied(REGRET), agree, send_back)
    scene.freight = FreightClaim.objects.filter(claim_id=scene.asked).first()
    return scene


def freight_submitted() -> Scene:
    scene = freight_opened()
    freight.submit_freight(scene.asked, done_at=scene.now, now=scene.now)
    return scene


def freight_refused() -> Scene:
    scene = freight_opened()
    insurers.sandbox().plan(scene.freight.policy_id, InsurerFault.REFUSE)
    freight.submit_freight(scene.asked, done_at=scene.now, now=scene.now)
    freight.ask_insurer(scene.freight.pk, now=scene.now)
    insurers.sandbox().plan(scene.freight.policy_id)
    return scene


def returning() -> Scene:
    scene = after(applied(BROKEN), agree)
    scene.slot = return_pickups.return_slots(scene.asked, person_id=scene.made.buyer.id, now=scene.now)[0]
    return scene


def booked() -> Scene:
    scene = returning()
    scene.pickup = return_pickups.book_return_pickup(
        scene.asked, scene.slot, person_id=scene.made.buyer.id, now=scene.now
    )
    work(scene.now)
    return scene


def collected() -> Scene:
    scene = booked()
    scene.now = scene.slot.starts_at + HOUR
    work(scene.now)
    return scene


def _sent(s: Scene) -> SentBack:
    return SentBack(s.asked, s.made.order, Route.SELF_SHIP, "sf", NUMBER, s.now)


def _collected_event(s: Scene) -> PickUpCollected:
    visit = ReturnPickUp.objects.get(pk=s.pickup)
    return PickUpCollected(visit.pk, s.made.order, s.made.shop, "sf", NUMBER, 900, 1_620, s.now)


def _disputed_claim(s: Scene) -> DisputedClaim:
    row, order = claim(s.asked), Order.objects.get(id=s.made.order)
    subject = (row.id, order.id, row.line_id, row.shop_id, row.person_id)
    return DisputedClaim(*subject, row.category, row.type, row.reason, 10_000, 10_000, 10_000, shipped=True)


def _buyer(s: Scene) -> dict[str, Any]:
    return {"person_id": s.made.buyer.id, "now": s.now}


Act = Callable[[Scene], object]
COMMANDS: dict[str, tuple[Callable[[], Scene], Act]] = {
    "claims.apply": (
        delivered,
        lambda s: claims.apply(Application(s.made.line, BROKEN, "", (s.file,)), **_buyer(s)),
    ),
    "claims.apply_many": (
        delivered,
        lambda s: claims.apply_many([Application(s.made.line, BROKEN, "", (s.file,))], **_buyer(s)),
    ),
    "claims.modify": (
        applied,
        lambda s: claims.modify(s.asked, Wish(ClaimType.REFUND_SHIPPED, "quality"), **_buyer(s)),
    ),
    "claims.withdraw": (applied, lambda s: claims.withdraw(s.asked, **_buyer(s))),
    "claims.accept_offer": (lambda: after(applied(), offer), lambda s: claims.accept_offer(s.asked, **_buyer(s))),
    "claims.decline_offer": (lambda: after(applied(), offer), lambda s: claims.decline_offer(s.asked, **_buyer(s))),
    "claims.add_evidence": (
        lambda: after(applied(), want_evidence),
        lambda s: claims.add_evidence(s.asked, [s.file], **_buyer(s)),
    ),
    "claims.send_back": (lambda: after(applied(), agree), send_back),
    "claims.extend": (lambda: after(applied(), agree), lambda s: claims.extend(s.asked, **_buyer(s))),
    "claims.confirm_reship": (
        lambda: after(applied(MISSING), agree, reship),
        lambda s: claims.confirm_reship(s.asked, **_buyer(s)),
    ),
    "claim_answers.agree": (applied, agree),
    "claim_answers.agree_many": (
        applied,
        lambda s: claim_answers.agree_many([s.asked], s.made.answer(), now=s.now),
    ),
    "claim_answers.agree_by_rule": (
        applied,
        lambda s: claim_answers.agree_by_rule(store.lock(s.asked), "silence", now=s.now),
    ),
    "claim_answers.refuse": (applied, refuse),
    "claim_answers.offer_partial": (applied, offer),
    "claim_answers.ask_evidence": (applied, want_evidence),
    "claim_answers.add_evidence": (
        applied,
        lambda s: claim_answers.add_evidence(s.asked, s.made.answer("请看"), now=s.now),
    ),
    "claim_answers.inspect": (lambda: after(applied(), agree, send_back), inspect_),
    "claim_answers.inspect_part": (
        lambda: after(applied(REGRET_OF_THREE), agree, send_back),
        lambda s: claim_answers.inspect_part(s.asked, 2, 1, Refusal.USED, s.made.answer(), now=s.now),
    ),
    "claim_answers.give_back": (lambda: after(applied(REGRET), agree, send_back, refuse_return), give_back),
    "claim_answers.reship": (lambda: after(applied(MISSING), agree), reship),
    "claim_escalation.escalate": (
        lambda: after(applied(), refuse),
        lambda s: claim_escalation.escalate(s.asked, **_buyer(s)),
    ),
    "claim_escalation.seize": (applied, seize),
    "claim_escalation.open_case": (
        lambda: after(applied(), let_be),
        lambda s: claim_escalation.open_case(
            claim_escalation.NewCase(s.made.line, 1, "巡查"), actor_id=an_arbitrator(), now=s.now
        ),
    ),
    "claim_platform.expire": (
        applied,
        lambda s: claim_platform.expire(s.asked, Clock.MERCHANT_ANSWER, now=s.now + 2 * DAY),
    ),
    "claim_platform.rule": (
        lambda: after(applied(), seize),
        lambda s: claim_platform.rule(s.asked, acts.Verdict(ClaimType.REFUND_SHIPPED, 2_000, 500), now=s.now),
    ),
    "claim_platform.close": (
        lambda: after(applied(), seize),
        lambda s: claim_platform.close(s.asked, now=s.now),
    ),
    "claim_platform.note_money_arrived": (
        lambda: after(refunding()),
        lambda s: claim_platform.note_money_arrived(s.ref, Purse.COMPENSATION, now=s.now),
    ),
    "claim_platform.note_money_failed": (
        refunding,
        lambda s: claim_platform.note_money_failed(s.ref, Purse.REFUND, now=s.now),
    ),
    "claim_platform.note_old_refund_failed": (
        refunding,
        lambda s: claim_platform.note_old_refund_failed("refund:nobody", now=s.now),
    ),
    "claim_platform.note_return_signed": (
        lambda: after(applied(), agree, send_back),
        lambda s: claim_platform.note_return_signed(claim(s.asked).return_parcel_id, signed_at=s.now),
    ),
    "dispute_opening.open_for_claim": (
        lambda: after(applied(), seize),
        lambda s: dispute_opening.open_for_claim(_disputed_claim(s), by=Party.PLATFORM, actor_id=None, now=s.now),
    ),
    "dispute_opening.note_claim_agreed": (
        in_dispute,
        lambda s: dispute_opening.note_claim_agreed(s.asked, now=s.now),
    ),
    "dispute_opening.note_claim_ended": (
        in_dispute,
        lambda s: dispute_opening.note_claim_ended(s.asked, closed=False, now=s.now),
    ),
    "dispute_opening.ring": (in_dispute, lambda s: dispute_opening.ring(s.case.id, now=s.now + DAY)),
    "disputes.give_evidence": (
        in_dispute,
        lambda s: disputes.give_evidence(s.case.id, [s.piece], side=s.case.merchant, now=s.now),
    ),
    "disputes.offer_settlement": (
        in_dispute,
        lambda s: disputes.offer_settlement(
            s.case.id, VerdictKind.PARTIAL_REFUND, 2_000, side=s.case.merchant, now=s.now
        ),
    ),
    "disputes.accept_offer": (
        proposed,
        lambda s: disputes.accept_offer(s.case.id, side=s.case.buyer, now=s.now),
    ),
    "disputes.decline_offer": (
        proposed,
        lambda s: disputes.decline_offer(s.case.id, side=s.case.buyer, now=s.now),
    ),
    "disputes.stop_talking": (
        in_dispute,
        lambda s: disputes.stop_talking(s.case.id, side=s.case.buyer, now=s.now),
    ),
    "disputes.accept_verdict": (
        decided,
        lambda s: disputes.accept_verdict(s.case.id, side=s.case.merchant, now=s.now),
    ),
    "disputes.appeal": (
        decided,
        lambda s: disputes.appeal(s.case.id, "不同意", [s.piece], side=s.case.buyer, now=s.now),
    ),
    "disputes.cancel_dispute": (in_dispute, lambda s: disputes.cancel_dispute(s.case.id, **_buyer(s))),
    "arbitration.take": (
        lambda: after(in_dispute(), lambda s: disputes.stop_talking(s.case.id, side=s.case.buyer, now=s.now)),
        lambda s: arbitration.take(s.case.id, by=s.first, now=s.now),
    ),
    "arbitration.hand_back": (heard, lambda s: arbitration.hand_back(s.case.id, by=s.first, now=s.now)),
    "arbitration.ask_evidence": (
        heard,
        lambda s: arbitration.ask_evidence(s.case.id, frozenset({Party.BUYER}), "?", by=s.first, now=s.now),
    ),
    "arbitration.decide": (
        heard,
        lambda s: arbitration.decide(s.case.id, some_back(), by=s.first, now=s.now),
    ),
    "arbitration.sign": (to_be_signed, lambda s: arbitration.sign(s.case.id, by=s.other, now=s.now)),
    "arbitration.send_back": (
        to_be_signed,
        lambda s: arbitration.send_back(s.case.id, "理由不足", by=s.other, now=s.now),
    ),
    "arbitration.end_for_law": (heard, lambda s: arbitration.end_for_law(s.case.id, "已起诉", by=s.first, now=s.now)),
    "policies.open_policy": (paid, lambda s: policies.open_policy(s.made.order, now=s.now)),
    "policies.insure": (paid, lambda s: policies.insure(s.policy.pk, now=s.now)),
    "policies.ship_policy": (paid, lambda s: policies.ship_policy(s.made.order, shipped_at=s.now, now=s.now)),
    "policies.take_premium": (delivered, lambda s: policies.take_premium(s.policy.pk, now=s.now)),
    "policies.cancel_policy": (paid, lambda s: policies.cancel_policy(s.made.order, now=s.now)),
    "policies.call_off_policy": (
        lambda: after(paid(), lambda s: policies.cancel_policy(s.made.order, now=s.now)),
        lambda s: policies.call_off_policy(s.policy.pk, now=s.now),
    ),
    "policies.lapse": (delivered, lambda s: policies.lapse(s.policy.pk, now=s.now)),
    "freight.open_freight": (
        lambda: after(applied(REGRET), agree),
        lambda s: freight.open_freight(_sent(s), now=s.now),
    ),
    "freight.submit_freight": (
        freight_opened,
        lambda s: freight.submit_freight(s.asked, done_at=s.now, now=s.now),
    ),
    "freight.drop_freight": (freight_opened, lambda s: freight.drop_freight(s.asked, now=s.now)),
    "freight.ask_insurer": (freight_submitted, lambda s: freight.ask_insurer(s.freight.pk, now=s.now)),
    "freight.pay_overdue": (
        freight_submitted,
        lambda s: freight.pay_overdue(s.freight.pk, now=s.now + 4 * DAY),
    ),
    "freight.appeal": (
        freight_refused,
        lambda s: freight.appeal(s.freight.pk, carrier="sf", tracking_no="SF7770000000009", **_buyer(s)),
    ),
    "freight.settle_collected": (
        lambda: after(applied(REGRET), agree),
        lambda s: freight.settle_collected(
            SentBack(s.asked, s.made.order, Route.PICKUP, "sf", NUMBER, s.now), 1_200, 1_200, now=s.now
        ),
    ),
    "freight.note_freight_arrived": (
        freight_submitted,
        lambda s: freight.note_freight_arrived(f"freight:{new_id()}", now=s.now),
    ),
    "return_pickups.return_slots": (
        returning,
        lambda s: return_pickups.return_slots(s.asked, **_buyer(s)),
    ),
    "return_pickups.book_return_pickup": (
        returning,
        lambda s: return_pickups.book_return_pickup(s.asked, s.slot, **_buyer(s)),
    ),
    "return_pickups.cancel_return_pickup": (
        booked,
        lambda s: return_pickups.cancel_return_pickup(s.asked, **_buyer(s)),
    ),
    "return_pickups.drop_pickup": (booked, lambda s: return_pickups.drop_pickup(s.asked, now=s.now)),
    "return_pickups.end_pickup": (booked, lambda s: return_pickups.end_pickup(s.pickup, now=s.now)),
    "return_pickups.settle_pickup": (
        booked,
        lambda s: return_pickups.settle_pickup(_collected_event(s), now=s.now),
    ),
    "return_pickups.take_freight": (collected, lambda s: return_pickups.take_freight(s.pickup, now=s.now)),
}

CALL_OUT = {"freight.ask_insurer"}  # they hear nothing themselves when an answer is lost, and are repeated


# The tests


def test_every_command_has_an_entry() -> None:
    found = {
        f"{module.__name__.rpartition('.')[2]}.{name}"
        for module in MODULES
        for name in module.__all__
        if inspect.isfunction(getattr(module, name)) and not isinstance(getattr(module, name), type)
    }
    assert found == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_killed_once_run_twice_and_the_outside_failing_once_it_ends_as_a_clean_run(name: str) -> None:
    prepare, command = COMMANDS[name]
    fill_fund(2_000_000, now=NOW)
    scene = prepare()
    before = picture(scene.made)
    with undone():  # a clean run
        command(scene)
        at_once = picture(scene.made)
        clean = followed(scene)
    assert picture(scene.made) == before
    with undone():  # the worker is killed before it commits
        command(scene)
    assert picture(scene.made) == before
    fail_once(scene)
    command(scene)
    assert name in CALL_OUT or picture(scene.made) == at_once
    repeat(command, scene)
    assert picture(scene.made) == at_once
    assert followed(scene) == clean
    assert_paid_once()
    assert broken() == []


class Killed(Exception):
    """The process is gone; what it had not committed is as if it had never been."""


@contextmanager
def undone() -> Iterator[None]:
    edge = undoable()
    edge.__enter__()
    try:
        yield
    finally:
        edge.__exit__(Killed, Killed(), None)


def repeat(command: Act, scene: Scene) -> None:
    """A second run does nothing, or is refused."""
    try:
        with savepoint():
            command(scene)
    except AnxinError:
        pass


def fail_once(scene: Scene) -> None:
    """Provider and insurer do the next thing and their answer is lost; the provider's message comes twice."""
    tell(Operation.REFUND, Fault.TIMEOUT_AFTER, now=scene.now)
    tell(Operation.TRANSFER, Fault.TIMEOUT_AFTER, now=scene.now)
    tell(Operation.NOTICE, Fault.DUPLICATE, times=2, now=scene.now)
    insurers.sandbox().plan(EVERYTHING, InsurerFault.LOST_ANSWER)


def followed(scene: Scene) -> dict[str, Any]:
    """Let time pass with nobody but the platform, provider, carrier and insurer at work."""
    for passed in (0 * DAY, *LATER):
        work(scene.now + passed)
    return picture(scene.made)


def picture(made: Bought) -> dict[str, Any]:
    """Where everything stands, and every balance; not when it came there."""
    order = Order.objects.get(id=made.order)
    accounts = [shop_account(made.shop, purpose) for purpose in ("available", "frozen", "experience_deposit")]
    return {
        "order": (order.state, order.open_claims, order.refunded_minor),
        "claims": sorted(Claim.objects.values_list("state", "clock", "refund_minor", "refund_arrived", "closing")),
        "compensations": sorted(Claim.objects.values_list("compensation_minor", "compensation_arrived")),
        "disputes": sorted(Dispute.objects.values_list("state", "clock", "outcome", "forced")),
        "policies": sorted(FreightPolicy.objects.values_list("state", "premium_state")),
        "freight": sorted(FreightClaim.objects.values_list("state", "refusal", "asked_minor")),
        "pickups": sorted(ReturnPickUp.objects.values_list("collected", "insured_minor", "merchant_minor")),
        "money": Counter(Disbursement.objects.values_list("kind", "state", "amount_minor")),
        "provider": Counter(SandboxRefund.objects.values_list("state", "amount_minor")),
        "transfers": Counter(SandboxTransfer.objects.values_list("state", "amount_minor")),
        "balances": [balance(account) for account in (*accounts, INSURER_POOL)],
    }


def assert_paid_once() -> None:
    """What arrived is what the provider paid, disbursement by disbursement."""
    for kind, provider in (("refund", SandboxRefund), ("compensation", SandboxTransfer)):
        arrived = Disbursement.objects.filter(kind=kind, state="arrived").values_list("amount_minor", flat=True)
        paid_out = provider.objects.filter(state="succeeded").values_list("amount_minor", flat=True)
        assert Counter(arrived) == Counter(paid_out)
