"""The insurance of the way back in a world: it hears of returns, the insurer rules or is silent, the buyer appeals."""

from dataclasses import replace

from anxin.market.guarantee.domain.facts import Payer
from anxin.market.guarantee.domain.insurance import POLICY_LIFE, InsuranceClaimState, PolicyState
from anxin.market.guarantee.domain.paying import MoneyKind
from anxin.market.guarantee.explore import money
from anxin.market.guarantee.explore.effects import NotDecided
from anxin.market.guarantee.explore.rules import Rules
from anxin.market.guarantee.explore.world import Freight, Money, World

FREIGHT_MINOR = 800


def open_freight(rules: Rules, world: World, about: int) -> World:
    """Let the insurance hear that goods of a claim travel back, perhaps after it heard how the claim ended."""
    freight = world.freight
    if freight is None or freight.policy is PolicyState.CANCELLED or (freight.claim and not freight.gave_up):
        return world
    opened = world._replace(freight=Freight(freight.policy, InsuranceClaimState.OPEN, about))
    return submit_freight(opened, about) if _ended(rules, opened, about) else drop_freight(rules, opened, about)


def submit_freight(world: World, about: int) -> World:
    """Let the insurance hear that a return is done, though it may have come to nothing before."""
    freight = world.freight
    if freight is None or freight.of_claim != about or not (_is_opened(freight) or freight.gave_up):
        return world
    return world._replace(freight=replace(freight, claim=InsuranceClaimState.PROCESSING, gave_up=False))


def drop_freight(rules: Rules, world: World, about: int) -> World:
    """Let the insurance hear that a return came to nothing, if that is still so."""
    freight = world.freight
    if freight is None or freight.of_claim != about or not _is_opened(freight):
        return world
    if _ended(rules, world, about) is not False:
        return world
    failed = rules.insured.after(InsuranceClaimState.OPEN, "fail")
    return world._replace(freight=replace(freight, claim=failed, gave_up=True))


def _ended(rules: Rules, world: World, about: int) -> bool | None:
    """Say how the return of a claim ended; one that another claim followed is over, and came to nothing."""
    claim = world.claim
    return rules.return_ended(claim.state, claim.closing) if claim is not None and about == world.claimed else False


def _is_opened(freight: Freight) -> bool:
    return freight.claim is InsuranceClaimState.OPEN


def rule_on_freight(rules: Rules, world: World, *, paid: bool) -> World:
    """Let the insurer rule, or its silence pay. Raises IllegalStep for a ruling on what is not before it."""
    freight = world.freight
    if freight is None or freight.claim is None:
        raise NotDecided
    following = rules.insured.after(freight.claim, "pay" if paid else "fail")
    if not paid:
        return world._replace(freight=replace(freight, claim=following))
    policy = POLICY_LIFE.after(freight.policy, "pay")
    world = world._replace(
        freight=Freight(policy, following, freight.of_claim), stated_minor=world.stated_minor + FREIGHT_MINOR
    )
    wanted = Money(MoneyKind.COMPENSATION, "freight", FREIGHT_MINOR, (Payer.INSURER,))
    return money.disburse(rules, world, wanted)


def appeal_freight(rules: Rules, world: World) -> World:
    """Let the buyer hand in another tracking number after the insurer refused. Raises IllegalStep."""
    freight = world.freight
    if freight is None or freight.claim is None or freight.gave_up:
        raise NotDecided
    again = rules.insured.after(rules.insured.after(freight.claim, "appeal"), "submit")
    return world._replace(freight=replace(freight, claim=again))
