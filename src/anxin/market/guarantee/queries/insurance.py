"""What may be known of freight insurance and couriers for returns: frozen facts for pages, API and other nouns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, QuerySet, Sum

from anxin.kernel.clock import Instant, shanghai_day
from anxin.kernel.money import BPS
from anxin.kernel.page import Page, id_cursor, limited, page_of
from anxin.market.guarantee import book
from anxin.market.guarantee.domain.insurance import (
    INSURANCE_CLAIM_CODES,
    POLICY_CODES,
    PREMIUM_CODES,
    InsuranceClaimState,
    Policyholder,
    PolicyState,
    PremiumState,
    Refusal,
    Route,
    may_insure,
)
from anxin.market.guarantee.domain.insurance_rules import InsuranceProduct, Limits
from anxin.market.guarantee.errors.insurance import UnknownPolicy
from anxin.market.guarantee.models import FreightClaim, FreightPolicy, OptIn, ReturnPickUp
from anxin.market.guarantee.store.insurance import PREMIUM_KINDS, PROMISE, SQL, may_appeal
from anxin.market.ledger.commands import INSURER_POOL
from anxin.market.ledger.queries import balance
from anxin.market.shipping import queries as shipping
from anxin.market.shipping.queries import PickUpFacts, PickUpState
from anxin.market.shops import queries as shops
from anxin.market.shops.queries.deposits import deposit

__all__ = [
    "INSURANCE_CLAIM_CODES",
    "POLICY_CODES",
    "PREMIUM_CODES",
    "InsuranceClaimState",
    "InsuranceProduct",
    "PickUpState",
    "PolicyState",
    "Policyholder",
    "PremiumState",
    "Refusal",
    "Route",
]

ADMISSION_FROM, ADMISSION_TO = timedelta(days=45), timedelta(days=15)  # DOMAIN 1.3: T-45..T-15


@dataclass(frozen=True)
class FreightClaimFacts:
    """A claim for freight and, after a refusal, until when another tracking number may be handed in."""

    id: UUID
    claim_id: UUID
    state: InsuranceClaimState
    route: Route
    carrier: str
    tracking_no: str
    asked_minor: int
    paid_minor: int
    refusal: Refusal | None
    opened_at: Instant
    pay_by: Instant
    appeal_by: Instant | None
    settled_at: Instant | None
    arrived_at: Instant | None
    may_appeal: bool


@dataclass(frozen=True)
class PolicyFacts:
    """The insurance of an order's way back. Amounts are minor units."""

    id: UUID
    order_id: UUID
    shop_id: UUID
    person_id: UUID
    state: PolicyState
    holder: Policyholder
    product: InsuranceProduct
    premium_minor: int
    premium_state: PremiumState
    cover_minor: int
    distance_km: int
    rules: str
    insurer_ref: str
    opened_at: Instant
    shipped_at: Instant | None
    ends_at: Instant | None
    claim: FreightClaimFacts | None

    @property
    def code(self) -> int:
        """The platform's number of the state (DOMAIN 1.3)."""
        return POLICY_CODES[self.state]


@dataclass(frozen=True)
class VisitFacts:
    """A courier sent for a return, and who bears how much of his freight once he has the goods."""

    id: UUID
    claim_id: UUID
    order_id: UUID
    is_open: bool
    collected: bool
    merchant_at_fault: bool
    insured_minor: int
    merchant_minor: int
    buyer_minor: int
    visit: PickUpFacts


@dataclass(frozen=True)
class PoolWeek:
    """One week of the pool."""

    week: date
    premiums_minor: int
    payouts_minor: int


@dataclass(frozen=True)
class PoolPart:
    """The policies of one product and one kind of payer."""

    product: InsuranceProduct
    holder: Policyholder
    policies: int
    premiums_minor: int
    paid_claims: int
    paid_minor: int

    @property
    def loss_ratio_bps(self) -> int | None:
        """What was paid out of what came in; None without premiums."""
        return loss_ratio_bps(self.paid_minor, self.premiums_minor)


