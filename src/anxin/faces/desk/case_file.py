"""The file of a case: everything an arbitrator looks at, gathered from the modules that know it."""

from dataclasses import dataclass
from typing import Any

from anxin.faces.case_papers import line_of_case, snapshot_of
from anxin.faces.claim_words import timeline_steps as claim_steps
from anxin.faces.desk.case_talk import case_talk
from anxin.faces.dispute_words import (
    COMPLAINTS,
    KINDS,
    OUTCOMES,
    dispute_view,
    language,
    pieces_by_party,
    timeline_steps,
)
from anxin.faces.guarantee_words import promise_view
from anxin.faces.language import reads_chinese
from anxin.faces.order_words import OrderView, order_view
from anxin.faces.order_words import timeline_steps as order_steps
from anxin.kernel.ids import public_id
from anxin.market.guarantee.queries.case_papers import Precedent, case_papers
from anxin.market.guarantee.queries.certificates import Certificate
from anxin.market.guarantee.queries.disputes import Arbitration, Bounds, DisputeFacts, Party, VerdictKind
from anxin.market.orders import queries as orders
from anxin.market.orders.queries import LineFacts


@dataclass(frozen=True)
class ReasonView:
    """A reason for the verdict form: its words, its article, and what it allows here."""

    code: str
    words: str
    article: str
    article_number: str
    favours_buyer: bool
    kinds: str
    kind_words: tuple[str, ...]
    refund_max_minor: int
    compensation_max_minor: int
    obstacles: tuple[str, ...]


@dataclass(frozen=True)
class PrecedentView:
    """A decided case beside this one."""

    facts: Precedent
    number: str
    kind: str
    reason: str
    outcome: tuple[Any, str]


def case_file(facts: DisputeFacts, rules: Arbitration) -> dict[str, Any]:
    """Return what the page of a case shows."""
    order, order_entries = orders.order_and_timeline(facts.order_id)
    view = order_view(order, english=not reads_chinese())
    line = line_of_case(order, facts)
    papers = case_papers(facts)
    return {
        "dispute": dispute_view(facts, rules, reader=Party.PLATFORM),
        "order": view,
        "line": _line_of(view, line),
        "claim_steps": claim_steps(papers.claim_entries),
        "order_steps": order_steps(order_entries),
        "sides": pieces_by_party(papers.evidence, rules),
        "timeline": timeline_steps(papers.entries, rules, reader=Party.PLATFORM),
        "promised": _promised(papers.certificate),
        "talk": case_talk(order, facts.id),
        "snapshot": snapshot_of(line),
        "precedents": [_precedent(one, rules) for one in papers.precedents],
        "reasons": [_reason(one, rules) for one in papers.bounds],
        "case": papers.facts,
        "limits": rules.limits,
    }


def _line_of(view: OrderView, line: LineFacts) -> Any:
    return next(one for one in view.lines if one.facts.id == line.id)


def _promised(found: Certificate | None) -> dict[str, Any] | None:
    """Return what the certificate of the line says, for and against; None where none was issued."""
    if found is None:
        return None
    views = [promise_view(entry, english=not reads_chinese()) for entry in found.entries]
    return {
        "given": [one for one in views if one.given],
        "withheld": [one for one in views if not one.given],
        "hash": found.hash,
        "profile": found.profile,
        "issued_at": found.issued_at,
    }


def _reason(found: Bounds, rules: Arbitration) -> ReasonView:
    reason = found.reason
    return ReasonView(
        code=reason.code,
        words=reason.words.in_language(language()),
        article=rules.articles[reason.article].in_language(language()),
        article_number=reason.article if reason.article.isdigit() else "",
        favours_buyer=VerdictKind.NO_SUPPORT not in reason.kinds,
        kinds=" ".join(reason.kinds),
        kind_words=tuple(str(KINDS[kind]) for kind in reason.kinds),
        refund_max_minor=found.refund_max_minor,
        compensation_max_minor=found.compensation_max_minor,
        obstacles=tuple(str(COMPLAINTS[one]) for one in found.obstacles),
    )


def _precedent(found: Precedent, rules: Arbitration) -> PrecedentView:
    reason = rules.reasons.get(found.reason)
    return PrecedentView(
        facts=found,
        number=public_id("dsp", found.id),
        kind=str(KINDS[found.kind]),
        reason=reason.words.in_language(language()) if reason else found.reason,
        outcome=OUTCOMES[found.outcome],
    )
