"""How promises, reasons and proofs are said to people; shared by all faces and the command line."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from anxin.faces.language import reads_chinese
from anxin.kernel.money import format_money
from anxin.market.guarantee.queries import promises as guarantee
from anxin.market.guarantee.queries.asking import Answer, LineAnswers
from anxin.market.guarantee.queries.certificates import Entry, Reason
from anxin.market.guarantee.queries.promises import Version

REASONS: dict[str, Any] = {
    "by_mandatory": _("Holds for all such goods."),
    "by_default": _("The shop takes part."),
    "by_opt_in": _("The shop has joined."),
    "no_version": _("The rule book of that day knows no such promise."),
    "not_promised": _("This was not promised."),
    "not_covered": _("Not made for this kind of goods."),
    "not_joined": _("The shop had not joined when you ordered."),
    "switched_off": _("The shop had switched it off when you ordered."),
    "gate_shop_type": _("Only for flagship, brand and multi-brand stores."),
    "gate_score": _("The shop's experience score was below {score_min}."),
    "gate_deposit": _("The shop had not paid its deposit in full."),
    "gate_counterfeit": _("The shop has sold counterfeits before."),
    "confirmed": _("You confirmed at the purchase that it does not apply: {mark}."),
    "not_confirmed": _("You were not asked to give it up, so the shop may not refuse: {mark}."),
    "excluded_custom": _("Goods made to order are excluded by law."),
    "excluded_fresh": _("Fresh and perishable goods are excluded."),
    "excluded_digital": _("Digital goods are excluded by law."),
    "excluded_press": _("Newspapers and magazines are excluded by law."),
    "excluded_virtual": _("Virtual goods are excluded."),
    "not_paid": _("The order is not paid yet."),
    "cancelled": _("The order is cancelled."),
    "nothing_left": _("Everything was given back already."),
    "claim_open": _("A request for these goods is open; one at a time."),
    "attempts": _("You have asked {most} times, which is the most for one item."),
    "with_return": _("Comes along with a return by itself."),
    "by_itself": _("Is paid by itself; nobody has to ask."),
    "wrong_type": _("This promise does not offer that remedy."),
    "unknown_reason": _("This promise does not know that reason."),
    "pieces": _("At most {most} pieces can be asked for."),
    "nothing_asked": _("An amount above zero is needed."),
    "shipped_already": _("The goods have been shipped."),
    "signed_already": _("The goods have been delivered."),
    "not_shipped": _("The goods have not been shipped yet."),
    "not_signed": _("The goods have not been delivered yet."),
    "before_paid": _("From payment on."),
    "before_ship_due": _("Only once the promised time of shipping has passed."),
    "before_shipped": _("From shipping on."),
    "before_signed": _("From delivery on."),
    "before_ripe": _("From delivery on."),
    "too_early": _("Its time has not come yet."),
    "too_late": _("Its time is over."),
    "not_intact": _("The goods did not come back intact."),
    "not_late": _("The goods were not shipped late."),
    "no_lower_price": _("The price has not fallen."),
    "lower_price_outside": _("The lower price was not seen within the protected time."),
    "minor_defect": _("A minor defect: at most {percent} % of what was paid."),
    "medical": _("Medical cost is reimbursed on the itemised bill."),
    "whole_by_reason": _("For this reason all of it is paid back."),
    "countable": _("{bad} of {total} pieces are bad."),
    "bad_ratio": _("{bad} % is bad, so {refund} % of what was paid comes back."),
    "times": _("{times} times the price on top, by law."),
    "asked_too_much": _("More was asked for than the goods were worth."),
    "over_cap": _("Above {cap} a person looks first."),
    "risk": _("A person looks first."),
    "no_proof": _("The merchant showed no proof, so the buyer is believed."),
    "merchant_showed": _("The merchant has shown proof."),
    "proofs_disagree": _("The proofs of both sides disagree; a person decides."),
}

CLAIM_TYPES: dict[str, Any] = {
    "return_refund": _("Return and refund"),
    "refund_shipped": _("Refund without return"),
    "refund_unshipped": _("Refund before shipping"),
    "exchange": _("Exchange"),
    "price_protection": _("Price difference"),
    "reship": _("Send again"),
    "repair": _("Repair"),
}

CLAIM_REASONS: dict[str, Any] = {
    "no_longer_wanted": _("I no longer want it"),
    "ordered_wrong": _("I ordered the wrong thing"),
    "does_not_fit": _("It does not fit"),
    "changed_mind": _("I changed my mind"),
    "found_cheaper": _("I found it cheaper"),
    "slow_shipping": _("Shipping takes too long"),
    "not_received": _("It never arrived"),
    "lost": _("The parcel is lost"),
    "refused_parcel": _("I refused the parcel"),
    "quality": _("It is faulty"),
    "not_as_described": _("It is not as described"),
    "wrong_item": _("It is the wrong item"),
    "missing_piece": _("Something is missing"),
    "expired": _("It is past its date"),
    "counterfeit": _("It is a counterfeit"),
    "deceived": _("The seller deceived me"),
    "thawed": _("It arrived thawed"),
    "dead": _("It arrived dead"),
    "rotten": _("It is spoilt outside"),
    "rotten_inside": _("It is spoilt inside"),
    "rotten_ripening": _("It spoilt while ripening"),
    "unripe": _("It does not ripen"),
    "mismatch": _("It is not what was shown"),
    "origin_mismatch": _("It is from another origin"),
    "allergy": _("My skin reacted"),
    "broken": _("It arrived broken"),
    "leaking": _("It leaks"),
    "late_shipping": _("It was shipped late"),
    "price_dropped": _("The price has fallen"),
    "platform_case": _("The platform looked into it by itself"),
}

EVIDENCE: dict[str, Any] = {
    "photo_whole": _("a picture of all of it"),
    "photo_defect": _("a picture of the fault"),
    "photo_unboxing": _("a picture or video of the unboxing"),
    "photo_skin": _("a picture of the skin"),
    "photo_product": _("a picture of the product"),
    "photo_remaining": _("a picture of how much is left"),
    "diagnosis": _("a dated diagnosis from a hospital"),
    "medical_bill": _("an itemised medical bill"),
    "test_report": _("a test report"),
    "price_screenshot": _("a picture of the lower price"),
    "authorisation": _("the brand's authorisation"),
    "purchase_invoice": _("the purchase invoice"),
    "good_delivery": _("proof of an intact delivery"),
}

FREIGHT: dict[str, Any] = {
    "nobody": _("nothing to send back"),
    "buyer": pgettext_lazy("return freight", "you pay"),
    "merchant": pgettext_lazy("return freight", "the shop pays"),
    "insurer": pgettext_lazy("return freight", "insurance pays"),
}

BINDINGS: dict[str, Any] = {
    "mandatory": _("always on"),
    "default": _("on unless switched off"),
    "opt_in": _("off unless switched on"),
}

GRANTINGS: dict[str, Any] = {
    "at_once": _("granted at once"),
    "unrefusable": _("the shop answers and may not refuse"),
    "review": _("the shop answers; silence agrees"),
}

ASKINGS: dict[str, Any] = {
    "with_return": _("comes along with a return"),
    "by_itself": _("happens by itself"),
}

PAYERS: dict[str, Any] = {
    "escrow": _("the order's money in escrow"),
    "goods_money": _("the shop's goods money"),
    "experience_deposit": _("the shop's experience deposit"),
    "fund": _("the consumer-protection fund"),
    "insurer": _("the insurer"),
    "platform": _("the platform"),
}

OUTCOMES: dict[str, tuple[Any, str]] = {
    "grant": (_("Granted at once"), "good"),
    "review": (_("The merchant answers"), "info"),
    "need_evidence": (_("Proof is missing"), "wait"),
    "deny": (_("Not covered"), "bad"),
}

PROFILES: dict[str, Any] = {
    "article-2021": _("Rules of the 2021 article"),
    "current-2026": _("Rules of 2026"),
}


_WORKING_NOTE = re.compile(r"^(ART|CHOICE|SDK)\b.*|\s*\bDY:.*")


@dataclass(frozen=True)
class PromiseView:
    """A promise as a badge and as a line of the explanation sheet."""

    code: str
    icon: str
    name: str
    summary: str
    source: str
    given: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class AnswerView:
    """What may be asked under one promise, as a row of a page."""

    code: str
    icon: str
    name: str
    summary: str
    available: bool
    until: datetime | None
    why: tuple[str, ...]
    types: tuple[str, ...]
    reasons: tuple[tuple[str, datetime | None], ...]
    proofs: tuple[str, ...]
    freight: str
    granting: str
    source: str
    asked: bool  # by a claim of its own


@dataclass(frozen=True)
class AskView:
    """What may be asked for one line: first what may, then what may not."""

    line_id: Any
    certificate: str  # hash, empty where none is issued
    open: tuple[AnswerView, ...]
    closed: tuple[AnswerView, ...]

    @property
    def can_apply(self) -> bool:
        """Whether a claim can be made now."""
        return any(one.asked for one in self.open)


def promise_name(code: str, *, english: bool) -> str:
    """Return a promise's name in one of the two languages."""
    found = guarantee.promise(code)
    return found.name_en if english else found.name


