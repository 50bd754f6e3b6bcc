"""Freight insurance (运费险): who pays the premium, what it costs, what is paid out, and the lives of policy and claim. Pure.

**Premium** (DOMAIN 1.3: risk-priced per order, not published; this formula is ours): the freight that a return from here
would cost by the tariff, times the chance that it happens, plus the insurer's loading, between ¥0.20 and ¥5.00:

    chance  = (category rate × prior orders + returns of this buyer) ÷ (prior orders + orders of this buyer)
    premium = tariff(distance, weight) × chance × (1 + loading)

The chance is the mean of a beta distribution: a new buyer is judged by the category, an old one by what he did.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from anxin.kernel.clock import Instant
from anxin.kernel.money import BPS
from anxin.kernel.states import StateTable
from anxin.market.guarantee.domain.distance import province_km
from anxin.market.guarantee.domain.insurance_rules import GiftRule, InsuranceProduct, InsuranceRules, PremiumRule

GRAMS = 1_000


class PolicyState(StrEnum):
    """Where a policy stands; the numbers are those of DOMAIN 1.3."""

    INIT = "init"  # 0
    PENDING = "pending"  # 1
    ACTIVE = "active"  # 2
    PAID = "paid"  # 3
    LAPSED = "lapsed"  # 4
    CANCELLED = "cancelled"  # 5


POLICY_CODES = {state: code for code, state in enumerate(PolicyState)}
POLICY_LIFE: StateTable[PolicyState] = StateTable(
    aggregate="policy",
    initial=PolicyState.INIT,
    steps={
        (PolicyState.INIT, "submit"): PolicyState.PENDING,
        (PolicyState.INIT, "cancel"): PolicyState.CANCELLED,
        (PolicyState.PENDING, "confirm"): PolicyState.ACTIVE,
        (PolicyState.PENDING, "refuse"): PolicyState.CANCELLED,
        (PolicyState.PENDING, "cancel"): PolicyState.CANCELLED,
        (PolicyState.INIT, "stand_in"): PolicyState.ACTIVE,
        (PolicyState.PENDING, "stand_in"): PolicyState.ACTIVE,
        (PolicyState.ACTIVE, "pay"): PolicyState.PAID,
        (PolicyState.ACTIVE, "lapse"): PolicyState.LAPSED,
        (PolicyState.ACTIVE, "cancel"): PolicyState.CANCELLED,
        (PolicyState.LAPSED, "pay"): PolicyState.PAID,  # for a return that was asked for in time
    },
)


class PremiumState(StrEnum):
    """Where a premium stands (DOMAIN 1.3)."""

    TO_DEDUCT = "to_deduct"  # 1
    DEDUCTED = "deducted"  # 2
    REFUNDED = "refunded"  # 3
    ADVANCED = "advanced"  # 4: the payer could not, so the platform did
    CLOSED = "closed"  # 5: never taken


PREMIUM_CODES = {state: code for code, state in enumerate(PremiumState, start=1)}
PREMIUM_LIFE: StateTable[PremiumState] = StateTable(
    aggregate="premium",
    initial=PremiumState.TO_DEDUCT,
    steps={
        (PremiumState.TO_DEDUCT, "deduct"): PremiumState.DEDUCTED,
        (PremiumState.TO_DEDUCT, "advance"): PremiumState.ADVANCED,
        (PremiumState.TO_DEDUCT, "close"): PremiumState.CLOSED,
        (PremiumState.DEDUCTED, "refund"): PremiumState.REFUNDED,
        (PremiumState.ADVANCED, "refund"): PremiumState.REFUNDED,
    },
)


class InsuranceClaimState(StrEnum):
    """Where a claim for freight stands (DOMAIN 1.3: 0 and 1 processing, 2 success, 3 failed)."""

    OPEN = "open"
    PROCESSING = "processing"
    SUCCESS = "success"
    FAILED = "failed"


INSURANCE_CLAIM_CODES = {state: code for code, state in enumerate(InsuranceClaimState)}
INSURANCE_CLAIM_LIFE: StateTable[InsuranceClaimState] = StateTable(
    aggregate="insurance claim",
    initial=InsuranceClaimState.OPEN,
    steps={
        (InsuranceClaimState.OPEN, "submit"): InsuranceClaimState.PROCESSING,
        (InsuranceClaimState.OPEN, "fail"): InsuranceClaimState.FAILED,
        (InsuranceClaimState.PROCESSING, "pay"): InsuranceClaimState.SUCCESS,
        (InsuranceClaimState.PROCESSING, "fail"): InsuranceClaimState.FAILED,
        (InsuranceClaimState.FAILED, "appeal"): InsuranceClaimState.OPEN,
        (InsuranceClaimState.FAILED, "reopen"): InsuranceClaimState.OPEN,  # a return that was done after all
    },
)


class Policyholder(StrEnum):
    """Who pays for a policy."""

    MERCHANT = "merchant"
    CREATOR = "creator"
    PLATFORM = "platform"
    BUYER = "buyer"


class Route(StrEnum):
    """How the goods go back."""

    PICKUP = "pickup"  # a courier fetches them: freight is settled when he has them
    SELF_SHIP = "self_ship"  # the buyer sends them: freight is paid after the refund


class Refusal(StrEnum):
    """Why no freight is paid (DOMAIN 1.3, limits)."""

    ALREADY_CLAIMED = "already_claimed"
    NUMBER_USED = "number_used"
    NOT_INSURED = "not_insured"
    TOO_LATE = "too_late"
    REFUSED_PARCEL = "refused_parcel"
    FRAUD = "fraud"
    NOT_A_CONSUMER = "not_a_consumer"
    NO_NUMBER = "no_number"
    INSURER = "insurer"
    RETURN_FAILED = "return_failed"  # the after-sale request came to nothing


@dataclass(frozen=True)
class Parcel:
    """What would come back: from where, to where, how heavy, of which category and flags."""

    from_region: str
    to_region: str
    weight_grams: int
    category: str = ""
    flags: frozenset[str] = frozenset()


@dataclass(frozen=True)
class BuyerHistory:
    """Insured orders of a buyer and how many of them came back."""

    orders: int = 0
    returns: int = 0


@dataclass(frozen=True)
class Quote:
    """What a policy costs and what it covers at most, as written under one book."""

    product: InsuranceProduct
    premium_minor: int
    cover_minor: int
    distance_km: int
    rules: str


@dataclass(frozen=True)
class ClaimChecks:
    """What a claim for freight is judged by."""

    policy: PolicyState
    shipped_at: Instant | None
    applied_at: Instant
    has_number: bool = True
    claimed_before: bool = False
    number_used: bool = False
    refused_parcel: bool = False
    fraud: bool = False
    consumer: bool = True


def policyholder(offers: AbstractSet[Policyholder], *, package: bool = False) -> Policyholder | None:
    """Return who pays of those who would: merchant or creator first, then the platform's gift, then the buyer.

    A buyer with a monthly package comes before the platform (DOMAIN 1.3, precedence).
    """
    last = (Policyholder.BUYER, Policyholder.PLATFORM) if package else (Policyholder.PLATFORM, Policyholder.BUYER)
    order = (Policyholder.MERCHANT, Policyholder.CREATOR, *last)
    return next((holder for holder in order if holder in offers), None)


def is_insurable(parcel: Parcel, rules: InsuranceRules) -> bool:
    """Say whether such goods can be insured at all."""
    return parcel.flags.isdisjoint(rules.excluded_flags)


def product_for(weight_grams: int, rules: InsuranceRules) -> InsuranceProduct:
    """Return the lightest product that a parcel fits."""
    fitting = (
        product
        for product in InsuranceProduct
        if product in rules.products and weight_grams <= (rules.products[product].weight_grams_max or weight_grams)
    )
    return next(fitting)


def freight_minor(parcel: Parcel, rules: InsuranceRules) -> int:
    """Return what the tariff says sending the parcel costs: first kilogram and every following one begun."""
    km = province_km(parcel.from_region, parcel.to_region)
    band = next(band for band in rules.tariff if band.km_max is None or km <= band.km_max)
    following = -(-max(0, parcel.weight_grams - GRAMS) // GRAMS)
    return band.first_minor + following * band.next_minor


def cap_minor(product: InsuranceProduct, route: Route, parcel: Parcel, rules: InsuranceRules) -> int:
    """Return the most that a product pays (DOMAIN 1.3): for the upgraded one the freight of 20 kg if a courier fetches more."""
    rule = rules.products[product]
    if route is Route.PICKUP and rule.pickup_cap_grams:
        heavy = Parcel(parcel.from_region, parcel.to_region, rule.pickup_cap_grams)
        return max(rule.cap_minor, freight_minor(heavy, rules))
    return rule.cap_minor


def payout_minor(product: InsuranceProduct, route: Route, parcel: Parcel, rules: InsuranceRules) -> int:
    """Return what a return is paid by the tariff, not by the receipt.

    A small parcel sent by the buyer is paid its first kilogram (DOMAIN 1.3); the others what they weigh.
    """
    light = product is InsuranceProduct.SMALL and route is Route.SELF_SHIP
    paid_for = Parcel(parcel.from_region, parcel.to_region, min(parcel.weight_grams, GRAMS)) if light else parcel
    return min(freight_minor(paid_for, rules), cap_minor(product, route, parcel, rules))


def covered_minor(freight: int, product: InsuranceProduct, parcel: Parcel, rules: InsuranceRules) -> int:
    """Return how much of a courier's freight the insurance bears; the rest is the excess."""
    return min(freight, cap_minor(product, Route.PICKUP, parcel, rules))


