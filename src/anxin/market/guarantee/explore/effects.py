"""What follows from a turn: the effects of claims and disputes, carried out on a world as the commands do on rows.

What other modules are told goes into the world's outbox (`words`); `hearing.py` delivers it.
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
from anxin.market.guarantee.domain.claim_moves import not_paid
from anxin.market.guarantee.domain.claims import draft
from anxin.market.guarantee.domain.compensation import SHIP_PROMISE_LIFE, ShipPromiseState
from anxin.market.guarantee.domain.deciding import Outcome, burden_moved, kind_of_case, terms_of, terms_of_case
from anxin.market.guarantee.domain.dispute import Dispute, DisputeState
from anxin.market.guarantee.domain.dispute import Turn as DisputeTurn
from anxin.market.guarantee.domain.facts import Evidence
from anxin.market.guarantee.domain.paying import MoneyKind
from anxin.market.guarantee.domain.verdicts import CaseFacts, ruling_of
from anxin.market.guarantee.domain.waterfall import COMPENSATION_PAYERS, REFUND_PAYERS
from anxin.market.guarantee.explore import money
from anxin.market.guarantee.explore.rules import Rules
from anxin.market.guarantee.explore.world import (
    BUYER,
    CLAIM,
    NOBODYS_WISH,
    NOW,
    SHOP,
    Line,
    Money,
    Word,
    World,
    line_facts,
)
from anxin.market.orders.errors import RefundBeyondOrder, TooManyPieces
from anxin.market.orders.queries import OrderState, step_after_refund

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
        fresh = asked._replace(claimed=world.claimed + 1, rings=frozenset(), papers=frozenset())
        asked = _carry_on(rules, fresh._replace(dispute=None, dispute_rings=False), turn)
    return carry_out(rules, asked, acts.Agree(automatic=True)) if decision.outcome is Outcome.GRANT else asked


def open_case(rules: Rules, world: World, *, unsent: bool = False) -> World:
    """Let the platform step in where nobody has claimed: it opens a claim, and a dispute over it."""
    line = line_facts(world)
    pieces = line.pieces_for(kind_of_case(line, unsent=unsent))
    terms = terms_of_case(line, pieces, unsent=unsent)
    turn = rules.act_claim(draft(terms), acts.Apply(terms, max(1, world.attempts)), now=NOW)
    fresh = world._replace(
        claimed=world.claimed + 1,
        wish=NOBODYS_WISH,
        granted_minor=0,
        rings=frozenset(),
        papers=frozenset(),
        dispute=None,
        dispute_rings=False,
    )
    return escalate(rules, _carry_on(rules, fresh, turn), Party.PLATFORM)


def refuse(rules: Rules, world: World, reason: acts.Refusal) -> World:
    """Let the merchant refuse; where he bears the burden of proof that may be an agreement, or a question to the buyer."""
    claim = _claim(world)
    moved = None if claim.goods_back or world.wish == NOBODYS_WISH else _burden(rules, world)
    if moved is Outcome.GRANT:
        return carry_out(rules, world, acts.Agree(automatic=True))
    return carry_out(rules, world, acts.AskEvidence() if moved is Outcome.NEED_EVIDENCE else acts.Refuse(reason))


def _burden(rules: Rules, world: World) -> Outcome | None:
    facts = world.case.wishes[world.wish]
    theirs = frozenset({Evidence.TEST_REPORT}) if Party.BUYER in world.papers else frozenset()
    ours = frozenset({Evidence.PURCHASE_INVOICE}) if Party.MERCHANT in world.papers else frozenset()
    said = replace(facts, evidence=facts.evidence | theirs, merchant_evidence=ours, merchant_refused=True)
    line = replace(line_facts(world), open_claim_id=None, attempts=max(0, world.attempts - 1))
    return burden_moved(rules.decide(world.case.certificate, line, said, now=NOW))


def show(rules: Rules, world: World, party: Party) -> World:
    """Let a side show what a burden of proof may ask of it."""
    shown = carry_out(rules, world, acts.AddEvidence(party))
    has_burden = world.case.bears_burden(world.wish)
    return shown._replace(papers=world.papers | {party}) if has_burden else shown


def carry_out(rules: Rules, world: World, step: acts.Act, *, now: Any = NOW) -> World:
    """Let an act happen to the claim, and all that follows. Raises what the machine raises."""
    claim = world.claim
    if claim is None:
        raise NotDecided
    turn = rules.act_claim(claim, step, now=now)
    return world if turn == ClaimTurn(claim) else _carry_on(rules, world, turn)


def _carry_on(rules: Rules, world: World, turn: ClaimTurn) -> World:
    world = world._replace(claim=turn.claim)
    for effect in turn.effects:
        world = _DO.get(type(effect), _nothing)(rules, world, effect)
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
    unsent = claim.unsent_of(effect.pieces)
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
    stated = world.wish != NOBODYS_WISH
    entry = world.case.certificate.entry(world.case.wishes[world.wish].promise) if stated else None
    payers = entry.terms.payers if entry is not None and entry.terms is not None else REFUND_PAYERS
    wanted = Money(MoneyKind.REFUND, world.debt_ref(Purse.REFUND), effect.minor, payers)
    return money.disburse(rules, world, wanted)


def _compensate(rules: Rules, world: World, effect: acts.Compensate) -> World:
    """Pay on top; after a part was refunded that is also the price of goods that the shop kept."""
    claim, ref = _claim(world), world.debt_ref(Purse.COMPENSATION)
    if claim.refund.arrived and all(one.ref != ref for one in world.money):
        kept_minor = min(not_paid(claim, claim.terms.refund_max_minor), effect.minor)
        granted_minor = world.granted_minor + kept_minor
        world = world._replace(granted_minor=granted_minor, kept_minor=world.kept_minor + kept_minor)
    return money.disburse(rules, world, Money(MoneyKind.COMPENSATION, ref, effect.minor, COMPENSATION_PAYERS))


_DO: Mapping[type[Any], Callable[[Rules, World, Any], World]] = {
    acts.SetClock: _set_clock,
    acts.StopClock: _stop_clock,
    acts.HoldOrder: _hold_order,
    acts.FreeOrder: _free_order,
    acts.Deduct: _deduct,
    acts.Refund: _refund,
    acts.Compensate: _compensate,
    acts.Tell: lambda _, world, effect: _tell(world, effect.news),
}


_HEARD = {News.AGREED: ("dispute",), News.RETURNED: ("insurance",), News.DONE: ("dispute", "insurance")}
_HEARD[News.CLOSED] = _HEARD[News.DONE]


def _tell(world: World, news: News) -> World:
    """Write down what disputes and the insurance are told of the claim; what they could never act on is left out."""
    there = {"dispute": world.open_claim is not None or world.open_dispute is not None, "insurance": world.freight}
    words = tuple(Word(to, news, world.claimed) for to in _HEARD.get(news, ()) if there[to])
    return say(world, *words)


def say(world: World, *words: Word) -> World:
    """Put events into the outbox, in the transaction that made them true."""
    return world._replace(words=(*world.words, *words))


def _claim(world: World) -> Claim:
    if world.claim is None:
        raise NotDecided
    return world.claim


# Money arrives or fails


def provider_tells(rules: Rules, world: World, place: int) -> World:
    """Let payments hear the provider's word and pass it on; a word that says nothing new changes nothing."""
    world, arrived = money.provider_tells(rules, world, place)
    if arrived is None:
        return world
    what = "payment" if arrived else "failure"
    return say(world, Word("money", what, place, world.money[place].attempts))


