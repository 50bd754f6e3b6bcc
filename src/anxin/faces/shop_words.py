"""How shops are said to people: types, papers, reasons, restrictions, staff. Shared by studio and desk."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from anxin.market.shops.queries import RestrictionFacts, RestrictionKind, ShopType
from anxin.market.shops.queries.applications import ApplicationState, PaperKind, Reason
from anxin.market.shops.queries.deposits import TopUpPurpose, TopUpSource, TopUpState
from anxin.market.shops.queries.staff import Role

SHOP_TYPES: Mapping[ShopType, Any] = {
    ShopType.OFFICIAL_FLAGSHIP: gettext_lazy("Official flagship shop"),
    ShopType.FLAGSHIP: gettext_lazy("Flagship shop"),
    ShopType.EXCLUSIVE: gettext_lazy("Single-brand shop"),
    ShopType.MULTI_BRAND: gettext_lazy("Multi-brand shop"),
    ShopType.ENTERPRISE: gettext_lazy("Company shop"),
    ShopType.INDIVIDUAL_BUSINESS: gettext_lazy("Sole-trader shop"),
    ShopType.PERSONAL: gettext_lazy("Personal shop"),
}

SHOP_TYPE_HINTS: Mapping[ShopType, Any] = {
    ShopType.OFFICIAL_FLAGSHIP: gettext_lazy("A company sells the brand that it owns."),
    ShopType.FLAGSHIP: gettext_lazy("A company sells one brand, exclusively authorised by its owner."),
    ShopType.EXCLUSIVE: gettext_lazy("A company sells one brand; up to two steps from its owner."),
    ShopType.MULTI_BRAND: gettext_lazy("A company sells several brands; up to three steps from their owners."),
    ShopType.ENTERPRISE: gettext_lazy("A company with a business licence; no brand papers needed."),
    ShopType.INDIVIDUAL_BUSINESS: gettext_lazy("A sole trader with a business licence; up to three shops."),
    ShopType.PERSONAL: gettext_lazy("A person from 16 years; one shop, no categories that need a licence."),
}

PAPERS: Mapping[PaperKind, Any] = {
    PaperKind.BUSINESS_LICENCE: gettext_lazy("Business licence"),
    PaperKind.LEGAL_PERSON_ID: gettext_lazy("Identity card of the legal representative"),
    PaperKind.NATURAL_PERSON_ID: gettext_lazy("Identity card"),
    PaperKind.CORPORATE_ACCOUNT: gettext_lazy("Proof of the corporate bank account"),
    PaperKind.TRADEMARK: gettext_lazy("Trade mark certificate or receipt of the application"),
    PaperKind.BRAND_AUTHORISATION: gettext_lazy("Brand authorisation, every step of it"),
    PaperKind.FOOD_LICENCE: gettext_lazy("Food licence"),
    PaperKind.COSMETICS_FILING: gettext_lazy("Cosmetics filing"),
    PaperKind.PUBLICATION_LICENCE: gettext_lazy("Publication licence"),
    PaperKind.INFANT_FOOD_FILING: gettext_lazy("Infant formula filing"),
}

STATES: Mapping[ApplicationState, tuple[Any, str]] = {  # the words and the tone of the pill
    ApplicationState.DRAFT: (gettext_lazy("Draft"), ""),
    ApplicationState.SUBMITTED: (gettext_lazy("In review"), "wait"),
    ApplicationState.MORE_ASKED: (gettext_lazy("More is needed"), "bad"),
    ApplicationState.APPROVED: (gettext_lazy("Approved"), "good"),
    ApplicationState.REFUSED: (gettext_lazy("Refused"), "bad"),
    ApplicationState.WITHDRAWN: (gettext_lazy("Withdrawn"), ""),
}

STEPS: Mapping[str, Any] = {
    "start": gettext_lazy("Application begun"),
    "submit": gettext_lazy("Sent for review"),
    "ask_more": gettext_lazy("The platform asks for more"),
    "approve": gettext_lazy("Approved, the shop is open"),
    "refuse": gettext_lazy("Refused"),
    "withdraw": gettext_lazy("Withdrawn"),
}

REVIEW_REASONS: Mapping[str, Any] = {
    "papers_unreadable": gettext_lazy("A paper cannot be read"),
    "papers_mismatch": gettext_lazy("A paper does not match what was written"),
    "papers_forged": gettext_lazy("A paper does not appear to be genuine"),
    "licence_scope": gettext_lazy("The licence does not cover these categories"),
    "brand_unproven": gettext_lazy("The right to the brand is not proven"),
    "name_misleading": gettext_lazy("The shop name is misleading or resembles another"),
    "contact_unreachable": gettext_lazy("Nobody could be reached under the contact given"),
}

REASONS: Mapping[str, Any] = {
    "shop_type_missing": gettext_lazy("Choose a type of shop."),
    "missing": gettext_lazy("This is needed."),
    "too_long": gettext_lazy("At most {most} characters."),
    "credit_code_wrong": gettext_lazy("This is not a valid unified social credit code (18 characters)."),
    "person_number_wrong": gettext_lazy("This is not a valid identity number (18 characters)."),
    "too_young": gettext_lazy("A shop can be opened from {years} years of age."),
    "too_many_shops": gettext_lazy("This entity already has {count} shops, the most it may have."),
    "account_of_another": gettext_lazy("The account must be in the company's own name."),
    "name_length": gettext_lazy("A shop name has {least} to {most} characters."),
    "name_reserved": gettext_lazy("“{word}” is a word of the platform and cannot be part of a shop name."),
    "name_of_other_type": gettext_lazy("“{word}” is not allowed for this type of shop."),
    "name_taken": gettext_lazy("Another shop has this name."),
    "category_needs_company": gettext_lazy("This category needs a licence, which a personal shop cannot hold."),
    "trademark_too_fresh": gettext_lazy("A mark not yet registered must have been applied for {days} days ago."),
    "chain_too_long": gettext_lazy("The authorisation may have at most {most} steps for this type of shop."),
    "chain_broken": gettext_lazy("The chain is broken: expected “{expected}”, found “{found}”."),
    "chain_ends_elsewhere": gettext_lazy("The chain must end at “{expected}”, it ends at “{found}”."),
    "chain_not_exclusive": gettext_lazy("A flagship shop needs an exclusive authorisation."),
    "authorisation_expired": gettext_lazy("The authorisation by “{grantor}” has ended."),
    "paper_missing": gettext_lazy("This paper is missing."),
    "paper_expires": gettext_lazy("This paper must be valid for more than {days} days."),
}

TEMPLATE_FAULTS: Mapping[str, Any] = {
    "too_many_areas": gettext_lazy("There are too many regions with a price of their own."),
    "step_out_of_range": gettext_lazy("A step is at least 1 piece or 1 gram."),
    "amount_out_of_range": gettext_lazy("An amount is between ¥0 and ¥100,000."),
    "unknown_region": gettext_lazy("A region is not known."),
    "area_without_region": gettext_lazy("Choose regions for every price of its own."),
    "name_length": gettext_lazy("A name has 1 to 60 characters."),
}

RESTRICTIONS: Mapping[RestrictionKind, Any] = {
    RestrictionKind.WITHDRAWAL: gettext_lazy("Payouts are stopped"),
    RestrictionKind.LISTING: gettext_lazy("Products cannot be put on sale"),
    RestrictionKind.SELLING: gettext_lazy("The shop takes no orders"),
}

CAUSES: Mapping[str, Any] = {
    "deposit": gettext_lazy("The deposit is not fully paid."),
    "experience_deposit": gettext_lazy("The experience deposit is not fully paid."),
    "recourse": gettext_lazy("The shop owes the protection fund money."),
    "late_shipping": gettext_lazy("Too many orders were shipped late."),
    "zero_deposit_limit": gettext_lazy("The limits of a start without deposit are used up."),
    "closed": gettext_lazy("The shop has closed."),
}

TOP_UP_SOURCES: Mapping[TopUpSource, Any] = {
    TopUpSource.AVAILABLE: gettext_lazy("From the shop's balance"),
    TopUpSource.BANK_TRANSFER: gettext_lazy("Bank transfer"),
}

TOP_UP_PURPOSES: Mapping[TopUpPurpose, Any] = {
    TopUpPurpose.BASE: gettext_lazy("Base deposit"),
    TopUpPurpose.EXPERIENCE: gettext_lazy("Experience deposit and debts"),
}

TOP_UP_STATES: Mapping[TopUpState, tuple[Any, str]] = {
    TopUpState.AWAITING_TRANSFER: (gettext_lazy("Waiting for the transfer"), "wait"),
    TopUpState.RECEIVED: (gettext_lazy("Money received"), "good"),
    TopUpState.CANCELLED: (gettext_lazy("Cancelled"), ""),
}

ROLES: Mapping[Role, Any] = {
    Role.OWNER: gettext_lazy("Owner"),
    Role.MANAGER: gettext_lazy("Manager"),
    Role.SERVICE_AGENT: gettext_lazy("Customer service"),
    Role.SHOP_FINANCE: gettext_lazy("Finance"),
}

ROLE_HINTS: Mapping[Role, Any] = {
    Role.MANAGER: gettext_lazy("Products, stock, orders, freight and the profile"),
    Role.SERVICE_AGENT: gettext_lazy("Orders, shipping and refunds"),
    Role.SHOP_FINANCE: gettext_lazy("Statements, payouts and the deposit"),
}

FIELDS: Mapping[str, Any] = {
    "shop_type": gettext_lazy("Type of shop"),
    "entity_name": gettext_lazy("Name on the licence"),
    "entity_code": gettext_lazy("Unified social credit code"),
    "person_name": gettext_lazy("Name of the legal representative or person"),
    "person_number": gettext_lazy("Identity number"),
    "account_name": gettext_lazy("Account holder"),
    "account_number": gettext_lazy("Account number"),
    "bank_name": gettext_lazy("Bank and branch"),
    "shop_name": gettext_lazy("Shop name"),
    "shop_name_en": gettext_lazy("Shop name in English"),
    "categories": gettext_lazy("Categories"),
    "contact_phone": gettext_lazy("Contact phone"),
    "contact_email": gettext_lazy("Contact email"),
    "zero_deposit": gettext_lazy("Start without deposit"),
    "brand": gettext_lazy("Brand"),
}


def reason_text(reason: Reason) -> str:
    """Return a reason as a sentence."""
    words = REASONS.get(reason.code)
    return str(words).format_map(reason.facts) if words else reason.code


def field_name(field: str) -> str:
    """Return the name of the field that a reason is about."""
    head, _, paper = field.partition(".")
    if head == "paper":
        return str(PAPERS[PaperKind(paper)])
    return str(FIELDS.get(field, field))


def cause_text(restriction: RestrictionFacts) -> str:
    """Say why a shop is restricted."""
    if restriction.cause.startswith("paper:"):
        return gettext("A paper of the shop has ended.")
    return str(CAUSES.get(restriction.cause, gettext_lazy("A rule of the platform")))
