"""Rows of policies, claims for freight and couriers ⇄ domain. Lock order: the policy, then its claim, then the money."""

from collections.abc import Iterable
from uuid import UUID

from anxin.infra.rows import read_row
from anxin.infra.sql import Statements
from anxin.kernel.clock import Instant
from anxin.market.guarantee import book
from anxin.market.guarantee.domain.insurance import (
    INSURANCE_CLAIM_LIFE,
    BuyerHistory,
    InsuranceClaimState,
    Parcel,
    Policyholder,
    PolicyState,
    Route,
    category_return_bps,
    is_insurable,
)
from anxin.market.guarantee.domain.insurance_rules import InsuranceProduct, InsuranceRules
from anxin.market.guarantee.errors.insurance import UnknownFreightClaim, UnknownPolicy, UnknownReturnPickUp
from anxin.market.guarantee.insurer import Application, Loss
from anxin.market.guarantee.models import FreightClaim, FreightPolicy, ReturnPickUp
from anxin.market.guarantee.store.certificates import certificates_where
from anxin.market.orders.queries import LineFacts, OrderFacts
from anxin.market.shops import queries as shops

SQL = Statements("anxin.market.guarantee.store.insurance", folder="../sql")
PROMISE = "freight_insurance"
GIFT_JOURNAL = "guarantee.gift_premium"
PREMIUM_KINDS = ("guarantee.charged", GIFT_JOURNAL)  # the journals by which premiums come into the pool
WEIGHT_UNKNOWN_GRAMS = 1_000  # lines frozen before weights were kept: a first kilogram


def locked_policy(policy_id: UUID) -> FreightPolicy:
    """Return a policy with its row locked. Raises UnknownPolicy."""
    return _found(read_row(FreightPolicy, lock=True, pk=policy_id))


def locked_policy_of(order_id: UUID) -> FreightPolicy | None:
    """Return an order's policy with its row locked, None where it has none."""
    return read_row(FreightPolicy, lock=True, order_id=order_id)


def locked_claim(freight_claim_id: UUID) -> tuple[FreightPolicy, FreightClaim]:
    """Return a claim for freight and its policy, both locked, the policy first. Raises UnknownFreightClaim."""
    policy_id = FreightClaim.objects.filter(pk=freight_claim_id).values_list("policy_id", flat=True).first()
    if policy_id is None:
        raise UnknownFreightClaim
    policy = locked_policy(policy_id)
    return policy, FreightClaim.objects.select_for_update().get(pk=freight_claim_id)


def locked_pickup(pickup_id: UUID) -> ReturnPickUp:
    """Return a courier's visit for a return with its row locked. Raises UnknownReturnPickUp."""
    row = ReturnPickUp.objects.select_for_update().filter(pk=pickup_id).first()
    if row is None:
        raise UnknownReturnPickUp
    return row


def rules_of(policy: FreightPolicy) -> InsuranceRules:
    """Return the book that a policy was written under."""
    return book.insurance_rules_named(policy.rules)


def parcel_of(policy: FreightPolicy) -> Parcel:
    """Return what a policy insures, as its tariff sees it."""
    return Parcel(policy.from_region, policy.to_region, policy.weight_grams)


def application_of(policy: FreightPolicy) -> Application:
    """Return what the insurer is asked to write."""
    return Application(
        policy.pk,
        InsuranceProduct(policy.product),
        policy.premium_minor,
        policy.cover_minor,
        policy.from_region,
        policy.to_region,
    )


def loss_of(claim: FreightClaim) -> Loss:
    """Return what the insurer is told of a claim for freight."""
    return Loss(claim.pk, claim.appeals, claim.policy_id, Route(claim.route), claim.tracking_no, claim.asked_minor)


def what_comes_back(order: OrderFacts, rules: InsuranceRules) -> Parcel | None:
    """Return all of an order that can come back as one parcel, from the buyer to the shop; None where nothing can.

    Of several categories the one that comes back most often counts.
    """
    lines = [line for line in order.lines if is_insurable(_alone(line), rules)]
    if not lines:
        return None
    shop = shops.shop(order.shop_id)
    most = max((_alone(line).category for line in lines), key=lambda code: category_return_bps(code, rules.premium))
    return Parcel(
        from_region=str((order.address or {}).get("region", "")),
        to_region=str(shop.return_address.get("region", "")),
        weight_grams=max(1, sum(_grams(line) * line.quantity for line in lines)),
        category=most,
    )


def shop_insures(order_id: UUID) -> bool:
    """Say whether the certificates of an order promise that freight is insured by its shop."""
    entries = [one.entry(PROMISE) for one in certificates_where(order_id=order_id).values()]
    return any(entry is not None and entry.given for entry in entries)


def history_of_buyer(person_id: UUID) -> BuyerHistory:
    """Return how many insured orders of a buyer were shipped and how many of them came back."""
    orders = FreightPolicy.objects.filter(person_id=person_id, shipped_at__isnull=False).count()
    paid = FreightClaim.objects.filter(person_id=person_id, state=InsuranceClaimState.SUCCESS)
    return BuyerHistory(orders, paid.count())


def number_counted(tracking_no: str, *, but: UUID) -> bool:
    """Say whether a tracking number stands in another claim for freight that was not refused."""
    same = FreightClaim.objects.filter(tracking_no=tracking_no).exclude(state=InsuranceClaimState.FAILED)
    return bool(tracking_no) and same.exclude(pk=but).exists()


def may_appeal(policy: FreightPolicy, claim: FreightClaim, *, now: Instant) -> bool:
    """Say whether another tracking number may be handed in."""
    in_time = claim.appeal_by is not None and now <= claim.appeal_by
    more = claim.appeals < rules_of(policy).limits.appeals_max
    return in_time and more and INSURANCE_CLAIM_LIFE.allows(InsuranceClaimState(claim.state), "appeal")


def offers(*, shop: bool, gift: bool) -> frozenset[Policyholder]:
    """Return who would pay a premium."""
    said = {Policyholder.MERCHANT: shop, Policyholder.PLATFORM: gift}
    return frozenset(holder for holder, would in said.items() if would)


def insured_orders(order_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Return those of some orders whose way back is insured; a policy that the insurer has yet to confirm counts."""
    lasting = [PolicyState.INIT, PolicyState.PENDING, PolicyState.ACTIVE]
    rows = FreightPolicy.objects.filter(order_id__in=list(order_ids), state__in=lasting)
    return frozenset(rows.values_list("order_id", flat=True))


def _alone(line: LineFacts) -> Parcel:
    flags = frozenset(str(flag) for flag in line.frozen.get("flags", ()))
    return Parcel("", "", 0, str(line.frozen.get("category", "")), flags)


def _grams(line: LineFacts) -> int:
    return int(line.frozen.get("weight_grams") or WEIGHT_UNKNOWN_GRAMS)


def _found(policy: FreightPolicy | None) -> FreightPolicy:
    if policy is None:
        raise UnknownPolicy
    return policy
