"""How freight insurance, couriers and automatic compensations are said to people. Shared by all faces."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from anxin.market.guarantee.queries.compensation import CompensationKind, CompensationState, ShipPromiseState
from anxin.market.guarantee.queries.insurance import (
    InsuranceClaimState,
    InsuranceProduct,
    PickUpState,
    PolicyFacts,
    Policyholder,
    PolicyState,
    PremiumState,
    Refusal,
    Route,
)

POLICY_STATES: Mapping[PolicyState, tuple[Any, str]] = {  # the words and the tone of the pill
    PolicyState.INIT: (_("Being insured"), "wait"),
    PolicyState.PENDING: (_("Being insured"), "wait"),
    PolicyState.ACTIVE: (_("Insured"), "trust"),
    PolicyState.PAID: (_("Freight paid"), "good"),
    PolicyState.LAPSED: (_("Ended unused"), ""),
    PolicyState.CANCELLED: (_("Called off"), ""),
}
PREMIUM_STATES: Mapping[PremiumState, Any] = {
    PremiumState.TO_DEDUCT: _("To be taken"),
    PremiumState.DEDUCTED: _("Premium taken"),
    PremiumState.REFUNDED: _("Given back"),
    PremiumState.ADVANCED: _("Advanced by the fund"),
    PremiumState.CLOSED: _("Not taken"),
}
CLAIM_STATES: Mapping[InsuranceClaimState, tuple[Any, str]] = {
    InsuranceClaimState.OPEN: (_("Waits for the refund"), "wait"),
    InsuranceClaimState.PROCESSING: (_("Being paid"), "info"),
    InsuranceClaimState.SUCCESS: (_("Paid"), "good"),
    InsuranceClaimState.FAILED: (_("Refused"), "bad"),
}
HOLDERS: Mapping[Policyholder, Any] = {
    Policyholder.MERCHANT: _("The shop"),
    Policyholder.CREATOR: _("The creator"),
    Policyholder.PLATFORM: _("The platform"),
    Policyholder.BUYER: _("The buyer"),
}
PRODUCTS: Mapping[InsuranceProduct, Any] = {
    InsuranceProduct.SMALL: _("Small parcel"),
    InsuranceProduct.UPGRADED: _("Small parcel, upgraded"),
    InsuranceProduct.LARGE: _("Large goods"),
}
ROUTES: Mapping[Route, Any] = {
    Route.PICKUP: _("Fetched by a courier"),
    Route.SELF_SHIP: _("Sent by yourself"),
}
REFUSALS: Mapping[Refusal, Any] = {
    Refusal.ALREADY_CLAIMED: _("The insurance of this order has been used."),
    Refusal.NUMBER_USED: _("This tracking number belongs to another parcel."),
    Refusal.NOT_INSURED: _("This order is not insured."),
    Refusal.TOO_LATE: _("The return was asked for more than 90 days after shipping."),
    Refusal.REFUSED_PARCEL: _("A parcel refused at the door is not insured."),
    Refusal.FRAUD: _("The return was not honest."),
    Refusal.NOT_A_CONSUMER: _("Only goods bought for oneself are insured."),
    Refusal.NO_NUMBER: _("A tracking number of its own is missing."),
    Refusal.INSURER: _("The insurer could not find the parcel."),
    Refusal.RETURN_FAILED: _("The return came to nothing."),
}
VISITS: Mapping[PickUpState, tuple[Any, str]] = {
    PickUpState.ASKED: (_("Being booked"), "wait"),
    PickUpState.BOOKED: (_("The courier comes"), "brand"),
    PickUpState.COLLECTED: (_("The courier has the parcel"), "good"),
    PickUpState.MISSED: (_("Nobody came"), "bad"),
    PickUpState.REFUSED: (_("No courier goes there"), "bad"),
    PickUpState.CANCELLED: (_("Cancelled"), ""),
}
COMPENSATIONS: Mapping[CompensationKind, Any] = {
    CompensationKind.LATE_SHIPPING: _("Shipped late"),
    CompensationKind.TRACE_OVERDUE: _("Tracking number without a parcel"),
    CompensationKind.FRAUD_SHIPMENT: _("Fraudulent shipment"),
    CompensationKind.REFUSED_AFTER_SALE: _("After-sale service refused without cause"),
    CompensationKind.INVOICE_LATE: _("Invoice late or refused"),
    CompensationKind.INVOICE_FAKE: _("Forged invoice"),
}
FOUND = tuple(
    kind for kind in CompensationKind if kind not in {CompensationKind.LATE_SHIPPING, CompensationKind.TRACE_OVERDUE}
)
COMPENSATION_STATES: Mapping[CompensationState, tuple[Any, str]] = {
    CompensationState.PAYING: (_("On its way"), "info"),
    CompensationState.PAID: (_("Paid"), "good"),
}
SHIP_PROMISES: Mapping[ShipPromiseState, tuple[Any, str]] = {
    ShipPromiseState.WAITING: (_("In time"), "info"),
    ShipPromiseState.KEPT: (_("Kept"), "good"),
    ShipPromiseState.LATE: (_("Late"), "bad"),
    ShipPromiseState.SHIPPED_LATE: (_("Kept too late"), "bad"),
    ShipPromiseState.CLOSED: (_("Closed"), ""),
}
ADMISSION: Mapping[str, Any] = {
    "return_rate": _("No more comes back than the insurance allows"),
    "deposit_paid": _("The deposit is paid"),
    "shop_open": _("The shop is open"),
}


@dataclass(frozen=True)
class PolicyView:
    """A policy as a row of a page."""

    facts: PolicyFacts
    state: tuple[Any, str]
    holder: Any
    product: Any
    premium: Any
    claim_state: tuple[Any, str] | None
    route: Any
    refusal: Any


def policy_view(facts: PolicyFacts) -> PolicyView:
    """Return a policy in words."""
    claim = facts.claim
    return PolicyView(
        facts=facts,
        state=POLICY_STATES[facts.state],
        holder=HOLDERS[facts.holder],
        product=PRODUCTS[facts.product],
        premium=PREMIUM_STATES[facts.premium_state],
        claim_state=CLAIM_STATES[claim.state] if claim else None,
        route=ROUTES[claim.route] if claim else "",
        refusal=REFUSALS[claim.refusal] if claim and claim.refusal else "",
    )
