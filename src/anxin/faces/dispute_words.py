"""How disputes are said to people: states, whose turn it is, verdicts, what happened. Shared by storefront, studio and desk."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from anxin.kernel.ids import public_id
from anxin.kernel.money import format_money
from anxin.market.guarantee.queries.disputes import (
    INTERNAL,
    Arbitration,
    Complaint,
    DisputeFacts,
    DisputeState,
    EntryFacts,
    EvidenceFacts,
    Outcome,
    Party,
    Verdict,
    VerdictKind,
    told_verdict,
)
from anxin.ui.parts import Step

Word = str | Promise
PREFIX = "dsp"

STATES: dict[DisputeState, tuple[Word, str]] = {  # the words and the tone of the pill
    DisputeState.NEGOTIATION: (gettext_lazy("Talks between the two sides"), "wait"),
    DisputeState.EVIDENCE_WANTED: (gettext_lazy("Evidence is wanted"), "wait"),
    DisputeState.DECIDING: (gettext_lazy("The platform is deciding"), "info"),
    DisputeState.SECOND_SIGNATURE: (gettext_lazy("Waits for a second signature"), "info"),
    DisputeState.DECIDED: (gettext_lazy("The platform has decided"), "brand"),
    DisputeState.APPEALED: (gettext_lazy("Appealed, being looked at again"), "info"),
    DisputeState.EXECUTING: (gettext_lazy("The decision is being carried out"), "info"),
    DisputeState.ENDED: (gettext_lazy("Closed case"), "good"),
    DisputeState.CANCELLED: (gettext_lazy("Complaint taken back"), "info"),
}

LEADS: dict[DisputeState, Word] = {  # what is going on, above the countdown
    DisputeState.NEGOTIATION: gettext_lazy("Both sides can still settle it. After this time the platform takes over."),
    DisputeState.EVIDENCE_WANTED: gettext_lazy("After this time it is decided on what has been shown."),
    DisputeState.DECIDING: gettext_lazy("An arbitrator decides within this time."),
    DisputeState.SECOND_SIGNATURE: gettext_lazy("A large sum needs a second arbitrator, within this time."),
    DisputeState.DECIDED: gettext_lazy("After this time the decision is carried out by force."),
    DisputeState.APPEALED: gettext_lazy("Another arbitrator decides within this time."),
    DisputeState.EXECUTING: gettext_lazy("Goods and money are on their way."),
}

PARTIES: dict[Party, Word] = {
    Party.BUYER: gettext_lazy("Buyer"),
    Party.MERCHANT: gettext_lazy("Merchant"),
    Party.PLATFORM: gettext_lazy("Platform"),
}

KINDS: dict[VerdictKind, Word] = {
    VerdictKind.FULL_REFUND: gettext_lazy("Full refund without return"),
    VerdictKind.PARTIAL_REFUND: gettext_lazy("Partial refund"),
    VerdictKind.RETURN_REFUND: gettext_lazy("Return, then refund"),
    VerdictKind.RESHIP: gettext_lazy("Send what is missing"),
    VerdictKind.EXCHANGE: gettext_lazy("Exchange the goods"),
    VerdictKind.REPAIR: gettext_lazy("Repair the goods"),
    VerdictKind.COMPENSATION: gettext_lazy("Compensation only"),
    VerdictKind.NO_SUPPORT: gettext_lazy("Not supported"),
}

OUTCOMES: dict[Outcome, tuple[Word, str]] = {
    Outcome.BUYER: (gettext_lazy("For the buyer"), "good"),
    Outcome.PARTIAL: (gettext_lazy("In part"), "brand"),
    Outcome.MERCHANT: (gettext_lazy("For the merchant"), "info"),
    Outcome.SETTLED: (gettext_lazy("Settled by agreement"), "good"),
    Outcome.WITHDRAWN: (gettext_lazy("Withdrawn"), "info"),
    Outcome.LITIGATION: (gettext_lazy("Gone to court"), "bad"),
}

COMPLAINTS: dict[str, Word] = {
    Complaint.UNKNOWN_REASON: gettext_lazy("there is no such reason"),
    Complaint.WRONG_KIND: gettext_lazy("this reason does not carry that kind of decision"),
    Complaint.NOT_THE_CASE: gettext_lazy("the reason does not fit these goods or where they are"),
    Complaint.BURDEN_NOT_MET: gettext_lazy("the side that has to show something has not shown it"),
    Complaint.NOT_SILENT: gettext_lazy("that side did show something"),
    Complaint.REFUND_MISSING: gettext_lazy("the refund is missing"),
    Complaint.REFUND_TOO_HIGH: gettext_lazy("the refund is above what the reason allows"),
    Complaint.REFUND_NOT_ALL: gettext_lazy("a full refund pays back everything"),
    Complaint.NO_REFUND_HERE: gettext_lazy("this kind of decision has no refund"),
    Complaint.COMPENSATION_MISSING: gettext_lazy("the compensation is missing"),
    Complaint.COMPENSATION_TOO_HIGH: gettext_lazy("the compensation is above what may be given"),
    Complaint.NEGATIVE: gettext_lazy("amounts must not be negative"),
    Complaint.GOODS_UNDECIDED: gettext_lazy(
        "the shop has the goods: refund them, support nothing, or give one sum alone"
    ),
    Complaint.COMPENSATED_BEFORE: gettext_lazy("compensation was paid for this request before"),
}

CLAIM_TYPES: dict[str, Word] = {
    "return_refund": gettext_lazy("return and refund"),
    "refund_shipped": gettext_lazy("refund without return"),
    "refund_unshipped": gettext_lazy("refund before shipping"),
    "exchange": gettext_lazy("exchange"),
    "reship": gettext_lazy("sending what is missing"),
    "repair": gettext_lazy("repair"),
    "price_protection": gettext_lazy("price protection"),
}

EVENTS: dict[str, Word] = {
    "opened": gettext_lazy("The platform was called"),
    "offered": gettext_lazy("A settlement was proposed"),
    "declined": gettext_lazy("The proposal was turned down"),
    "settled": gettext_lazy("The proposal was accepted"),
    "talks_ended": gettext_lazy("The talks were ended"),
    "talks_over": gettext_lazy("The time for talks was over"),
    "evidence_given": gettext_lazy("Evidence was handed in"),
    "evidence_wanted": gettext_lazy("Evidence was asked for"),
    "evidence_over": gettext_lazy("The time for evidence was over"),
    "taken": gettext_lazy("An arbitrator took the case"),
    "handed_back": gettext_lazy("The case went back to the queue"),
    "overdue": gettext_lazy("The platform was late; the case went back to the queue"),
    "proposed": gettext_lazy("A decision waits for a second signature"),
    "sent_back": gettext_lazy("The second signature was refused"),
    "decided": gettext_lazy("A decision was made"),
    "accepted": gettext_lazy("The decision was accepted"),
    "appealed": gettext_lazy("An appeal was made"),
    "executing": gettext_lazy("The decision is being carried out"),
    "executed": gettext_lazy("The decision has been carried out"),
    "agreed": gettext_lazy("The merchant agreed to the request"),
    "disputed_again": gettext_lazy("It is disputed anew, in another case"),
    "cancelled": gettext_lazy("The buyer took the complaint back"),
    "litigation": gettext_lazy("A court or the police has it now"),
}


@dataclass(frozen=True)
class VerdictView:
    """A verdict or an offer in words: what is given, why, and the article it rests on."""

    kind: str
    reason: str
    article: str
    article_number: str
    refund_minor: int
    compensation_minor: int
    freight: str
    note: str
    supports: bool


@dataclass(frozen=True)
class PieceView:
    """A piece of evidence in words."""

    facts: EvidenceFacts
    kind: str
    number: str
    party: str


@dataclass(frozen=True)
class DisputeView:
    """A dispute as a page shows it."""

    facts: DisputeFacts
    number: str
    state: str
    tone: str
    lead: str
    turn: str
    outcome: tuple[Word, str] | None
    claim_type: str
    verdict: VerdictView | None
    first_verdict: VerdictView | None
    offer: VerdictView | None


def language() -> str:
    """Return the reader's language for the words of the rules."""
    return get_language() or "zh"


