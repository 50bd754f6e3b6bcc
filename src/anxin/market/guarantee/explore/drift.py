"""How a world ends when some keep silent: the one course in which clocks ring and everybody else does the plain thing.

The provider pays, the platform's people do their duty by the book, the fund is filled when it is empty. The buyer, if he
acts, takes every step that is his; a merchant who speaks says yes.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from anxin.kernel.errors import AnxinError
from anxin.market.guarantee.domain import claim_acts as acts
from anxin.market.guarantee.domain import dispute_acts
from anxin.market.guarantee.domain.claim_acts import Party, Purse
from anxin.market.guarantee.domain.claim_life import Claim, ClaimState
from anxin.market.guarantee.domain.dispute import JUDGED, Dispute, DisputeState
from anxin.market.guarantee.domain.facts import ClaimType
from anxin.market.guarantee.domain.paying import PayState
from anxin.market.guarantee.domain.verdicts import check_verdict
from anxin.market.guarantee.explore import effects, money, steps
from anxin.market.guarantee.explore.effects import NotDecided, act_dispute, carry_out
from anxin.market.guarantee.explore.hearing import heard
from anxin.market.guarantee.explore.rules import Rules
from anxin.market.guarantee.explore.world import Truth, World, canonical

LONGEST = 60  # more steps than any course takes that ends
GOODS = frozenset({ClaimType.EXCHANGE, ClaimType.RESHIP, ClaimType.REPAIR})
S = ClaimState


@dataclass(frozen=True)
class Silence:
    """Who does what is asked of him, besides provider and platform."""

    buyer_acts: bool
    merchant_agrees: bool


NOBODY = Silence(buyer_acts=False, merchant_agrees=False)
BUYER_ALONE = Silence(buyer_acts=True, merchant_agrees=False)
EVERYBODY = Silence(buyer_acts=True, merchant_agrees=True)


@dataclass
class Drift:
    """Follows worlds to where they end, each of them once."""

    rules: Rules
    _known: dict[tuple[World, Silence], World | None] = field(default_factory=dict)

    def end(self, world: World, silence: Silence) -> World | None:
        """Return the world once its claim is over and paid; None where that never comes."""
        seen: list[World] = []
        found: World | None = world
        while found is not None and (found, silence) not in self._known:
            if (
                found.open_claim is None
                and not found.words
                and all(one.state is PayState.ARRIVED for one in found.money)
            ):
                self._known[found, silence] = found
                break
            if len(seen) == LONGEST:
                found = None
                break
            seen.append(found)
            found = self._next(found, silence)
        ended = self._known[found, silence] if found is not None else None
        self._known.update({(one, silence): ended for one in seen})
        return ended

    def _next(self, world: World, silence: Silence) -> World | None:
        """Return the world after the next step of the course; None where nobody can take one."""
        try:
            after = self._paid_on(world) or self._step(world, silence)
        except (AnxinError, NotDecided):
            return None
        return None if after is None else canonical(heard(self.rules, after))

    def _paid_on(self, world: World) -> World | None:
        """Let every word be heard that is late, and money move that can."""
        if world.words:
            return heard(self.rules, world)
        for place, one in enumerate(world.money):
            if money.is_asked(one):
                told = one.truth in (Truth.PAID, Truth.FAILED)
                asked = world if told else money.provider_does(world, place, Truth.PAID)
                return effects.provider_tells(self.rules, asked, place)
            if self.rules.paying.allows(one.state, "send") and one.state is not PayState.SENT:
                after = steps.pay_again(self.rules, world, place)
                return after if after != world else money.fill_fund(world, steps.FUND_FILLED_MINOR)
        return None

    def _step(self, world: World, silence: Silence) -> World | None:
        claim = world.open_claim
        if claim is None:
            return None
        if claim.state is S.DISPUTED:
            return self._judged(world, silence)
        if silence.merchant_agrees and claim.state in _MERCHANTS:
            return carry_out(self.rules, world, _MERCHANTS[claim.state](claim))
        if silence.buyer_acts and claim.state in (S.REFUSED, S.RETURN_REFUSED):
            return effects.escalate(self.rules, world, Party.BUYER)
        if silence.buyer_acts and claim.state in _BUYERS:
            return carry_out(self.rules, world, _BUYERS[claim.state])
        return self._ring(world)

    def _ring(self, world: World) -> World | None:
        clock = next(iter(sorted(world.rings)), None)
        return None if clock is None else steps.ring(self.rules, world, clock)

    def _judged(self, world: World, silence: Silence) -> World | None:
        dispute = world.open_dispute
        if silence.merchant_agrees:
            return carry_out(self.rules, world, acts.Agree())
        if dispute is None:
            return None
        if dispute.state in (*JUDGED, DisputeState.SECOND_SIGNATURE):
            return self._decided(world, dispute)
        if silence.buyer_acts and dispute.state is DisputeState.EVIDENCE_WANTED and Party.BUYER in dispute.wanted:
            return act_dispute(self.rules, world, dispute_acts.GiveEvidence(Party.BUYER, 1))
        if not world.dispute_rings:
            return None
        return steps.ring_dispute(self.rules, world, dispute.clock)

    def _decided(self, world: World, dispute: Dispute) -> World:
        if dispute.state is DisputeState.SECOND_SIGNATURE:
            return act_dispute(self.rules, world, dispute_acts.Sign(_free(dispute)))
        if dispute.arbitrator is None:
            return act_dispute(self.rules, world, dispute_acts.Take(_free(dispute)))
        facts = effects.case_facts(world)
        allowed = (one for one in steps.verdicts(self.rules, world) if not check_verdict(one, facts, self.rules.book))
        verdict = next(allowed, None)
        if verdict is None:
            raise NotDecided
        return act_dispute(self.rules, world, dispute_acts.Decide(dispute.arbitrator, verdict, facts))


def worth_to_buyer(world: World) -> int:
    """Return what the present claim has brought the buyer: money that arrived, and goods at what was paid for them."""
    claim = world.claim
    if claim is None:
        return 0
    refs = {world.debt_ref(purse) for purse in Purse}
    arrived = sum(one.minor for one in world.money if one.ref in refs and one.state is PayState.ARRIVED)
    in_goods = claim.state is S.DONE and claim.remedy in GOODS
    return arrived + (min(claim.terms.worth_minor, claim.terms.refund_max_minor) if in_goods else 0)


def _free(dispute: Dispute) -> UUID:
    return next(one for one in steps.ARBITRATORS if one not in {dispute.decided_by, *dispute.judges})


_MERCHANTS: dict[ClaimState, Callable[[Claim], acts.Act]] = {
    S.APPLIED: lambda _: acts.Agree(),
    S.RETURN_SENT: lambda claim: acts.Inspect(claim.returnable_pieces),
    S.AWAITING_RESHIP: lambda _: acts.Reship("sf", "SF2000000002"),
    S.AWAITING_GIVE_BACK: lambda _: acts.Agree(),
}
_BUYERS: dict[ClaimState, acts.Act] = {
    S.EVIDENCE_NEEDED: acts.AddEvidence(),
    S.OFFERED: acts.DeclineOffer(),
    S.RETURN_OFFERED: acts.DeclineOffer(),
    S.AWAITING_RETURN: acts.SendBack("sf", "SF1000000001"),
    S.RESHIPPED: acts.ConfirmReship(),
    S.GIVEN_BACK: acts.ConfirmReship(),
}
