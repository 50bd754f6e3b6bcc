"""Papers that end: a warning before, a restriction after, and renewal through an operator."""

from datetime import timedelta
from uuid import UUID

from anxin.infra.deadlines import Due, cancel, schedule_many
from anxin.infra.outbox import publish
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant, shanghai_day, shanghai_midnight
from anxin.kernel.states import LostRace
from anxin.market.people.commands.audit import record_act
from anxin.market.shops import store
from anxin.market.shops.commands.applications import NewPaper
from anxin.market.shops.domain.rules import rulebook_at
from anxin.market.shops.domain.types import PaperState, RestrictionKind
from anxin.market.shops.errors import UnknownPaper
from anxin.market.shops.events import PaperExpiring
from anxin.market.shops.models import Paper

WARN = "shops.paper_warn"
EXPIRED = "shops.paper_expired"


@transactional
def watch_papers(shop_id: UUID, *, now: Instant) -> None:
    """Set the deadlines of every kept paper of the shop that has an end."""
    schedule_many([due for paper in _kept(shop_id) for due in deadlines_of(paper, now=now)])


def deadlines_of(paper: Paper, *, now: Instant) -> list[Due]:
    """Return when to warn of the paper's end and when to act on it; a paper without an end needs neither."""
    if paper.expires_on is None:
        return []
    days = rulebook_at(shanghai_day(now)).warn_days_before
    return [
        Due(WARN, paper.pk, shanghai_midnight(paper.expires_on - timedelta(days=days))),
        Due(EXPIRED, paper.pk, shanghai_midnight(paper.expires_on + timedelta(days=1))),
    ]


@transactional
def warn_of_end(paper_id: UUID, *, now: Instant) -> None:
    """Tell the shop that a paper ends soon, if it is still the one in force."""
    paper = Paper.objects.filter(pk=paper_id, state=PaperState.KEPT.value).first()
    if paper is not None and paper.shop_id is not None and paper.expires_on is not None:
        fact = PaperExpiring(paper.shop_id, paper.pk, paper.kind, paper.expires_on.isoformat())
        publish(fact, now=now, shop_id=paper.shop_id)


@transactional
def act_on_end(paper_id: UUID, *, now: Instant) -> None:
    """Stop listing and selling when a paper in force has ended; otherwise do nothing."""
    paper = Paper.objects.filter(pk=paper_id, state=PaperState.KEPT.value).first()
    if paper is None or paper.shop_id is None or paper.expires_on is None:
        return
    if paper.expires_on < shanghai_day(now):
        kinds = (RestrictionKind.LISTING, RestrictionKind.SELLING)
        store.restrict(paper.shop_id, kinds, cause_of(paper.pk), now=now)


@transactional
def renew_paper(shop_id: UUID, paper_id: UUID, paper: NewPaper, *, now: Instant) -> UUID:
    """Hand in a newer paper for one in force; it waits for an operator. Raises UnknownPaper."""
    current = store.paper_of_shop(shop_id, paper_id)
    if current.state != PaperState.KEPT or current.kind != paper.kind:
        raise UnknownPaper
    Paper.objects.filter(replaces=current, state=PaperState.PENDING.value).update(state=PaperState.REPLACED.value)
    renewal = Paper.objects.create(
        application_id=current.application_id,
        shop_id=shop_id,
        replaces=current,
        state=PaperState.PENDING.value,
        kind=paper.kind.value,
        number=paper.number,
        issued_on=paper.issued_on,
        expires_on=paper.expires_on,
        pages=list(paper.pages),
        uploaded_at=now,
    )
    return renewal.pk


@transactional
def decide_renewal(paper_id: UUID, *, accepted: bool, reviewer_id: UUID, now: Instant) -> None:
    """Put a renewed paper in force, or refuse it. Raises UnknownPaper, LostRace when it was decided already."""
    renewal = Paper.objects.filter(pk=paper_id, replaces__isnull=False).first()
    if renewal is None or renewal.shop_id is None or renewal.replaces_id is None:
        raise UnknownPaper
    verdict = PaperState.KEPT if accepted else PaperState.REFUSED
    waiting = Paper.objects.filter(pk=paper_id, state=PaperState.PENDING.value)
    if not waiting.update(state=verdict.value):
        raise LostRace("paper")
    record_act(
        "shops.decide_renewal",
        f"shop:{renewal.shop_id}",
        {"paper": str(paper_id), "verdict": verdict.value},
        actor_id=reviewer_id,
        now=now,
    )
    if not accepted:
        return
    Paper.objects.filter(pk=renewal.replaces_id).update(state=PaperState.REPLACED.value)
    for kind in (WARN, EXPIRED):
        cancel(kind, renewal.replaces_id)
    store.lift(renewal.shop_id, cause_of(renewal.replaces_id), now=now)
    schedule_many(deadlines_of(renewal, now=now))


def cause_of(paper_id: UUID) -> str:
    """Return the cause under which the end of a paper restricts its shop."""
    return f"paper:{paper_id}"


def _kept(shop_id: UUID) -> list[Paper]:
    return list(Paper.objects.filter(shop_id=shop_id, state=PaperState.KEPT.value))