def dispute_view(facts: DisputeFacts, rules: Arbitration, *, reader: Party) -> DisputeView:
    """Return a dispute in the reader's words; a verdict that still waits for a signature is not told to the parties."""
    case = facts.case
    state, tone = STATES[case.state]
    shown = case.verdict if reader is Party.PLATFORM else told_verdict(case)
    return DisputeView(
        facts=facts,
        number=public_id(PREFIX, facts.id),
        state=str(state),
        tone=tone,
        lead=str(LEADS.get(case.state, "")),
        turn=turn_words(facts, reader),
        outcome=OUTCOMES[case.outcome] if case.outcome and not facts.is_open else None,
        claim_type=str(CLAIM_TYPES.get(facts.claim_type, facts.claim_type)),
        verdict=verdict_view(shown, rules) if shown else None,
        first_verdict=verdict_view(case.first_verdict, rules) if case.first_verdict else None,
        offer=verdict_view(case.offer, rules) if case.offer else None,
    )


def turn_words(facts: DisputeFacts, reader: Party) -> str:
    """Say who has to act now."""
    if not facts.is_open:
        return ""
    if reader in facts.turn:
        return _("It is your turn")
    if Party.PLATFORM in facts.turn:
        return _("It is the platform's turn")
    return _("It is the buyer's turn") if Party.BUYER in facts.turn else _("It is the merchant's turn")


