"""How after-sale requests are said to people: states, whose turn it is, what happened. Shared by all faces."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from anxin.faces.guarantee_words import CLAIM_REASONS, CLAIM_TYPES, EVIDENCE, FREIGHT
from anxin.faces.order_words import LineView, line_view
from anxin.kernel.ids import public_id
from anxin.kernel.money import format_money
from anxin.market.guarantee.queries.claims import (
    ClaimFacts,
    ClaimState,
    ClaimType,
    EntryFacts,
    EvidenceFacts,
    Party,
    Refusal,
)
from anxin.ui.parts import Step

Word = str | Promise
PREFIX = "clm"
S = ClaimState
GOING_BACK = (S.RETURN_REFUSED, S.AWAITING_GIVE_BACK, S.GIVEN_BACK)

STATES: dict[ClaimState, tuple[Word, str]] = {  # the words and the tone of the pill
    S.APPLIED: (gettext_lazy("The shop answers"), "info"),
    S.EVIDENCE_NEEDED: (gettext_lazy("Evidence is asked for"), "wait"),
    S.OFFERED: (gettext_lazy("An offer to answer"), "wait"),
    S.AWAITING_RETURN: (gettext_lazy("Goods to be sent back"), "wait"),
    S.RETURN_SENT: (gettext_lazy("The return is on its way"), "info"),
    S.RETURN_OFFERED: (gettext_lazy("An offer to answer"), "wait"),
    S.AWAITING_RESHIP: (gettext_lazy("The shop sends goods"), "info"),
    S.RESHIPPED: (gettext_lazy("New goods are on their way"), "brand"),
    S.REFUNDING: (gettext_lazy("The money is on its way"), "brand"),
    S.REFUSED: (pgettext_lazy("after-sale", "Refused"), "bad"),
    S.RETURN_REFUSED: (gettext_lazy("The return was refused"), "bad"),
    S.AWAITING_GIVE_BACK: (gettext_lazy("The shop sends the goods back"), "info"),
    S.GIVEN_BACK: (gettext_lazy("Your goods come back to you"), "brand"),
    S.DISPUTED: (gettext_lazy("Before the platform"), "brand"),
    S.DONE: (pgettext_lazy("after-sale", "Done"), "good"),
    S.CLOSED: (pgettext_lazy("after-sale", "Closed"), "info"),
}

LEADS: dict[ClaimState, Word] = {  # to the buyer: what happens when the countdown ends
    S.APPLIED: gettext_lazy("If the shop says nothing by then, it is agreed."),
    S.EVIDENCE_NEEDED: gettext_lazy("Show what the shop asks for by then; its own time stands still meanwhile."),
    S.OFFERED: gettext_lazy("Say by then whether you take it; otherwise the shop answers your request itself."),
    S.AWAITING_RETURN: gettext_lazy(
        "Send the goods back and enter the tracking number by then, or the request closes."
    ),
    S.RETURN_SENT: gettext_lazy("If the shop says nothing by then, the return counts as accepted."),
    S.RETURN_OFFERED: gettext_lazy("Say by then whether you take it; otherwise the shop answers your request itself."),
    S.AWAITING_RESHIP: gettext_lazy("If nothing is sent by then, you get your money back instead."),
    S.RESHIPPED: gettext_lazy("Receipt is assumed then. Call the platform if something is wrong."),
    S.REFUNDING: gettext_lazy("The money goes back the way you paid. We look after it until it is there."),
    S.REFUSED: gettext_lazy("Call the platform or ask for something else by then, or the request closes."),
    S.RETURN_REFUSED: gettext_lazy("Call the platform by then, or the request closes and the goods come back to you."),
    S.AWAITING_GIVE_BACK: gettext_lazy(
        "If the shop does not send your goods by then, it pays for them. You pay the carrier for the way."
    ),
    S.GIVEN_BACK: gettext_lazy("Receipt is assumed then. Call the platform if they do not arrive as you sent them."),
    S.DISPUTED: gettext_lazy("An arbitrator looks at what both sides have shown."),
}

SHOP_LEADS: dict[ClaimState, Word] = {  # to the merchant
    S.APPLIED: gettext_lazy("Without an answer it is agreed then."),
    S.EVIDENCE_NEEDED: gettext_lazy("The buyer shows more by then; your time stands still."),
    S.OFFERED: gettext_lazy("The buyer answers your offer by then; your time stands still."),
    S.AWAITING_RETURN: gettext_lazy("The buyer sends the goods back by then, or it closes."),
    S.RETURN_SENT: gettext_lazy("Without a word the return counts as accepted then."),
    S.RETURN_OFFERED: gettext_lazy("The buyer answers your offer by then; your time stands still."),
    S.AWAITING_RESHIP: gettext_lazy("If nothing is sent by then, it is paid back instead."),
    S.RESHIPPED: gettext_lazy("Receipt is assumed then."),
    S.REFUNDING: gettext_lazy("The money is on its way to the buyer."),
    S.REFUSED: gettext_lazy("The buyer may call the platform until then."),
    S.RETURN_REFUSED: gettext_lazy("The buyer may call the platform until then. Keep the goods safe."),
    S.AWAITING_GIVE_BACK: gettext_lazy(
        "Send the goods to the buyer by then, freight collect, and enter the tracking number, or you pay for them."
    ),
    S.GIVEN_BACK: gettext_lazy("Receipt is assumed then."),
    S.DISPUTED: gettext_lazy("An arbitrator decides. You may still agree."),
}

OWNERS: dict[Party, Word] = {
    Party.BUYER: gettext_lazy("The buyer has to act"),
    Party.MERCHANT: gettext_lazy("The shop has to act"),
    Party.PLATFORM: gettext_lazy("The platform has to act"),
}

CLOSINGS: dict[str, Word] = {
    "withdrawn": gettext_lazy("Taken back by the buyer."),
    "no_evidence": gettext_lazy("What was asked for was not shown in time."),
    "not_sent_back": gettext_lazy("The goods were not sent back in time."),
    "not_escalated": gettext_lazy("Nobody called the platform after the refusal."),
    "not_supported": gettext_lazy("The platform did not support it."),
}

REFUSALS: dict[Refusal, Word] = {
    Refusal.OUT_OF_WINDOW: gettext_lazy("Its time is over"),
    Refusal.NOT_COVERED: gettext_lazy("Not promised for these goods"),
    Refusal.NO_DEFECT: gettext_lazy("No fault can be seen"),
    Refusal.EVIDENCE_DOUBTFUL: gettext_lazy("The pictures do not show it"),
    Refusal.BUYER_DAMAGE: gettext_lazy("Damaged after delivery"),
    Refusal.SENT_ALREADY: gettext_lazy("Already handed to the carrier"),
    Refusal.AGREED_OTHERWISE: gettext_lazy("We agreed on something else"),
    Refusal.EMPTY_PARCEL: gettext_lazy("The parcel was empty"),
    Refusal.WRONG_GOODS: gettext_lazy("Other goods came back"),
    Refusal.PARTS_MISSING: gettext_lazy("Parts are missing"),
    Refusal.NOT_INTACT: gettext_lazy("The goods are not intact"),
    Refusal.USED: gettext_lazy("The goods were used"),
}

EVENTS: dict[str, Word] = {
    "applied": gettext_lazy("The buyer asked for after-sale service"),
    "modified": gettext_lazy("The buyer changed the request"),
    "agreed": gettext_lazy("The shop agreed"),
    "agreed_by_rule": gettext_lazy("Agreed by rule"),
    "refused": gettext_lazy("The shop refused"),
    "evidence_asked": gettext_lazy("The shop asked for evidence"),
    "evidence_of_buyer": gettext_lazy("The buyer showed more"),
    "evidence_of_merchant": gettext_lazy("The shop showed something"),
    "evidence_missed": gettext_lazy("Nothing was shown in time; the shop decides on what there is"),
    "offered": gettext_lazy("The shop made an offer"),
    "offer_accepted": gettext_lazy("The buyer took the offer"),
    "offer_declined": gettext_lazy("The buyer did not take the offer"),
    "offer_lapsed": gettext_lazy("The offer was not answered"),
    "sent_back": gettext_lazy("The goods were sent back"),
    "extended": gettext_lazy("The buyer took three more days"),
    "return_signed": gettext_lazy("The return arrived at the shop"),
    "inspected": gettext_lazy("The shop looked at the return and accepted it"),
    "inspection_missed": gettext_lazy("The shop did not look in time; the return counts as accepted"),
    "written_off": gettext_lazy("Pieces were written off"),
    "reshipped": gettext_lazy("The shop sent goods"),
    "reship_missed": gettext_lazy("Nothing was sent in time; the money goes back instead"),
    "escalated_by_buyer": gettext_lazy("The buyer called the platform"),
    "escalated_by_platform": gettext_lazy("The platform stepped in"),
    "decided": gettext_lazy("The platform decided"),
    "force_majeure": gettext_lazy("Put off because of force majeure"),
    "refund_arrived": gettext_lazy("The refund is with the buyer"),
    "compensation_arrived": gettext_lazy("The compensation is with the buyer"),
    "refund_failed": gettext_lazy("The refund did not go through; it is tried again"),
    "compensation_failed": gettext_lazy("The compensation did not go through; it is tried again"),
    "done": gettext_lazy("After-sale completed"),
    "closed_withdrawn": gettext_lazy("Taken back by the buyer"),
    "closed_no_evidence": gettext_lazy("Closed: nothing was shown in time"),
    "closed_not_sent_back": gettext_lazy("Closed: the goods were not sent back"),
    "closed_not_escalated": gettext_lazy("Closed: nobody called the platform"),
    "closed_not_supported": gettext_lazy("Closed: the platform did not support it"),
    "goods_go_back": gettext_lazy("The shop sends the goods back to the buyer"),
    "accepted_part": gettext_lazy("The shop accepted a part of the return"),
    "part_taken": gettext_lazy("The accepted part is paid"),
    "given_back": gettext_lazy("The goods are on their way back to the buyer"),
    "reship_signed": gettext_lazy("What was sent instead was handed over"),
    "reship_lost": gettext_lazy("Nobody signed for what was sent instead: it is paid for"),
    "given_back_signed": gettext_lazy("The goods are with the buyer again"),
    "given_back_received": gettext_lazy("After-sale closed: the buyer has the goods again"),
    "give_back_missed": gettext_lazy("The goods were not sent back in time; the shop pays for them"),
}

WHY_BY_RULE: dict[str, Word] = {
    "silence": gettext_lazy("the shop did not answer in time"),
    "no_proof": gettext_lazy("the shop showed no proof"),
}


@dataclass(frozen=True)
class PieceView:
    """Evidence as a page shows it."""

    facts: EvidenceFacts
    number: str
    kind: str


@dataclass(frozen=True)
class ClaimView:
    """A claim as a page shows it to one of the sides."""

    facts: ClaimFacts
    number: str
    order: str  # public id
    line: LineView
    shop_name: str
    shop_slug: str
    type: str
    reason: str
    state: str
    tone: str
    lead: str
    owner: str
    closing: str
    refusal: str
    freight: str
    asked_evidence: tuple[tuple[str, str], ...]
    of_buyer: tuple[PieceView, ...]
    of_merchant: tuple[PieceView, ...]
    steps: frozenset[str]


def claim_view(facts: ClaimFacts, *, reader: Party, english: bool) -> ClaimView:
    """Return a claim in the words of the reader's language and side."""
    words, tone = STATES[facts.state]
    leads = LEADS if reader is Party.BUYER else SHOP_LEADS
    frozen = facts.line.frozen
    pieces = [PieceView(one, public_id("evd", one.id), str(EVIDENCE.get(one.kind, one.kind))) for one in facts.evidence]
    return ClaimView(
        facts=facts,
        number=public_id(PREFIX, facts.id),
        order=public_id("ord", facts.order_id),
        line=line_view(facts.line, english=english),
        shop_name=(english and frozen.get("shop_name_en")) or frozen.get("shop_name", ""),
        shop_slug=frozen.get("shop_slug", ""),
        type=str(CLAIM_TYPES[facts.type]),
        reason=reason_words(facts.reason),
        state=str(words),
        tone=tone,
        lead=str(leads.get(facts.state, "")),
        owner=_turn(facts.owner, reader),
        closing=str(CLOSINGS.get(facts.closing, "")),
        refusal=str(REFUSALS[Refusal(facts.refusal)]) if facts.refusal else "",
        freight=str(FREIGHT.get(facts.freight_payer, "")),
        asked_evidence=tuple((kind, str(EVIDENCE.get(kind, kind))) for kind in facts.asked_evidence),
        of_buyer=tuple(one for one in pieces if one.facts.party is Party.BUYER),
        of_merchant=tuple(one for one in pieces if one.facts.party is Party.MERCHANT),
        steps=facts.buyer_steps if reader is Party.BUYER else facts.merchant_steps,
    )