def note_money(rules: Rules, world: World, word: Word) -> World:
    """Let a disbursement hear of its attempt, and pass it on to its claim."""
    note = money.note_arrived if word.what == "payment" else money.note_failed
    noted = note(rules, world, word.about, word.attempt)
    if noted == world or purse_of(world, word.about) is None:
        return noted
    return say(noted, word._replace(to="claim"))


def note_paid(rules: Rules, world: World, word: Word) -> World:
    """Let the claim hear of its money."""
    purse = purse_of(world, word.about)
    if purse is None or world.claim is None:
        return world
    round_now = world.claim.debt(purse).round
    paid = word.what == "payment"
    return carry_out(rules, world, acts.MoneyArrived(purse) if paid else acts.MoneyFailed(purse, round_now))


def purse_of(world: World, place: int) -> Purse | None:
    """Return which purse of the present claim a disbursement fills."""
    one = world.money[place]
    return next((purse for purse in Purse if (KINDS[purse], world.debt_ref(purse)) == (one.kind, one.ref)), None)


# Disputes


def escalate(rules: Rules, world: World, by: Party) -> World:
    """Let the buyer call the platform, or the platform step in: a dispute begins, unless one is open already."""
    called = carry_out(rules, world, acts.Escalate(by))
    running = called.open_dispute
    claim = _claim(called)
    asked_minor = not_paid(claim, claim.terms.refund_minor)
    if running is not None and running.state is not DisputeState.EXECUTING:
        return called._replace(dispute=replace(running, asked_minor=asked_minor))
    if running is not None:
        called = act_dispute(rules, called, dispute_acts.ClaimDisputedAgain())
    case = Dispute(
        id=CLAIM,
        claim_id=CLAIM,
        shop_id=SHOP,
        buyer_id=BUYER,
        asked_minor=asked_minor,
        rules=rules.book.name,
        fresh=claim.terms.closes_without_evidence,
        opened_by=by,
        opened_at=NOW,
        buyer_pieces=1 if world.wish != NOBODYS_WISH and world.case.wishes[world.wish].evidence else 0,
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
    claim, dispute = _claim(world), world.dispute
    terms = claim.terms
    buyer, merchant = (dispute.buyer_pieces, dispute.merchant_pieces) if dispute else (0, 0)
    return CaseFacts(
        paid_minor=not_paid(claim, terms.worth_minor),
        refundable_minor=not_paid(claim, terms.refund_max_minor),
        shipped=claim.unsent_of(terms.pieces) < terms.pieces,
        fresh=terms.closes_without_evidence,
        buyer_shows=frozenset({"photo"} if buyer else ()),
        merchant_shows=frozenset({"logistics"} if merchant else ()),
        goods_back=claim.goods_back,
        part_accepted=claim.accepted_pieces is not None,
        compensated=claim.compensation.arrived,
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