@dataclass(frozen=True)
class PoolReport:
    """The insurer's pool over a time: premiums in, payouts out, and what is in it now."""

    since: Instant
    until: Instant
    balance_minor: int
    weeks: tuple[PoolWeek, ...]
    parts: tuple[PoolPart, ...]

    @property
    def premiums_minor(self) -> int:
        """What came in."""
        return sum(week.premiums_minor for week in self.weeks)

    @property
    def payouts_minor(self) -> int:
        """What was paid."""
        return sum(week.payouts_minor for week in self.weeks)

    @property
    def loss_ratio_bps(self) -> int | None:
        """What was paid out of what came in; None without premiums."""
        return loss_ratio_bps(self.payouts_minor, self.premiums_minor)


@dataclass(frozen=True)
class ShopTotals:
    """What a shop's insurance has cost it and paid for its buyers."""

    policies: int
    premiums_minor: int
    paid_claims: int
    paid_minor: int


@dataclass(frozen=True)
class Admission:
    """Whether a shop may insure its orders, condition by condition."""

    return_rate_bps: int
    conditions: Mapping[str, bool]

    @property
    def is_met(self) -> bool:
        """Whether all conditions are."""
        return all(self.conditions.values())


def loss_ratio_bps(payouts_minor: int, premiums_minor: int) -> int | None:
    """Return the share of premiums that was paid out."""
    return payouts_minor * BPS // premiums_minor if premiums_minor > 0 else None


def policy(policy_id: UUID, *, now: Instant) -> PolicyFacts:
    """Return one policy. Raises UnknownPolicy."""
    row = _with_claims(FreightPolicy.objects.filter(pk=policy_id)).first()
    if row is None:
        raise UnknownPolicy
    return _facts(row, now=now)


def policies_of_orders(order_ids: Sequence[UUID], *, now: Instant) -> dict[UUID, PolicyFacts]:
    """Return the policies of some orders, by order, in one statement."""
    rows = _with_claims(FreightPolicy.objects.filter(order_id__in=list(order_ids)))
    return {row.order_id: _facts(row, now=now) for row in rows}


def policies(
    *,
    person_id: UUID | None = None,
    shop_id: UUID | None = None,
    cursor: str | None = None,
    limit: int | None = None,
    now: Instant,
) -> Page[PolicyFacts]:
    """Return the policies of a person's or a shop's orders, or all, newest first, with their claims."""
    rows = FreightPolicy.objects.order_by("-id")
    if person_id is not None:
        rows = rows.filter(person_id=person_id)
    if shop_id is not None:
        rows = rows.filter(shop_id=shop_id)
    if cursor:
        rows = rows.filter(id__lt=id_cursor(cursor))
    size = limited(limit)
    found = _with_claims(rows)[: size + 1]
    return page_of([_facts(row, now=now) for row in found], size, lambda facts: str(facts.id))


def visit_of_claim(claim_id: UUID, *, person_id: UUID | None = None) -> VisitFacts | None:
    """Return the newest courier's visit for a claim (of this person), None where none was booked."""
    rows = ReturnPickUp.objects.filter(claim_id=claim_id)
    if person_id is not None:
        rows = rows.filter(person_id=person_id)
    row = rows.order_by("-id").first()
    if row is None:
        return None
    return VisitFacts(
        row.pk,
        row.claim_id,
        row.order_id,
        row.ended_at is None,
        row.collected,
        row.merchant_at_fault,
        row.insured_minor,
        row.merchant_minor,
        row.buyer_minor,
        shipping.pickup(row.pk),
    )


def pool_report(since: Instant, until: Instant) -> PoolReport:
    """Return the pool's premiums, payouts and loss ratio over [since, until), by week and by product."""
    weeks = SQL.rows("pool_weeks", since=since, until=until, premium_kinds=list(PREMIUM_KINDS))
    parts = SQL.rows("pool_products", since=since, until=until)
    return PoolReport(
        since,
        until,
        balance(INSURER_POOL),
        tuple(PoolWeek(**week) for week in weeks),
        tuple(_part(part) for part in parts),
    )


