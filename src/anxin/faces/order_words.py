"""How orders are said to people: states, what happened, what can be done. Shared by storefront, studio and desk."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from anxin.infra.media import Size, picture_url
from anxin.kernel.ids import public_id
from anxin.kernel.money import format_money
from anxin.market.orders.queries import LineFacts, OrderFacts, OrderState, TimelineFacts
from anxin.ui.parts import Step

STATES: dict[OrderState, tuple[Any, str]] = {  # the words and the tone of the pill
    OrderState.AWAITING_PAYMENT: (gettext_lazy("To pay"), "wait"),
    OrderState.PAID: (gettext_lazy("Paid, to be shipped"), "info"),
    OrderState.PREPARING: (gettext_lazy("Getting ready"), "info"),
    OrderState.PARTLY_SHIPPED: (gettext_lazy("Partly shipped"), "info"),
    OrderState.SHIPPED: (gettext_lazy("On its way"), "brand"),
    OrderState.COMPLETED: (gettext_lazy("Completed"), "good"),
    OrderState.CANCELLED: (gettext_lazy("Cancelled"), "bad"),
}

TABS = {
    "": gettext_lazy("All"),
    "to_pay": gettext_lazy("To pay"),
    "to_ship": gettext_lazy("To ship"),
    "to_receive": gettext_lazy("To receive"),
    "completed": gettext_lazy("Completed"),
    "cancelled": gettext_lazy("Cancelled"),
}

CLOSINGS = {
    "buyer": gettext_lazy("cancelled by the buyer"),
    "expired": gettext_lazy("not paid in time"),
    "refunded": gettext_lazy("refunded in full"),
}

EVENTS = {
    "placed": gettext_lazy("Order placed"),
    "paid": gettext_lazy("Paid; the money is held safely until you have the goods"),
    "preparing": gettext_lazy("The merchant is getting the goods ready"),
    "shipped": gettext_lazy("A parcel was handed to the carrier"),
    "tracking_changed": gettext_lazy("The tracking number was corrected"),
    "parcel_picked_up": gettext_lazy("The carrier has the parcel"),
    "parcel_signed": gettext_lazy("A parcel was signed for"),
    "receipt_extended": gettext_lazy("Automatic receipt was put off"),
    "received": gettext_lazy("Receipt confirmed"),
    "cancelled": gettext_lazy("Order cancelled"),
    "late_payment_returned": gettext_lazy("A payment came after the order was closed and goes back"),
    "refund_asked": gettext_lazy("A refund was asked for"),
    "refund_withdrawn": gettext_lazy("The wish for a refund was withdrawn"),
    "refund_agreed": gettext_lazy("The refund was agreed; the money is on its way back"),
    "refund_done": gettext_lazy("The money is back with the buyer"),
}


@dataclass(frozen=True)
class LineView:
    """An order line as a row of a page."""

    facts: LineFacts
    title: str
    options: str
    picture: str
    product: str  # public id


@dataclass(frozen=True)
class OrderView:
    """An order as a page shows it."""

    facts: OrderFacts
    number: str
    shop_name: str
    shop_slug: str
    state: str
    tone: str
    closing: str
    lines: tuple[LineView, ...]
    pieces: int


def order_view(facts: OrderFacts, *, english: bool) -> OrderView:
    """Return an order in the words of the reader's language."""
    words, tone = STATES[facts.state]
    frozen = facts.lines[0].frozen if facts.lines else {}
    shop_name = (english and frozen.get("shop_name_en")) or frozen.get("shop_name", "")
    return OrderView(
        facts=facts,
        number=public_id("ord", facts.id),
        shop_name=shop_name,
        shop_slug=frozen.get("shop_slug", ""),
        state=str(words),
        tone=tone,
        closing=str(CLOSINGS.get(facts.closing, "")),
        lines=tuple(line_view(line, english=english) for line in facts.lines),
        pieces=sum(line.quantity for line in facts.lines),
    )


def timeline_steps(entries: tuple[TimelineFacts, ...]) -> list[Step]:
    """Return what happened, newest first, as steps of the timeline component."""
    newest = len(entries) - 1
    steps = [
        Step(
            str(EVENTS.get(entry.kind, entry.kind)),
            "now" if index == newest else "done",
            entry.happened_at,
            _note(entry),
        )
        for index, entry in enumerate(entries)
    ]
    return steps[::-1]


def line_view(line: LineFacts, *, english: bool) -> LineView:
    """Return an order line as a row of a page."""
    frozen = line.frozen
    title = (english and frozen.get("title_en")) or frozen.get("title", "")
    options = " · ".join(str(value) for value in frozen.get("options", {}).values())
    picture = picture_url(frozen.get("picture", ""), Size.THUMB)
    return LineView(line, title, options, picture, public_id("prd", line.product_id))


def _note(entry: TimelineFacts) -> str:
    facts = entry.facts
    if "amount_minor" in facts:
        return format_money(facts["amount_minor"])
    if entry.kind == "cancelled":
        return str(CLOSINGS.get(facts.get("reason", ""), ""))
    if entry.kind == "tracking_changed":
        return f"{facts['before']} → {facts['after']}"
    if facts.get("automatic"):
        return gettext("by itself, because the time had passed")
    return str(facts.get("reason", ""))
