"""What follows from a turn: the effects of claims and disputes, carried out on a world as the commands do on rows.

Events between modules are delivered at once here; what comes late or twice are clocks, carriers, insurer and provider.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from anxin.market.guarantee.domain import claim_acts as acts
from anxin.market.guarantee.domain import dispute_acts
from anxin.market.guarantee.domain.asking import may_be_asked
from anxin.market.guarantee.domain.claim_acts import News, Party, Purse
from anxin.market.guarantee.domain.claim_life import Claim
from anxin.market.guarantee.domain.claim_life import Turn as ClaimTurn
from anxin.market.guarantee.domain.claims import draft
from anxin.market.guarantee.domain.compensation import SHIP_PROMISE_LIFE, ShipPromiseState
from anxin.market.guarantee.domain.deciding import Outcome, terms_of
from anxin.market.guarantee.domain.dispute import Dispute, DisputeState
from anxin.market.guarantee.domain.dispute import Turn as DisputeTurn
from anxin.market.guarantee.domain.facts import ClaimType, Payer
from anxin.market.guarantee.domain.insurance import POLICY_LIFE, InsuranceClaimState, PolicyState
from anxin.market.guarantee.domain.paying import MoneyKind
from anxin.market.guarantee.domain.verdicts import CaseFacts, ruling_of
from anxin.market.guarantee.domain.waterfall import COMPENSATION_PAYERS, REFUND_PAYERS
from anxin.market.guarantee.explore import money
from anxin.market.guarantee.explore.rules import Rules
from anxin.market.guarantee.explore.world import BUYER, CLAIM, NOW, SHOP, Freight, Line, Money, World, line_facts
from anxin.market.orders.errors import RefundBeyondOrder, TooManyPieces
from anxin.market.orders.queries import OrderState, step_after_refund

FREIGHT_MINOR = 800
KINDS = {Purse.REFUND: MoneyKind.REFUND, Purse.COMPENSATION: MoneyKind.COMPENSATION}


class NotDecided(Exception):
    """The rules do not give what is wished for now."""


# Claims


def ask(rules: Rules, world: World, wish: int) -> World:
    """Let the buyer apply, or modify what is open. Raises NotDecided and what the machine raises."""
    facts, open_claim, certificate = world.case.wishes[wish], world.open_claim, world.case.certificate
    if not rules.may_be_asked(certificate, facts.promise):
        raise NotDecided
    line = line_facts(world)
    if open_claim is not None:  # a claim that is decided anew is neither its own obstacle nor one of its attempts
        line = replace(line, open_claim_id=None, attempts=max(0, line.attempts - 1))
    decision = rules.decide(certificate, line, facts, now=NOW)
    if decision.outcome not in (Outcome.GRANT, Outcome.REVIEW):
        raise NotDecided
    terms = terms_of(facts, decision, line)
    granted_minor = decision.compensation_minor if may_be_asked(certificate, facts.promise) else 0  # stated already
    asked = world._replace(wish=wish, attempts=world.attempts + 1, granted_minor=granted_minor)
    if open_claim is not None:
        asked = carry_out(rules, asked, acts.Modify(terms))
    else:
        turn = rules.act_claim(draft(terms), acts.Apply(terms, world.attempts + 1), now=NOW)
        asked = _carry_on(rules, asked._replace(claimed=world.claimed + 1, dispute=None, rings=frozenset()), turn)
    return carry_out(rules, asked, acts.Agree(automatic=True)) if decision.outcome is Outcome.GRANT else asked


def carry_out(rules: Rules, world: World, step: acts.Act, *, now: Any = NOW) -> World:
    """Let an act happen to the claim, and all that follows. Raises what the machine raises."""
    claim = world.claim
    if claim is None:
        raise NotDecided
    turn = rules.act_claim(claim, step, now=now)
    return world if turn == ClaimTurn(claim) else _carry_on(rules, world, turn)


def _carry_on(rules: Rules, world: World, turn: ClaimTurn) -> World:
    world, told = world._replace(claim=turn.claim), []
    for effect in turn.effects:
        if isinstance(effect, acts.Tell):
            told.append(effect.news)
        else:
            world = _DO.get(type(effect), _nothing)(rules, world, effect)
    for news in told:
        world = _hear(rules, world, news)
    return world


def _nothing(rules: Rules, world: World, effect: Any) -> World:  # noqa: ARG001 - notes, stock and parcels move nothing here
    return world


def _set_clock(rules: Rules, world: World, effect: acts.SetClock) -> World:  # noqa: ARG001
    return world._replace(rings=world.rings | {effect.clock})


def _stop_clock(rules: Rules, world: World, effect: acts.StopClock) -> World:  # noqa: ARG001
    return world._replace(rings=world.rings - {effect.clock})


def _hold_order(rules: Rules, world: World, effect: acts.HoldOrder) -> World:  # noqa: ARG001
    return world._replace(line=world.line._replace(claimed=True))


def _free_order(rules: Rules, world: World, effect: acts.FreeOrder) -> World:  # noqa: ARG001
    return world._replace(line=world.line._replace(claimed=False))


def _deduct(rules: Rules, world: World, effect: acts.Deduct) -> World:
    """The line loses money and pieces, and its order takes the step that follows. Raises as orders does."""
    claim, line = _claim(world), world.line
    unsent = effect.pieces if claim.remedy is ClaimType.REFUND_UNSHIPPED else 0
    left_minor = world.case.paid_minor - line.refunded_minor
    if not 0 <= effect.refund_minor <= left_minor:
        raise RefundBeyondOrder(left_minor)
    quantity = world.case.line.quantity
    taken = Line(
        line.shipped,
        line.unsent + unsent,
        line.refunded_pieces + effect.pieces,
        line.refunded_minor + effect.refund_minor,
        line.claimed,
    )
    if taken.refunded_pieces > quantity or taken.shipped + taken.unsent > quantity:
        raise TooManyPieces(CLAIM)
    return _follow(rules, world._replace(line=taken))


def _follow(rules: Rules, world: World) -> World:
    """Take the step of the order's life that a refund makes necessary, if any."""
    line, quantity = world.line, world.case.line.quantity
    verb = step_after_refund(
        world.order,
        unsent=line.unsent == quantity and not world.case.other_minor,
        all_back=line.refunded_minor == world.case.paid_minor,
        waiting=line.shipped + line.unsent < quantity,
    )
    if verb is None:
        return world
    order = rules.orders.after(world.order, verb)
    promise = world.promise
    if order is OrderState.CANCELLED and promise is not None and SHIP_PROMISE_LIFE.allows(promise, "close"):
        promise = ShipPromiseState.CLOSED
    return world._replace(order=order, promise=promise)


