"""How reviews, complaints and scores are said to people. Shared by storefront, studio and desk."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from anxin.market.service.queries.complaints import (
    ComplaintFacts,
    ComplaintKind,
    ComplaintState,
    ComplaintStepFacts,
    Outcome,
)
from anxin.market.service.queries.reviews import Filter, HideReason
from anxin.market.service.queries.scores import Dimension, Unit
from anxin.ui.parts import Step

FILTERS: Mapping[Filter, Any] = {
    Filter.ALL: gettext_lazy("All reviews"),
    Filter.PICTURES: gettext_lazy("With pictures"),
    Filter.FOLLOW_UP: gettext_lazy("Follow-ups"),
    Filter.GOOD: gettext_lazy("Good"),
    Filter.FAIR: gettext_lazy("Fair"),
    Filter.POOR: gettext_lazy("Poor"),
}

STAR_WORDS: Mapping[int, Any] = {
    1: gettext_lazy("Very bad"),
    2: gettext_lazy("Bad"),
    3: gettext_lazy("So-so"),
    4: gettext_lazy("Good"),
    5: gettext_lazy("Very good"),
}

HIDE_REASONS: Mapping[HideReason, Any] = {
    HideReason.ILLEGAL: gettext_lazy("Unlawful content"),
    HideReason.PRIVACY: gettext_lazy("Somebody's private data"),
    HideReason.INSULT: gettext_lazy("Insult or defamation"),
    HideReason.ADVERTISING: gettext_lazy("Advertising in disguise"),
    HideReason.FABRICATED: gettext_lazy("Bought or invented review"),
}

HIDE_LAWS: Mapping[HideReason, Any] = {
    HideReason.ILLEGAL: gettext_lazy("Provisions on Online Information Content, art. 6"),
    HideReason.PRIVACY: gettext_lazy("Civil Code, art. 1032"),
    HideReason.INSULT: gettext_lazy("Civil Code, art. 1024"),
    HideReason.ADVERTISING: gettext_lazy("Measures on Internet Advertising, art. 9"),
    HideReason.FABRICATED: gettext_lazy("Anti-Unfair Competition Law, art. 8"),
}

COMPLAINT_KINDS: Mapping[ComplaintKind, Any] = {
    ComplaintKind.FAKE_GOODS: gettext_lazy("Fake or shoddy goods"),
    ComplaintKind.FALSE_ADVERTISING: gettext_lazy("False advertising"),
    ComplaintKind.NOT_SHIPPING: gettext_lazy("The shop does not ship"),
    ComplaintKind.FRAUD_SHIPMENT: gettext_lazy("An empty or wrong parcel on purpose"),
    ComplaintKind.AFTER_SALE_REFUSED: gettext_lazy("After-sale refused without reason"),
    ComplaintKind.INVOICE_REFUSED: gettext_lazy("No invoice"),
    ComplaintKind.BAD_ATTITUDE: gettext_lazy("Rude service"),
    ComplaintKind.PRIVACY_LEAK: gettext_lazy("My data were passed on"),
    ComplaintKind.REVIEW_PRESSURE: gettext_lazy("Pressure or money for a review"),
    ComplaintKind.OTHER: gettext_lazy("Something else"),
}

COMPLAINT_STATES: Mapping[ComplaintState, tuple[Any, str]] = {  # the words and the tone of the pill
    ComplaintState.FILED: (gettext_lazy("Waits to be taken on"), "wait"),
    ComplaintState.ACKNOWLEDGED: (gettext_lazy("Being looked into"), "info"),
    ComplaintState.DECIDED: (gettext_lazy("Answered"), "good"),
    ComplaintState.WITHDRAWN: (gettext_lazy("Withdrawn"), ""),
}

OUTCOMES: Mapping[Outcome, tuple[Any, str]] = {
    Outcome.UPHELD: (gettext_lazy("Upheld"), "good"),
    Outcome.PARTLY_UPHELD: (gettext_lazy("Upheld in part"), "good"),
    Outcome.DISMISSED: (gettext_lazy("Not upheld"), "bad"),
    Outcome.SETTLED: (gettext_lazy("Settled between both sides"), "trust"),
}

COMPLAINT_STEPS: Mapping[str, Any] = {
    "filed": gettext_lazy("The complaint was filed"),
    "acknowledged": gettext_lazy("The platform looks into it"),
    "acknowledged_late": gettext_lazy("Taken on by itself after 24 hours"),
    "merchant_answered": gettext_lazy("The shop gave its side"),
    "merchant_silent": gettext_lazy("The shop did not answer within 48 hours"),
    "decided": gettext_lazy("The platform answered"),
    "withdrawn": gettext_lazy("The complaint was withdrawn"),
}

DIMENSIONS: Mapping[Dimension, Any] = {
    Dimension.PRODUCT: gettext_lazy("The goods"),
    Dimension.LOGISTICS: gettext_lazy("Logistics"),
    Dimension.SERVICE: gettext_lazy("Service"),
}

MEASURES: Mapping[str, Any] = {
    "rating": gettext_lazy("Rating of goods"),
    "quality_return": gettext_lazy("Returns for quality"),
    "pickup": gettext_lazy("Time to pick-up"),
    "on_time": gettext_lazy("Delivered in time"),
    "damage_return": gettext_lazy("Returns for damage"),
    "audit_time": gettext_lazy("Answer to after-sale requests"),
    "reply_time": gettext_lazy("Reply in conversations"),
    "dissatisfaction": gettext_lazy("Dissatisfied with the service"),
    "platform_help": gettext_lazy("Asked the platform for help"),
    "next_day": gettext_lazy("Delivered by the next day"),
    "freight_insurance": gettext_lazy("Orders with freight insurance"),
    "large_item_insurance": gettext_lazy("Orders with large-item insurance"),
    "door_install": gettext_lazy("Orders with installation at the door"),
    "bad_return_address": gettext_lazy("No valid return address"),
    "refused_invoice": gettext_lazy("Refused invoice"),
    "brushing": gettext_lazy("Fake orders"),
    "false_advertising": gettext_lazy("False advertising"),
    "fraud_shipment": gettext_lazy("Fraudulent shipment"),
    "brand_confusion": gettext_lazy("Fake goods or brand confusion"),
}

GATES: Mapping[str, Any] = {
    "mall_feed": gettext_lazy("Shown in the mall's feed"),
    "alliance": gettext_lazy("Creators may sell your goods"),
    "campaign": gettext_lazy("Platform campaigns"),
    "lucky_bag": gettext_lazy("Lucky bags in live rooms"),
    "authenticity_badge": gettext_lazy("The badge “authentic brand”"),
}


def quantity(value: int, unit: Unit | None) -> str:
    """Write a measured number with its unit: 4.65 ★, 2.5%, 33.4 h, 90 s; without a unit it is a count."""
    if unit is Unit.STAR_HUNDREDTHS:
        return f"{value // 100}.{value % 100:02d} ★"
    if unit is Unit.BPS:
        return f"{value // 100}.{value % 100:02d}%"
    if unit is Unit.MINUTES:
        return _hours(value)
    if unit is Unit.SECONDS:
        return gettext("{seconds} s").format(seconds=value)
    return str(value)


def points(hundredths: int) -> str:
    """Write hundredths of a point: 91.50."""
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def tenths(value: int) -> str:
    """Write tenths: 4.9."""
    return f"{value // 10}.{value % 10}"


def complaint_timeline(steps: tuple[ComplaintStepFacts, ...]) -> list[Step]:
    """Return what happened to a complaint, newest first, as steps of the timeline component."""
    last = len(steps) - 1
    bad = {"acknowledged_late", "merchant_silent"}
    shown = [
        Step(
            str(COMPLAINT_STEPS.get(step.verb, step.verb)),
            "failed" if step.verb in bad else "now" if place == last else "done",
            step.at,
            step.text,
        )
        for place, step in enumerate(steps)
    ]
    return shown[::-1]


def complaint_state(facts: ComplaintFacts) -> tuple[Any, str]:
    """Return the words and the tone for where a complaint stands; a decided one says its outcome."""
    return OUTCOMES[facts.outcome] if facts.outcome else COMPLAINT_STATES[facts.state]


def _hours(minutes: int) -> str:
    if minutes < 60:  # noqa: PLR2004 - an hour
        return gettext("{minutes} min").format(minutes=minutes)
    return gettext("{hours} h").format(hours=f"{minutes // 60}.{minutes % 60 * 10 // 60}")


def complaint_page(found: ComplaintFacts, number: str, steps: tuple[ComplaintStepFacts, ...]) -> dict[str, Any]:
    """Return what the page of a complaint shows to everybody who may see it."""
    return {
        "complaint": found,
        "number": number,
        "kind": COMPLAINT_KINDS[found.kind],
        "state": complaint_state(found),
        "steps": complaint_timeline(steps),
        "pictures": range(found.pictures),
    }
