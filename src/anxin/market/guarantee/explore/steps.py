"""What each actor can do in a world: buyer, merchant, platform, carrier, provider, bank, insurer and time.

Every act is tried on the machines; what they refuse does not happen. Steps that only repeat what was said are here too.
"""

from collections.abc import Callable, Iterator
from uuid import UUID

from anxin.kernel.errors import AnxinError
from anxin.market.guarantee.domain import claim_acts as acts
from anxin.market.guarantee.domain import dispute_acts
from anxin.market.guarantee.domain.arbitration import VerdictKind
from anxin.market.guarantee.domain.claim_acts import Party
from anxin.market.guarantee.domain.compensation import SHIP_PROMISE_LIFE, ShipPromiseState
from anxin.market.guarantee.domain.dispute import JUDGED, Dispute
from anxin.market.guarantee.domain.insurance import InsuranceClaimState
from anxin.market.guarantee.domain.paying import MoneyKind, PayState
from anxin.market.guarantee.domain.verdicts import Verdict, experience_max, refund_max
from anxin.market.guarantee.domain.waterfall import COMPENSATION_PAYERS
from anxin.market.guarantee.explore import effects, freight, money
from anxin.market.guarantee.explore.effects import NotDecided, act_dispute, carry_out
from anxin.market.guarantee.explore.hearing import courses, hear
from anxin.market.guarantee.explore.rules import Rules
from anxin.market.guarantee.explore.world import (
    AVAILABLE,
    NOW,
    ORDER,
    OWED,
    PAYING_OUT,
    SHOP,
    SOON,
    Money,
    Truth,
    Word,
    World,
    canonical,
)
from anxin.market.orders.queries import OrderState
from anxin.market.payments.errors import RefundTooLarge
from anxin.market.payments.queries import OrderPart, captured
from anxin.market.settlement.queries import ReleaseState

ARBITRATORS = tuple(UUID(int=number) for number in range(11, 16))
FUND_FILLED_MINOR = 100_000
SOLD_MINOR = 30_000
UNSENT = (OrderState.PAID, OrderState.PREPARING, OrderState.PARTLY_SHIPPED)
Steps = Iterator[tuple[str, Callable[[], World]]]


def possible(rules: Rules, world: World) -> Iterator[tuple[str, World]]:
    """Yield every step that can be taken, with the world after it."""
    for name, step in _tried(rules, world):
        try:
            after = step()
        except (AnxinError, NotDecided):
            continue
        for how, following in courses(rules, world, after):
            yield name + how, canonical(following)


def _tried(rules: Rules, world: World) -> Steps:
    yield from _buyer(rules, world)
    yield from _merchant(rules, world)
    yield from _both_sides(rules, world)
    yield from _platform(rules, world)
    yield from _carrier(rules, world)
    yield from _provider(rules, world)
    yield from _bank(world)
    yield from _insurer(rules, world)
    yield from times(rules, world)
    yield from _outbox(rules, world)


def _outbox(rules: Rules, world: World) -> Steps:
    """Yield the late words, each of which may be heard next."""
    for word in world.words:
        yield f"word reaches {word}", lambda word=word: hear(rules, world, word)  # type: ignore[misc]


# People


def _buyer(rules: Rules, world: World) -> Steps:
    if world.order is OrderState.AWAITING_PAYMENT:
        yield "buyer pays", lambda: _paid(rules, world)
        yield "buyer cancels", lambda: _stepped(rules, world, "cancel")
        return
    for number, wish in enumerate(world.case.wishes):
        asks = f"buyer asks: {wish.claim_type} of {wish.pieces}, {wish.promise}"
        yield asks, lambda number=number: effects.ask(rules, world, number)  # type: ignore[misc]
    if world.order is OrderState.SHIPPED:
        yield "buyer confirms receipt", lambda: received(rules, world)
    if world.open_claim is not None:
        yield from ((f"buyer: {name}", lambda act=act: carry_out(rules, world, act)) for name, act in _BUYERS.items())
        yield "buyer: shows more", lambda: effects.show(rules, world, Party.BUYER)
        yield "buyer calls the platform", lambda: effects.escalate(rules, world, Party.BUYER)
    if world.open_dispute is not None:
        yield "buyer cancels the dispute", lambda: act_dispute(rules, world, dispute_acts.Cancel())
    yield "buyer appeals for freight", lambda: freight.appeal_freight(rules, world)


