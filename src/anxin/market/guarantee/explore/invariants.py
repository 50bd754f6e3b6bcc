"""What must be true of every world, each as a function with a sentence."""

from collections.abc import Callable, Iterable
from itertools import permutations
from typing import Any

from anxin.kernel.errors import AnxinError
from anxin.market.guarantee.domain import claim_acts as acts
from anxin.market.guarantee.domain import dispute_acts
from anxin.market.guarantee.domain.claim_acts import Party, Purse
from anxin.market.guarantee.domain.claim_life import Claim, ClaimState, Turn
from anxin.market.guarantee.domain.dispute import Dispute, DisputeState, whose_turn
from anxin.market.guarantee.domain.dispute import Turn as DisputeTurn
from anxin.market.guarantee.domain.paying import MoneyKind, PayState
from anxin.market.guarantee.domain.verdicts import check_verdict
from anxin.market.guarantee.explore import effects, money, steps
from anxin.market.guarantee.explore.drift import BUYER_ALONE, EVERYBODY, NOBODY, Drift, worth_to_buyer
from anxin.market.guarantee.explore.hearing import hear, heard
from anxin.market.guarantee.explore.rules import Rules
from anxin.market.guarantee.explore.search import Invariant
from anxin.market.guarantee.explore.world import NOW, OWED, SOON, Word, World, canonical
from anxin.market.ledger.commands import (
    COMPENSATION_IN_FLIGHT,
    ESCROW,
    GATEWAY_CLEARING,
    GUARANTEE_FUND,
    RECOURSE,
    REFUNDS_IN_FLIGHT,
)
from anxin.market.orders.queries import OrderState
from anxin.market.settlement.queries import ReleaseState

MERCHANTS_TURN = frozenset(
    {ClaimState.APPLIED, ClaimState.RETURN_SENT, ClaimState.AWAITING_RESHIP, ClaimState.AWAITING_GIVE_BACK}
)
BEFORE_VERDICT = frozenset(
    {DisputeState.NEGOTIATION, DisputeState.EVIDENCE_WANTED, DisputeState.DECIDING, DisputeState.APPEALED}
)