def verdict_view(verdict: Verdict, rules: Arbitration) -> VerdictView:
    """Return a verdict in the reader's words."""
    reason = rules.reasons[verdict.reason]
    return VerdictView(
        kind=str(KINDS[verdict.kind]),
        reason=reason.words.in_language(language()),
        article=rules.articles[reason.article].in_language(language()),
        article_number=reason.article if reason.article.isdigit() else "",
        refund_minor=verdict.refund_minor,
        compensation_minor=verdict.compensation_minor,
        freight=str(PARTIES[verdict.freight]) if verdict.kind is VerdictKind.RETURN_REFUND else "",
        note=verdict.note,
        supports=verdict.kind is not VerdictKind.NO_SUPPORT,
    )


def pieces_by_party(pieces: tuple[EvidenceFacts, ...], rules: Arbitration) -> list[tuple[Word, Party, list[PieceView]]]:
    """Return the evidence of the buyer, then of the merchant, in words."""
    shown = [
        PieceView(
            piece,
            rules.evidence[piece.kind].words.in_language(language()) if piece.kind in rules.evidence else piece.kind,
            public_id("evd", piece.id),
            str(PARTIES[piece.party]),
        )
        for piece in pieces
    ]
    return [
        (PARTIES[party], party, [piece for piece in shown if piece.facts.party is party])
        for party in (Party.BUYER, Party.MERCHANT)
    ]


def timeline_steps(entries: tuple[EntryFacts, ...], rules: Arbitration, *, reader: Party) -> list[Step]:
    """Return what happened, newest first, as steps of the timeline component."""
    told = [entry for entry in entries if reader is Party.PLATFORM or entry.kind not in INTERNAL]
    newest = len(told) - 1
    steps = [
        Step(
            f"{EVENTS.get(entry.kind, entry.kind)} · {PARTIES[entry.party]}",
            "now" if index == newest else "done",
            entry.happened_at,
            _note(entry, rules),
        )
        for index, entry in enumerate(told)
    ]
    return steps[::-1]


def complaint_words(complaints: tuple[str, ...]) -> str:
    """Return the complaints of a refused verdict in the reader's language."""
    return "; ".join(str(COMPLAINTS.get(code, code)) for code in complaints)


def evidence_choices(rules: Arbitration) -> list[tuple[str, str]]:
    """Return the kinds of evidence as choices."""
    return [(code, kind.words.in_language(language())) for code, kind in rules.evidence.items()]


def evidence_number(piece_id: UUID) -> str:
    """Return the outside form of a piece's id."""
    return public_id("evd", piece_id)


def _note(entry: EntryFacts, rules: Arbitration) -> str:
    facts: dict[str, Any] = entry.facts
    if "reason" in facts and "kind" in facts:
        return _verdict_note(facts, rules)
    if "of" in facts:
        asked = _("from: %(parties)s") % {"parties": ", ".join(str(PARTIES[Party(one)]) for one in facts["of"])}
        return " · ".join(part for part in (asked, facts.get("question", "")) if part)
    if facts.get("missing"):
        return _("nothing came from: %(parties)s") % {
            "parties": ", ".join(str(PARTIES[Party(one)]) for one in facts["missing"])
        }
    if entry.kind == "executing":
        return _("by force, because the time had passed") if facts.get("forced") else ""
    if "pieces" in facts:
        return _("pieces: %(number)d") % {"number": facts["pieces"]}
    return str(facts.get("why", ""))


def _verdict_note(facts: dict[str, Any], rules: Arbitration) -> str:
    words = [str(KINDS[VerdictKind(facts["kind"])])]
    if facts["reason"] in rules.reasons and facts["reason"] != "settled":
        words.append(rules.reasons[facts["reason"]].words.in_language(language()))
    words += [format_money(facts[name]) for name in ("refund_minor", "compensation_minor") if facts[name]]
    return " · ".join(words)