_BUYERS: dict[str, acts.Act] = {
    "withdraws": acts.Withdraw(),
    "takes the offer": acts.AcceptOffer(),
    "declines the offer": acts.DeclineOffer(),
    "sends back": acts.SendBack("sf", "SF1000000001"),
    "asks for more time": acts.Extend(),
    "has the goods": acts.ConfirmReship(),
}


def _merchant(rules: Rules, world: World) -> Steps:
    claim = world.open_claim
    if world.order in UNSENT and claim is None:
        yield "merchant ships", lambda: _shipped(rules, world)
        if world.case.in_parts and not world.line.shipped:
            yield "merchant ships one piece", lambda: _shipped_one(rules, world)
    if world.holds(AVAILABLE) > 0 and world.payout is None and world.holds(OWED) == 0:
        yield "merchant draws the goods money", lambda: money.pay_out(world)
    if world.holds(OWED) < 0 and not world.sold:
        yield "another order of the shop is settled", lambda: _sold(world)
    if claim is None:
        return
    half = max(claim.refund.minor, claim.terms.worth_minor) // 2
    answers: dict[str, acts.Act] = {
        "agrees": acts.Agree(),
        "offers half": acts.OfferPartial(half),
        "asks for evidence": acts.AskEvidence(),
        "accepts the return": acts.Inspect(claim.returnable_pieces),
        "accepts one piece": acts.InspectPart(1, 1, acts.Refusal.USED),
        "gives the goods back": acts.GiveBack("sf", "SF3000000003"),
        "sends other goods": acts.Reship("sf", "SF2000000002"),
    }
    for name, act in answers.items():
        yield f"merchant {name}", lambda act=act: carry_out(rules, world, act)  # type: ignore[misc]
    why = acts.Refusal.USED if claim.goods_back else acts.Refusal.NO_DEFECT
    yield "merchant refuses", lambda: effects.refuse(rules, world, why)
    if world.case.bears_burden(world.wish):
        yield "merchant shows his paper", lambda: effects.show(rules, world, Party.MERCHANT)