def _turn(owner: Party | None, reader: Party) -> str:
    if owner is None:
        return ""
    return gettext("Your turn") if owner is reader else str(OWNERS[owner])


def reason_words(code: str) -> str:
    """Return what happened, in words."""
    return str(CLAIM_REASONS.get(code, code))


def timeline_steps(entries: Sequence[EntryFacts]) -> list[Step]:
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


def progress(facts: ClaimFacts) -> list[Step]:
    """Return the stations on the way of a claim of this kind, for the row of steps."""
    stations = _stations(facts)
    at = next((index for index, (_, states) in enumerate(stations) if facts.state in states), None)
    if facts.state is S.DONE:
        at = len(stations)
    bad = facts.state in {S.REFUSED, *GOING_BACK, S.CLOSED}
    return [
        Step(str(words), _standing(index, at, failed=bad and index == (at if at is not None else 0)))
        for index, (words, _) in enumerate(stations)
    ]


def _standing(index: int, at: int | None, *, failed: bool) -> str:
    if failed:
        return "failed"
    if at is None or index > at:
        return "waiting"
    return "now" if index == at else "done"


def _stations(facts: ClaimFacts) -> list[tuple[Word, frozenset[ClaimState]]]:
    answer = (
        gettext_lazy("Answer"),
        frozenset({S.APPLIED, S.EVIDENCE_NEEDED, S.OFFERED, S.REFUSED, S.DISPUTED, S.CLOSED}),
    )
    back = (gettext_lazy("Send back"), frozenset({S.AWAITING_RETURN}))
    look = (
        gettext_lazy("Inspection"),
        frozenset({S.RETURN_SENT, S.RETURN_OFFERED, *GOING_BACK}),
    )
    again = (gettext_lazy("New goods"), frozenset({S.AWAITING_RESHIP, S.RESHIPPED}))
    money = (gettext_lazy("Money back"), frozenset({S.REFUNDING}))
    travels = facts.goods_back or facts.state is S.AWAITING_RETURN or facts.type is ClaimType.RETURN_REFUND
    goods = facts.remedy in {ClaimType.EXCHANGE, ClaimType.RESHIP, ClaimType.REPAIR}
    travels = travels or facts.remedy in {ClaimType.EXCHANGE, ClaimType.REPAIR}
    asked = (pgettext_lazy("after-sale", "Asked"), frozenset[ClaimState]())
    return [asked, answer, *([back, look] if travels else []), again if goods else money]


def _note(entry: EntryFacts) -> str:
    facts: Any = entry.facts
    parts = [entry.words]
    if entry.minor:
        parts.insert(0, format_money(entry.minor))
    if entry.kind == "refused" and facts.get("reason") in set(Refusal):
        parts.insert(0, str(REFUSALS[Refusal(facts["reason"])]))
    if entry.kind in {"applied", "modified"} and facts.get("reason"):
        parts.insert(0, reason_words(facts["reason"]))
    if facts.get("tracking_no"):
        parts.append(f"{str(facts['carrier']).upper()} {facts['tracking_no']}")
    if facts.get("why") in WHY_BY_RULE:
        parts.append(str(WHY_BY_RULE[facts["why"]]))
    if entry.kind == "written_off":
        parts.append(gettext("{number} pieces").format(number=facts.get("pieces", 0)))
    if facts.get("kinds"):
        parts.append(", ".join(str(EVIDENCE.get(kind, kind)) for kind in facts["kinds"]))
    return " · ".join(part for part in parts if part)