def category_return_bps(category: str, rule: PremiumRule) -> int:
    """Return the return rate of the nearest named category: `womenswear-dress` falls under `womenswear`."""
    named = [code for code in rule.category_return_bps if category == code or category.startswith(f"{code}-")]
    if not named:
        return rule.category_return_bps_default
    return rule.category_return_bps[max(named, key=len)]


def chance_bps(category: str, buyer: BuyerHistory, rule: PremiumRule) -> int:
    """Return the chance of a return: the category's rate, moved to the buyer's own by the orders known of him."""
    known = category_return_bps(category, rule) * rule.prior_orders + min(buyer.returns, buyer.orders) * BPS
    return min(BPS, known // (rule.prior_orders + buyer.orders))


def premium_minor(expected_minor: int, chance: int, rule: PremiumRule) -> int:
    """Return the premium for an expected freight and a chance of return in basis points, clamped."""
    risk = expected_minor * chance * (BPS + rule.loading_bps)
    return max(rule.minor_min, min(rule.minor_max, -(-risk // BPS**2)))


def quote(parcel: Parcel, buyer: BuyerHistory, rules: InsuranceRules) -> Quote:
    """Return the product, premium and cover of one order."""
    product = product_for(parcel.weight_grams, rules)
    expected = payout_minor(product, Route.PICKUP, parcel, rules)
    chance = chance_bps(parcel.category, buyer, rules.premium)
    return Quote(
        product=product,
        premium_minor=premium_minor(expected, chance, rules.premium),
        cover_minor=cap_minor(product, Route.PICKUP, parcel, rules),
        distance_km=province_km(parcel.from_region, parcel.to_region),
        rules=rules.name,
    )


def deserves_gift(buyer: BuyerHistory, goods_minor: int, rule: GiftRule | None) -> bool:
    """Say whether the platform pays the premium of a buyer whose shop does not."""
    if rule is None or buyer.orders >= rule.orders_max or goods_minor < rule.goods_minor_min:
        return False
    return buyer.returns * BPS <= buyer.orders * rule.buyer_return_bps_max


def refusal_of(checks: ClaimChecks, rules: InsuranceRules) -> Refusal | None:
    """Return why a claim for freight is refused before the insurer is asked, None where nothing speaks against it.

    A policy that the insurer has not confirmed yet counts: the buyer is not worse off by its silence.
    """
    last = checks.shipped_at + timedelta(days=rules.limits.claim_days) if checks.shipped_at else None
    against = {
        Refusal.ALREADY_CLAIMED: checks.claimed_before or checks.policy is PolicyState.PAID,
        Refusal.NOT_INSURED: checks.policy is PolicyState.CANCELLED,
        Refusal.TOO_LATE: last is None or checks.applied_at > last,
        Refusal.REFUSED_PARCEL: checks.refused_parcel,
        Refusal.FRAUD: checks.fraud,
        Refusal.NOT_A_CONSUMER: not checks.consumer,
        Refusal.NO_NUMBER: not checks.has_number,
        Refusal.NUMBER_USED: checks.number_used,
    }
    return next((reason for reason, holds in against.items() if holds), None)


def may_insure(
    return_rate_bps: int, *, shop_open: bool, deposit_paid: bool, rules: InsuranceRules
) -> Mapping[str, bool]:
    """Return the conditions of a shop's admission, each met or not (DOMAIN 1.3: T-45..T-15 return rate, deposit, shop normal)."""
    return {
        "return_rate": return_rate_bps <= rules.products[InsuranceProduct.SMALL].return_rate_bps_max,
        "deposit_paid": deposit_paid,
        "shop_open": shop_open,
    }