def totals_of_shop(shop_id: UUID) -> ShopTotals:
    """Return what a shop's own insurance has cost it, and what was paid for its buyers by any."""
    taken = FreightPolicy.objects.filter(
        shop_id=shop_id,
        holder=Policyholder.MERCHANT,
        premium_state__in=[PremiumState.DEDUCTED, PremiumState.ADVANCED],
    ).aggregate(number=Count("id"), minor=Sum("premium_minor"))
    paid = FreightClaim.objects.filter(shop_id=shop_id, state=InsuranceClaimState.SUCCESS).aggregate(
        number=Count("id"), minor=Sum("paid_minor")
    )
    return ShopTotals(taken["number"], taken["minor"] or 0, paid["number"], paid["minor"] or 0)


def is_insuring(shop_id: UUID, *, now: Instant) -> bool:
    """Say whether a shop has switched the insurance of its orders on."""
    words = OptIn.objects.filter(shop_id=shop_id, product_id__isnull=True, promise=PROMISE, mark="", since__lte=now)
    return bool(words.order_by("-since", "-id").values_list("is_on", flat=True).first())


def admission(shop_id: UUID, *, now: Instant) -> Admission:
    """Return whether a shop may insure its orders: its returns, its deposit, its state."""
    rules = book.insurance_rules_at(book.profile(), shanghai_day(now))
    row = SQL.one("return_rate", shop_id=shop_id, since=now - ADMISSION_FROM, until=now - ADMISSION_TO) or {}
    rate_bps = row["returns"] * BPS // row["orders"] if row["orders"] else 0
    conditions = may_insure(
        rate_bps,
        shop_open=shops.shop(shop_id).state.value == "open",
        deposit_paid=deposit(shop_id, now=now).short_minor <= 0,
        rules=rules,
    )
    return Admission(rate_bps, conditions)


def limits(*, now: Instant) -> Limits:
    """Return the times and numbers that claims for freight are held to today."""
    return book.insurance_rules_at(book.profile(), shanghai_day(now)).limits


def _with_claims(rows: QuerySet[FreightPolicy]) -> QuerySet[FreightPolicy]:
    return rows.select_related("claim")


def _facts(row: FreightPolicy, *, now: Instant) -> PolicyFacts:
    claim = getattr(row, "claim", None)
    return PolicyFacts(
        id=row.pk,
        order_id=row.order_id,
        shop_id=row.shop_id,
        person_id=row.person_id,
        state=PolicyState(row.state),
        holder=Policyholder(row.holder),
        product=InsuranceProduct(row.product),
        premium_minor=row.premium_minor,
        premium_state=PremiumState(row.premium_state),
        cover_minor=row.cover_minor,
        distance_km=row.distance_km,
        rules=row.rules,
        insurer_ref=row.insurer_ref,
        opened_at=row.opened_at,
        shipped_at=row.shipped_at,
        ends_at=row.ends_at,
        claim=_claim(row, claim, now=now) if claim else None,
    )


def _claim(row: FreightPolicy, claim: FreightClaim, *, now: Instant) -> FreightClaimFacts:
    return FreightClaimFacts(
        id=claim.pk,
        claim_id=claim.claim_id,
        state=InsuranceClaimState(claim.state),
        route=Route(claim.route),
        carrier=claim.carrier,
        tracking_no=claim.tracking_no,
        asked_minor=claim.asked_minor,
        paid_minor=claim.paid_minor,
        refusal=Refusal(claim.refusal) if claim.refusal else None,
        opened_at=claim.opened_at,
        pay_by=claim.pay_by,
        appeal_by=claim.appeal_by,
        settled_at=claim.settled_at,
        arrived_at=claim.arrived_at,
        may_appeal=may_appeal(row, claim, now=now),
    )


def _part(row: Mapping[str, object]) -> PoolPart:
    return PoolPart(
        product=InsuranceProduct(str(row["product"])),
        holder=Policyholder(str(row["holder"])),
        policies=_number(row["policies"]),
        premiums_minor=_number(row["premiums_minor"]),
        paid_claims=_number(row["paid_claims"]),
        paid_minor=_number(row["paid_minor"]),
    )


def _number(value: object) -> int:
    return int(str(value)) if value is not None else 0