def _both_sides(rules: Rules, world: World) -> Steps:
    """What either side does in a dispute."""
    dispute = world.open_dispute
    if dispute is None:
        return
    facts = effects.case_facts(world)
    for party in (Party.BUYER, Party.MERCHANT):
        share = facts.refundable_minor if party is Party.BUYER else max(1, facts.refundable_minor // 3)
        offer = Verdict(VerdictKind.PARTIAL_REFUND, "settled", share)
        moves: dict[str, dispute_acts.Act] = {
            "shows evidence": dispute_acts.GiveEvidence(party, 1),
            "offers to settle": dispute_acts.Offer(party, offer, facts),
            "takes the settlement": dispute_acts.AcceptOffer(party),
            "declines the settlement": dispute_acts.DeclineOffer(party),
            "stops talking": dispute_acts.StopTalking(party),
            "accepts the verdict": dispute_acts.AcceptVerdict(party),
            "appeals": dispute_acts.Appeal(party, 1, ""),
        }
        for name, act in moves.items():
            yield f"{party} {name}", lambda act=act: act_dispute(rules, world, act)  # type: ignore[misc]


def _platform(rules: Rules, world: World) -> Steps:
    if world.open_claim is not None:
        yield "platform steps in", lambda: effects.escalate(rules, world, Party.PLATFORM)
    elif not world.claimed and world.order not in (OrderState.AWAITING_PAYMENT, OrderState.CANCELLED):
        yield "platform opens a case", lambda: effects.open_case(rules, world)
        if world.order is OrderState.PARTLY_SHIPPED:
            yield "platform opens a case of what waits", lambda: effects.open_case(rules, world, unsent=True)
    dispute = world.open_dispute
    if dispute is not None:
        yield from _arbitration(rules, world, dispute)
    if any(one.state is PayState.WAITING for one in world.money):
        yield "platform fills the fund", lambda: money.fill_fund(world, FUND_FILLED_MINOR)


def _arbitration(rules: Rules, world: World, dispute: Dispute) -> Steps:
    free = next(one for one in ARBITRATORS if one not in {dispute.decided_by, *dispute.judges})
    judge = dispute.arbitrator or free
    both = frozenset({Party.BUYER, Party.MERCHANT})
    moves: dict[str, dispute_acts.Act] = {
        "takes the case": dispute_acts.Take(free),
        "hands the case back": dispute_acts.HandBack(judge),
        "asks for evidence": dispute_acts.AskEvidence(judge, both),
        "signs": dispute_acts.Sign(free),
        "does not sign": dispute_acts.SendBack(free, ""),
        "leaves it to the court": dispute_acts.EndForLaw(""),
    }
    if dispute.state in JUDGED and dispute.arbitrator is not None:
        facts = effects.case_facts(world)
        for verdict in verdicts(rules, world):
            moves[f"decides {verdict.kind}, {verdict.reason}"] = dispute_acts.Decide(judge, verdict, facts)
    for name, act in moves.items():
        yield f"arbitrator {name}", lambda act=act: act_dispute(rules, world, act)  # type: ignore[misc]


def verdicts(rules: Rules, world: World) -> tuple[Verdict, ...]:
    """Return what an arbitrator may think of; what the rules do not allow in the case they refuse."""
    facts, reasons = effects.case_facts(world), rules.book.reasons
    everything, part = facts.refundable_minor, refund_max(reasons["minor_defect"], facts)
    sorry = experience_max(facts, rules.book)
    return (
        Verdict(VerdictKind.FULL_REFUND, "unshipped", everything),
        Verdict(VerdictKind.RETURN_REFUND, "visible_defect", everything, sorry),
        Verdict(VerdictKind.FULL_REFUND, "merchant_silent", everything),
        Verdict(VerdictKind.PARTIAL_REFUND, "minor_defect", part),
        Verdict(VerdictKind.EXCHANGE, "visible_defect", 0, sorry),
        Verdict(VerdictKind.COMPENSATION, "poor_experience", 0, sorry),
        Verdict(VerdictKind.NO_SUPPORT, "merchant_rebutted"),
        Verdict(VerdictKind.NO_SUPPORT, "out_of_time"),
    )


# Parcels, money and insurance


def _carrier(rules: Rules, world: World) -> Steps:
    if world.line.shipped and not world.signed:
        yield "carrier delivers", lambda: world._replace(signed=True)
    if world.open_claim is not None and world.open_claim.goods_back:
        yield "carrier delivers the return", lambda: carry_out(rules, world, acts.ReturnSigned(), now=NOW)
    if world.open_claim is not None:
        yield "carrier delivers what goes back", lambda: carry_out(rules, world, acts.GivenBackSigned(), now=NOW)


def _provider(rules: Rules, world: World) -> Steps:
    for place, one in enumerate(world.money):
        name = f"({one.ref})"
        if money.is_asked(one):
            yield from _provider_acts(rules, world, place)
        if one.truth in (Truth.PAID, Truth.FAILED):
            heard = "provider's word arrives" if money.is_asked(one) else "provider's word arrives again"
            yield f"{heard} {name}", lambda place=place: effects.provider_tells(rules, world, place)  # type: ignore[misc]


def _provider_acts(rules: Rules, world: World, place: int) -> Steps:
    one = world.money[place]
    if one.truth is Truth.UNASKED:
        yield f"provider takes it in hand ({one.ref})", lambda: money.provider_does(world, place, Truth.HELD)
    if one.truth in (Truth.UNASKED, Truth.HELD):
        for truth in (Truth.PAID, Truth.FAILED):
            yield f"provider has {truth}, nobody hears it ({one.ref})", lambda t=truth: _does(world, place, t)  # type: ignore[misc]
    if one.truth is Truth.UNASKED:
        for truth in (Truth.PAID, Truth.FAILED):
            yield (
                f"provider has {truth} and says so ({one.ref})",
                lambda t=truth: effects.provider_tells(rules, _does(world, place, t), place),  # type: ignore[misc]
            )


def _does(world: World, place: int, truth: Truth) -> World:
    return money.provider_does(world, place, truth)


def _bank(world: World) -> Steps:
    if world.payout is not None and world.holds(PAYING_OUT) > 0:
        yield "bank pays the shop", lambda: money.bank_answers(world, paid=True)
        yield "bank refuses the payout", lambda: money.bank_answers(world, paid=False)


def _insurer(rules: Rules, world: World) -> Steps:
    if world.freight is not None and world.freight.claim is InsuranceClaimState.PROCESSING:
        yield "insurer pays", lambda: freight.rule_on_freight(rules, world, paid=True)
        yield "insurer refuses", lambda: freight.rule_on_freight(rules, world, paid=False)


# Time


def times(rules: Rules, world: World) -> Steps:
    """Yield the ringing of every clock that runs."""
    if world.order is OrderState.AWAITING_PAYMENT:
        yield "time: nobody paid", lambda: _stepped(rules, world, "expire")
    for clock in sorted(world.rings):
        yield f"time: {clock}", lambda clock=clock: ring(rules, world, clock)  # type: ignore[misc]
    dispute = world.open_dispute
    if dispute is not None and world.dispute_rings and dispute.clock is not None:
        yield f"time: dispute {dispute.clock}", lambda: ring_dispute(rules, world, dispute.clock)
    if world.order is OrderState.SHIPPED and world.open_claim is None:
        yield "time: receipt", lambda: received(rules, world)
    if world.release is ReleaseState.WAITING:
        yield "time: settlement", lambda: _settled(rules, world)
    for place, one in enumerate(world.money):
        if rules.paying.allows(one.state, "send"):
            yield f"time: pay again ({one.ref})", lambda place=place: pay_again(rules, world, place)  # type: ignore[misc]
    if world.freight is not None and world.freight.claim is InsuranceClaimState.PROCESSING:
        yield "time: the insurer was silent", lambda: freight.rule_on_freight(rules, world, paid=True)
    if world.promise in (ShipPromiseState.WAITING, ShipPromiseState.LATE) and world.open_claim is None:
        yield "time: not shipped as promised", lambda: shipped_late(rules, world)


def ring(rules: Rules, world: World, clock: acts.Clock) -> World:
    """Let a deadline of the claim come: it is gone, whatever the claim makes of it."""
    return carry_out(rules, world._replace(rings=world.rings - {clock}), acts.Expire(clock), now=SOON)


def ring_dispute(rules: Rules, world: World, clock: dispute_acts.Clock | None) -> World:
    """Let the deadline of the dispute come."""
    if clock is None:
        raise NotDecided
    return act_dispute(rules, world._replace(dispute_rings=False), dispute_acts.Expire(clock), now=SOON)


def pay_again(rules: Rules, world: World, place: int) -> World:
    """Try a disbursement once more; one that the order has no money for any more is left to people."""
    try:
        return money.send(rules, world, place)
    except RefundTooLarge:
        one = world.money[place]
        given_up = one._replace(state=rules.paying.after(one.state, "give_up"))
        return world._replace(money=(*world.money[:place], given_up, *world.money[place + 1 :]))


def shipped_late(rules: Rules, world: World) -> World:
    """Let the next stage of a broken shipping promise fall due: paid once, without asking."""
    if world.promise is None or world.stages >= len(world.case.late):
        raise NotDecided
    due = world.case.late[world.stages]
    broken = world.promise is ShipPromiseState.WAITING
    promise = SHIP_PROMISE_LIFE.after(world.promise, "break") if broken else world.promise
    stated_minor = world.stated_minor + due.amount_minor
    late = world._replace(promise=promise, stages=world.stages + 1, stated_minor=stated_minor)
    wanted = Money(MoneyKind.COMPENSATION, f"late {due.stage}", due.amount_minor, COMPENSATION_PAYERS)
    return money.disburse(rules, late, wanted)


# Orders


def _paid(rules: Rules, world: World) -> World:
    paid = _stepped(rules, world, "pay")
    part = OrderPart(ORDER, SHOP, world.case.paid_minor)
    promise = ShipPromiseState.WAITING if world.case.late else None
    return money.post(paid, captured(ORDER, (part,)))._replace(promise=promise)


def _shipped(rules: Rules, world: World) -> World:
    line = world.line
    sent = line._replace(shipped=world.case.line.quantity - line.unsent)
    promise = SHIP_PROMISE_LIFE.after(world.promise, "ship") if world.promise else None
    return _stepped(rules, world, "ship_rest")._replace(line=sent, promise=promise, signed=False)


def _shipped_one(rules: Rules, world: World) -> World:
    """Let the first piece leave, and with it whatever else was ordered."""
    if world.case.line.quantity - world.line.unsent <= 1:
        raise NotDecided
    return _stepped(rules, world, "ship_part")._replace(line=world.line._replace(shipped=1))


def received(rules: Rules, world: World) -> World:
    """Let an order be received, by its buyer or by time; settlement is told."""
    return effects.say(_stepped(rules, world, "receive"), Word("settlement", "receipt"))


def _settled(rules: Rules, world: World) -> World:
    """Let the time of settlement come; once goods money is there, what the shop owes the fund is taken from it."""
    after = money.settle(rules, world)
    return effects.say(after, Word("recourse", "settlement")) if after.release is ReleaseState.RELEASED else after


def _sold(world: World) -> World:
    return effects.say(money.sell_elsewhere(world, SOLD_MINOR), Word("recourse", "settlement"))


def _stepped(rules: Rules, world: World, verb: str) -> World:
    return world._replace(order=rules.orders.after(world.order, verb))