def promise_summary(code: str, *, english: bool) -> str:
    """Return what a promise says in one sentence."""
    found = guarantee.promise(code)
    return found.summary_en if english else found.summary


def reason_text(reason: Reason, *, english: bool | None = None) -> str:
    """Return a reason as a sentence: in the reader's language, or in the one that is named."""
    if english is not None:
        with translation.override("en" if english else "zh-hans"):
            return reason_text(reason)
    facts = dict(reason.facts)
    if "cap_minor" in facts:
        facts["cap"] = format_money(int(facts["cap_minor"]))
    if "mark" in facts:
        facts["mark"] = mark_text(facts["mark"])
    return str(REASONS[reason.code]).format_map(facts) if reason.code in REASONS else reason.code


def mark_text(mark: str) -> str:
    """Return what a buyer confirms of goods of this nature, in the reader's language."""
    english = not reads_chinese()
    for promise in guarantee.promises():
        for one in promise.versions[-1].conditionals:
            if one.mark == mark:
                return one.text_en if english else one.text
    return mark


def promise_view(entry: Entry, *, english: bool) -> PromiseView:
    """Return an entry of a certificate, or of what would be on one, as a page shows it."""
    promise = guarantee.promise(entry.promise)
    frozen = entry.terms
    return PromiseView(
        code=entry.promise,
        icon=promise.icon,
        name=_said(frozen, "name", english) or promise_name(entry.promise, english=english),
        summary=_said(frozen, "summary", english) or promise_summary(entry.promise, english=english),
        source=cited(frozen.source) if frozen else "",
        given=entry.given,
        reasons=tuple(reason_text(one) for one in entry.reasons),
    )