def _refund(rules: Rules, world: World, effect: acts.Refund) -> World:
    entry = world.case.certificate.entry(world.case.wishes[world.wish].promise)
    payers = entry.terms.payers if entry is not None and entry.terms is not None else REFUND_PAYERS
    wanted = Money(MoneyKind.REFUND, world.debt_ref(Purse.REFUND), effect.minor, payers)
    return money.disburse(rules, world, wanted)


def _compensate(rules: Rules, world: World, effect: acts.Compensate) -> World:
    ref = world.debt_ref(Purse.COMPENSATION)
    return money.disburse(rules, world, Money(MoneyKind.COMPENSATION, ref, effect.minor, COMPENSATION_PAYERS))


_DO: Mapping[type[Any], Callable[[Rules, World, Any], World]] = {
    acts.SetClock: _set_clock,
    acts.StopClock: _stop_clock,
    acts.HoldOrder: _hold_order,
    acts.FreeOrder: _free_order,
    acts.Deduct: _deduct,
    acts.Refund: _refund,
    acts.Compensate: _compensate,
}


def _hear(rules: Rules, world: World, news: News) -> World:
    """Let disputes and the insurance hear of what happened to the claim."""
    match news:
        case News.AGREED:
            return tell_dispute(rules, world, dispute_acts.ClaimAgreed())
        case News.RETURNED:
            return _open_freight(world)
        case News.DONE:
            return tell_dispute(rules, _submit_freight(world), dispute_acts.ClaimEnded())
        case News.CLOSED:
            return tell_dispute(rules, _drop_freight(rules, world), dispute_acts.ClaimEnded(closed=True))
        case _:
            return world


def _claim(world: World) -> Claim:
    if world.claim is None:
        raise NotDecided
    return world.claim


# Money arrives or fails


def provider_tells(rules: Rules, world: World, place: int) -> World:
    """Let the provider's word arrive and be passed on; a word that says nothing new changes nothing."""
    world, arrived = money.provider_tells(rules, world, place)
    one = world.money[place]
    if arrived is None or world.claim is None:
        return world
    purse = next((purse for purse in Purse if (KINDS[purse], world.debt_ref(purse)) == (one.kind, one.ref)), None)
    if purse is None:
        return world
    round_now = world.claim.debt(purse).round
    return carry_out(rules, world, acts.MoneyArrived(purse) if arrived else acts.MoneyFailed(purse, round_now))


# Disputes