class Proof:
    """The invariants of the guarantee under one set of machines."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.drift = Drift(rules)
        self._seen: dict[tuple[str, Claim | Dispute | None], bool] = {}

    def invariants(self) -> tuple[Invariant[World], ...]:
        """Return them all."""
        every = (
            self.one_harm_is_refunded_once,
            self.no_more_than_paid_and_stated,
            self.refunds_are_taken_off_the_line,
            self.claims_that_are_done_have_their_money,
            self.whatever_is_open_has_an_owner,
            self.whatever_is_open_has_a_clock,
            self.whatever_is_open_has_an_exit,
            self.late_words_are_heard,
            self.what_the_shop_holds_is_paid_or_given_back,
            self.who_bears_the_burden_shows_before_he_refuses,
            self.journals_balance,
            self.every_coin_is_somewhere,
            self.silence_of_the_merchant_costs_the_buyer_nothing,
            self.a_silent_merchant_cannot_win_a_dispute,
            self.late_and_repeated_timers_change_nothing,
            self.repeated_words_of_the_provider_change_nothing,
        )
        return tuple(Invariant(holds) for holds in every)

    # Money

    def one_harm_is_refunded_once(self, world: World) -> bool:
        """No disbursement is paid twice by the provider; refunds of a line and what it was kept for are at most its cost."""
        refunds = sum(one.minor for one in world.money if one.kind is MoneyKind.REFUND and one.paid_times)
        paid_once = all(one.paid_times <= 1 for one in world.money)
        return paid_once and refunds + world.kept_minor <= world.case.line_minor

    def no_more_than_paid_and_stated(self, world: World) -> bool:
        """The buyer is never refunded and compensated more than was paid and the compensation that was stated."""
        paid_out = dict.fromkeys(MoneyKind, 0)
        for one in world.money:
            paid_out[one.kind] += one.minor * max(one.paid_times, one.is_out)
        return (
            paid_out[MoneyKind.REFUND] <= world.case.paid_minor
            and paid_out[MoneyKind.COMPENSATION] <= world.stated_minor
        )

    def refunds_are_taken_off_the_line(self, world: World) -> bool:
        """What was taken off the line is what is refunded, to the last fen."""
        return world.line.refunded_minor == sum(one.minor for one in world.money if one.kind is MoneyKind.REFUND)

    def claims_that_are_done_have_their_money(self, world: World) -> bool:
        """A claim is done only when the buyer has its money, and one that came to nothing has none."""
        claim = world.claim
        if claim is None or claim.is_open:
            return True
        refs = {world.debt_ref(purse): claim.debt(purse) for purse in Purse}
        moved = {one.ref: one for one in world.money if one.ref in refs}
        if claim.state is ClaimState.CLOSED:
            return not moved
        return all(
            not debt.minor or (ref in moved and moved[ref].state is PayState.ARRIVED and moved[ref].minor == debt.minor)
            for ref, debt in refs.items()
        )

    def journals_balance(self, world: World) -> bool:
        """Every journal sums to nothing, and so does the whole ledger."""
        return not world.off and sum(world.books) == 0

    def every_coin_is_somewhere(self, world: World) -> bool:
        """Escrow, what is in flight, the shop, the fund and its debts hold exactly what came in and has not left."""
        case, paid = world.case, world.order is not OrderState.AWAITING_PAYMENT
        captured = case.paid_minor if paid and world.holds(GATEWAY_CLEARING) else 0
        flying = {
            kind: sum(one.minor for one in world.money if one.kind is kind and money.is_asked(one))
            for kind in MoneyKind
        }
        back = world.refunded_minor() - flying[MoneyKind.REFUND]
        released = world.release is ReleaseState.RELEASED
        escrow = 0 if released or not captured else captured - world.refunded_minor()
        return (
            world.holds(ESCROW) == escrow
            and world.holds(REFUNDS_IN_FLIGHT) == flying[MoneyKind.REFUND]
            and world.holds(COMPENSATION_IN_FLIGHT) == flying[MoneyKind.COMPENSATION]
            and (not captured or world.holds(GATEWAY_CLEARING) == back - captured)
            and world.holds(RECOURSE) == -world.holds(OWED)
            and world.holds(GUARANTEE_FUND) >= 0
        )

    # Nobody waits for ever

    def whatever_is_open_has_an_owner(self, world: World) -> bool:
        """Somebody has to act in every state that is not an end, and nobody in one that is."""
        claim, dispute = world.claim, world.open_dispute
        if claim is not None and claim.is_open is (claim.owner is None):
            return False
        return dispute is None or bool(whose_turn(dispute))

    def whatever_is_open_has_a_clock(self, world: World) -> bool:
        """Exactly one clock runs for every claim that is not over, its own or its dispute's, and its deadline is written."""
        claim, dispute = world.open_claim, world.open_dispute
        told = any(word.to == "dispute" for word in world.words)  # late: the dispute's clock runs until it hears
        if claim is None:
            return not world.rings and (dispute is None or told)
        if claim.state is ClaimState.DISPUTED:
            return not world.rings and dispute is not None and dispute.clock is not None and world.dispute_rings
        own = claim.clock is not None and claim.due_at is not None and world.rings == {claim.clock}
        return own and (told or not world.dispute_rings)

    def whatever_is_open_has_an_exit(self, world: World) -> bool:
        """With both sides silent every claim still comes to its end, and what is owed then is paid."""
        return world.open_claim is None or self.drift.end(world, NOBODY) is not None

    def late_words_are_heard(self, world: World) -> bool:
        """Every event between modules can be heard whenever it comes, and in which order two come decides nothing."""
        if not world.words:
            return True
        try:
            ends = {canonical(self._heard(world, order)) for order in permutations(world.words)}
        except AnxinError:
            return False
        return len(ends) == 1

    def _heard(self, world: World, order: Iterable[Word]) -> World:
        for word in order:
            world = heard(self.rules, hear(self.rules, world, word), beyond=len(world.words) - 1)
        return world

    # Goods and proof

    def what_the_shop_holds_is_paid_or_given_back(self, world: World) -> bool:
        """When a claim is over the shop holds nothing of the buyer's that it did not accept."""
        claim = world.claim
        if claim is None or claim.is_open or not claim.goods_back:
            return True
        return claim.state is ClaimState.DONE and not claim.unaccepted_pieces

    def who_bears_the_burden_shows_before_he_refuses(self, world: World) -> bool:
        """Where a promise asks the merchant for a paper, no claim is refused that he has not shown one for."""
        claim = world.open_claim
        refused = claim is not None and claim.state is ClaimState.REFUSED
        return not refused or not world.case.bears_burden(world.wish) or Party.MERCHANT in world.papers

    # Silence

    def silence_of_the_merchant_costs_the_buyer_nothing(self, world: World) -> bool:
        """Where it is the merchant's turn, his silence brings the buyer at least what his agreement would have."""
        claim = world.open_claim
        if claim is None or claim.state not in MERCHANTS_TURN:
            return True
        silent, agreed = self.drift.end(world, BUYER_ALONE), self.drift.end(world, EVERYBODY)
        return silent is not None and agreed is not None and worth_to_buyer(silent) >= worth_to_buyer(agreed)

    def a_silent_merchant_cannot_win_a_dispute(self, world: World) -> bool:
        """While a merchant has shown nothing, the book lets the platform give the buyer everything."""
        claim, dispute = world.open_claim, world.open_dispute
        if claim is None or claim.state is not ClaimState.DISPUTED or dispute is None:
            return True
        if dispute.state not in BEFORE_VERDICT or dispute.merchant_pieces:
            return True
        facts, book = effects.case_facts(world), self.rules.book
        allowed = [one for one in steps.verdicts(self.rules, world) if not check_verdict(one, facts, book)]
        return any(one.refund_minor >= dispute.asked_minor for one in allowed)

    # Late and twice

    def late_and_repeated_timers_change_nothing(self, world: World) -> bool:
        """A clock that does not run, runs still, or rang before, changes nothing and asks nothing of the world."""
        return self._known(self._claims_timers, world.claim) and self._known(self._disputes_timers, world.dispute)

    def _known(self, holds: Callable[[Any], bool], part: Claim | Dispute | None) -> bool:
        """Return what is true of a part of many worlds, looked at once."""
        key = (holds.__name__, part)
        if key not in self._seen:
            self._seen[key] = holds(part)
        return self._seen[key]

    def _claims_timers(self, claim: Claim | None) -> bool:
        if claim is None:
            return True
        still = Turn(claim)
        return all(
            self.rules.act_claim(claim, acts.Expire(clock), now=NOW if clock is claim.clock else SOON) == still
            for clock in acts.Clock
        )

    def _disputes_timers(self, dispute: Dispute | None) -> bool:
        if dispute is None:
            return True
        still = DisputeTurn(dispute)
        moments = {clock: NOW if clock is dispute.clock else SOON for clock in dispute_acts.Clock}
        return all(
            self.rules.act_dispute(dispute, dispute_acts.Expire(clock), self.rules.book, now=moment) == still
            for clock, moment in moments.items()
        )

    def repeated_words_of_the_provider_change_nothing(self, world: World) -> bool:
        """What the provider said before, and what it says of an attempt that was given up, moves nothing."""
        heard = [place for place, one in enumerate(world.money) if one.sent is not None and not money.is_asked(one)]
        try:
            if any(effects.provider_tells(self.rules, world, place) != world for place in heard):
                return False
        except AnxinError:  # nobody is there who could be told: it would be told for ever
            return False
        return self._known(self._claims_old_words, world.claim)

    def _claims_old_words(self, claim: Claim | None) -> bool:
        return claim is None or all(
            self.rules.act_claim(claim, word, now=NOW) == Turn(claim)
            for purse in Purse
            for word in self._old_words(claim, purse)
        )

    def _old_words(self, claim: Claim, purse: Purse) -> tuple[acts.Act, ...]:
        debt = claim.debt(purse)
        failed = acts.MoneyFailed(purse, debt.round - 1)
        return (failed, acts.MoneyArrived(purse)) if debt.arrived or not claim.is_open else (failed,)