def ask_view(found: LineAnswers, *, english: bool) -> AskView:
    """Return what may be asked for a line, as the order page and the studio show it."""
    rows = [answer_view(one, english=english) for one in found.answers]
    return AskView(
        line_id=found.line.line_id,
        certificate=found.certificate.hash if found.issued else "",
        open=tuple(row for row in rows if row.available),
        closed=tuple(row for row in rows if not row.available),
    )


def cited(source: str) -> str:
    """Return what a reader can look up of a rule's sources: laws and named rules, without where the operator read them."""
    named = (_WORKING_NOTE.sub("", one).strip() for one in source.split(";"))
    return "; ".join(one for one in named if one)


def answer_view(answer: Answer, *, english: bool) -> AnswerView:
    """Return one answer as a row of a page."""
    promise = guarantee.promise(answer.promise)
    return AnswerView(
        code=answer.promise,
        icon=promise.icon,
        name=promise_name(answer.promise, english=english),
        summary=promise_summary(answer.promise, english=english),
        available=answer.available,
        until=answer.until,
        why=tuple(reason_text(one) for one in answer.reasons),
        types=tuple(str(CLAIM_TYPES[one]) for one in answer.claim_types),
        reasons=tuple((claim_reason(one.code), one.until) for one in answer.claim_reasons),
        proofs=tuple(str(EVIDENCE[one]) for one in answer.evidence),
        freight=str(FREIGHT[answer.freight]),
        granting=str(GRANTINGS[answer.granting]),
        source=cited(answer.source),
        asked=answer.asking == guarantee.Asking.BUYER,
    )


def granting_text(version: Version) -> str:
    """Return how a promise is called upon and granted, in a few words."""
    return str(ASKINGS.get(version.asking) or GRANTINGS[version.granting])


def claim_reason(code: str) -> str:
    """Return a reason that a buyer may give, in the reader's language."""
    return str(CLAIM_REASONS.get(code, code))


def window_text(version: Version) -> str:
    """Return when a promise may be asked for, in a few words."""
    window = version.window
    start = str(STARTS[window.start])
    if window.hours is None and not window.validity:
        return gettext("from %(start)s") % {"start": start} + _until_event(window.end)
    if window.validity:
        return gettext("from %(start)s for the after-sale period of the category") % {"start": start}
    hours = window.hours or 0
    facts = {"start": start, "hours": hours, "days": hours // HOURS_A_DAY}
    if window.basis == "next_midnight":
        return gettext("%(days)s days from 0:00 of the day after %(start)s") % facts
    if hours % HOURS_A_DAY or hours <= SAID_IN_HOURS:
        return gettext("%(hours)s hours from %(start)s") % facts
    return gettext("%(days)s days from %(start)s") % facts


STARTS: dict[str, Any] = {
    "paid": pgettext_lazy("event", "payment"),
    "ship_due": pgettext_lazy("event", "the promised time of shipping"),
    "shipped": pgettext_lazy("event", "shipping"),
    "signed": pgettext_lazy("event", "delivery"),
    "ripe": pgettext_lazy("event", "ripening"),
}
ENDS: dict[str, Any] = {"shipped": _(" until it is shipped"), "signed": _(" until it is delivered")}
HOURS_A_DAY = 24
SAID_IN_HOURS = 72


def _until_event(end: str) -> str:
    return str(ENDS.get(end, ""))


def _said(version: Version | None, field: str, english: bool) -> str:
    return str(getattr(version, f"{field}_en" if english else field)) if version else ""