def escalate(rules: Rules, world: World, by: Party) -> World:
    """Let the buyer call the platform, or the platform step in: a dispute begins, unless one is open already."""
    called = carry_out(rules, world, acts.Escalate(by))
    running = called.open_dispute
    if running is not None and running.state is not DisputeState.EXECUTING:
        return called
    if running is not None:
        called = act_dispute(rules, called, dispute_acts.ClaimDisputedAgain())
    claim = _claim(called)
    case = Dispute(
        id=CLAIM,
        claim_id=CLAIM,
        shop_id=SHOP,
        buyer_id=BUYER,
        asked_minor=claim.terms.refund_minor,
        rules=rules.book.name,
        fresh=claim.terms.closes_without_evidence,
        opened_by=by,
        opened_at=NOW,
        buyer_pieces=1 if world.case.wishes[world.wish].evidence else 0,
    )
    turn = rules.open_dispute(case, rules.book, now=NOW)
    return _carry_dispute(rules, called, turn)


def act_dispute(rules: Rules, world: World, what: dispute_acts.Act, *, now: Any = NOW) -> World:
    """Let an act happen to the dispute, and all that follows. Raises what the machine raises."""
    dispute = world.dispute
    if dispute is None:
        raise NotDecided
    turn = rules.act_dispute(dispute, what, rules.book, now=now)
    return world if turn == DisputeTurn(dispute) else _carry_dispute(rules, world, turn)


def tell_dispute(rules: Rules, world: World, what: dispute_acts.Act) -> World:
    """Let an open dispute hear of its claim."""
    return act_dispute(rules, world, what) if world.open_dispute is not None else world


def case_facts(world: World) -> CaseFacts:
    """Return what a verdict is checked against."""
    terms, dispute = _claim(world).terms, world.dispute
    buyer, merchant = (dispute.buyer_pieces, dispute.merchant_pieces) if dispute else (0, 0)
    return CaseFacts(
        paid_minor=terms.worth_minor,
        refundable_minor=terms.refund_max_minor,
        shipped=terms.type is not ClaimType.REFUND_UNSHIPPED,
        fresh=terms.closes_without_evidence,
        buyer_shows=frozenset({"photo"} if buyer else ()),
        merchant_shows=frozenset({"logistics"} if merchant else ()),
    )


def _carry_dispute(rules: Rules, world: World, turn: DisputeTurn) -> World:
    world = world._replace(dispute=turn.dispute)
    for effect in turn.effects:
        match effect:
            case dispute_acts.SetClock():
                world = world._replace(dispute_rings=True)
            case dispute_acts.StopClock():
                world = world._replace(dispute_rings=False)
            case dispute_acts.ExecuteVerdict():
                ruling = ruling_of(effect.verdict, _claim(world).terms.type)
                world = world._replace(granted_minor=effect.verdict.compensation_minor)
                world = carry_out(rules, world, ruling)
            case dispute_acts.CloseClaim():
                world = carry_out(rules, world, acts.Withdraw())
            case _:
                pass
    return world


# The insurance of the way back


def _open_freight(world: World) -> World:
    freight = world.freight
    if freight is None or freight.policy is PolicyState.CANCELLED or (freight.claim and not freight.gave_up):
        return world
    return world._replace(freight=Freight(freight.policy, InsuranceClaimState.OPEN))


def _submit_freight(world: World) -> World:
    freight = world.freight
    if freight is None or freight.claim is not InsuranceClaimState.OPEN:
        return world
    return world._replace(freight=replace(freight, claim=InsuranceClaimState.PROCESSING))


def _drop_freight(rules: Rules, world: World) -> World:
    freight = world.freight
    if freight is None or freight.claim is not InsuranceClaimState.OPEN:
        return world
    failed = rules.insured.after(freight.claim, "fail")
    return world._replace(freight=replace(freight, claim=failed, gave_up=True))


def rule_on_freight(rules: Rules, world: World, *, paid: bool) -> World:
    """Let the insurer rule, or its silence pay. Raises IllegalStep for a ruling on what is not before it."""
    freight = world.freight
    if freight is None or freight.claim is None:
        raise NotDecided
    following = rules.insured.after(freight.claim, "pay" if paid else "fail")
    if not paid:
        return world._replace(freight=replace(freight, claim=following))
    policy = POLICY_LIFE.after(freight.policy, "pay")
    world = world._replace(freight=Freight(policy, following), stated_minor=world.stated_minor + FREIGHT_MINOR)
    wanted = Money(MoneyKind.COMPENSATION, "freight", FREIGHT_MINOR, (Payer.INSURER,))
    return money.disburse(rules, world, wanted)


def appeal_freight(rules: Rules, world: World) -> World:
    """Let the buyer hand in another tracking number after the insurer refused. Raises IllegalStep."""
    freight = world.freight
    if freight is None or freight.claim is None or freight.gave_up:
        raise NotDecided
    again = rules.insured.after(rules.insured.after(freight.claim, "appeal"), "submit")
    return world._replace(freight=replace(freight, claim=again))
