"""Complaints to the platform: filed by anybody, answered by the shop if it wants, decided by an operator in time."""

from dataclasses import dataclass
from functools import partial
from uuid import UUID

from anxin.infra import deadlines, vault
from anxin.infra.deadlines import Due
from anxin.infra.outbox import publish
from anxin.infra.rows import change_row, step_row
from anxin.infra.tx import after_commit, transactional
from anxin.kernel.clock import Instant
from anxin.kernel.ids import new_id
from anxin.market.orders import queries as orders
from anxin.market.orders.errors import UnknownOrder
from anxin.market.people.commands.audit import record_act
from anxin.market.service.domain import complaints as rules
from anxin.market.service.domain.complaints import LIFE, ComplaintKind, ComplaintState, Outcome
from anxin.market.service.errors import complaints as errors
from anxin.market.service.errors.reviews import DeciderIsParty, TextMissing, TextTooLong, TooManyPictures
from anxin.market.service.events import complaints as events
from anxin.market.service.models import Complaint, Review
from anxin.market.service.store import complaints as rows
from anxin.market.shops import queries as shops
from anxin.market.shops.errors import UnknownShop

__all__ = [
    "ComplaintKind",
    "Decision",
    "NewComplaint",
    "Outcome",
    "Subject",
    "acknowledge",
    "anonymise_complaints",
    "answer_as_merchant",
    "decide",
    "file_complaint",
    "withdraw",
]


@dataclass(frozen=True)
class Subject:
    """What a complaint is about: a shop, and there an own order or somebody's review."""

    shop_id: UUID | None = None
    order_id: UUID | None = None
    review_id: UUID | None = None


@dataclass(frozen=True)
class NewComplaint:
    """A complaint to file; `pictures` are names in the vault."""

    subject: Subject
    kind: ComplaintKind
    text: str
    pictures: tuple[str, ...] = ()


@dataclass(frozen=True)
class Decision:
    """What an operator found, and the answer that both sides read."""

    outcome: Outcome
    answer: str


@transactional
def file_complaint(complaint: NewComplaint, *, person_id: UUID, now: Instant) -> UUID:
    """File a complaint and start its clocks; return its id.

    Raises NothingToComplainAbout, ComplaintTextShort, TextTooLong, TooManyPictures, TooManyComplaints, ComplaintOpen.
    """
    text = _checked_text(complaint)
    shop_id = _shop_of(complaint.subject, person_id)
    _check_not_filed(complaint, shop_id, person_id)
    row = Complaint.objects.create(
        id=new_id(),
        person_id=person_id,
        shop_id=shop_id,
        order_id=complaint.subject.order_id,
        review_id=complaint.subject.review_id,
        kind=complaint.kind.value,
        text=text,
        pictures=list(complaint.pictures),
        filed_at=now,
        acknowledge_by=rules.acknowledge_by(now),
        merchant_by=rules.merchant_by(now),
        answer_by=rules.answer_by(now),
    )
    rows.note(row, "filed", now=now)
    _start_clocks(row)
    publish(_filed(row), shop_id=shop_id, now=now)
    return row.id


@transactional
def withdraw(complaint_id: UUID, *, person_id: UUID, now: Instant) -> None:
    """Take one's complaint back. Raises UnknownComplaint, IllegalStep."""
    _withdraw(rows.found_complaint(complaint_id, person_id=person_id), now=now)


@transactional
def acknowledge(complaint_id: UUID, *, by: UUID, now: Instant) -> None:
    """Say that a complaint arrived and is looked into. Raises UnknownComplaint, IllegalStep."""
    row = rows.found_complaint(complaint_id)
    _acknowledge(row, by=by, now=now)


@transactional
def acknowledge_overdue(complaint_id: UUID, *, now: Instant) -> None:
    """Acknowledge by itself what nobody acknowledged in time; a complaint that moved on is left alone."""
    row = Complaint.objects.filter(pk=complaint_id, state=ComplaintState.FILED, acknowledge_by__lte=now).first()
    if row is not None:
        _acknowledge(row, by=None, now=now)


@transactional
def answer_as_merchant(complaint_id: UUID, text: str, *, shop_id: UUID, now: Instant) -> None:
    """Say the shop's side, once, while the complaint is open. Raises UnknownComplaint, MerchantAnswered, IllegalStep …"""
    row = rows.found_complaint(complaint_id, shop_id=shop_id)
    LIFE.after(ComplaintState(row.state), "decide")
    if row.merchant_answered_at is not None:
        raise errors.MerchantAnswered
    change_row(row, LIFE.aggregate, {"merchant_answer": _answer(text), "merchant_answered_at": now})
    rows.note(row, "merchant_answered", now=now, text=row.merchant_answer)
    deadlines.cancel(rows.MERCHANT, row.id)


@transactional
def note_merchant_silent(complaint_id: UUID, *, now: Instant) -> None:
    """Note that the shop has not answered in time; the platform then decides on what it knows."""
    row = Complaint.objects.filter(pk=complaint_id, state__in=rules.OPEN, merchant_answered_at=None).first()
    if row is not None and row.merchant_by <= now and not row.steps.filter(verb="merchant_silent").exists():
        rows.note(row, "merchant_silent", now=now)


@transactional
def decide(complaint_id: UUID, decision: Decision, *, by: UUID, now: Instant) -> None:
    """Answer a complaint for good. Raises UnknownComplaint, IllegalStep, DeciderIsParty, TextMissing, TextTooLong."""
    row = rows.found_complaint(complaint_id)
    if row.person_id == by:
        raise DeciderIsParty
    answer = _answer(decision.answer)
    step_row(row, LIFE, "decide", outcome=decision.outcome.value, answer=answer, closed_at=now, closed_by=by)
    rows.note(row, "decided", now=now, text=answer)
    _stop_clocks(row)
    facts = {"outcome": decision.outcome.value, "kind": row.kind, "shop_id": row.shop_id}
    record_act("service.decide_complaint", f"complaint:{row.id}", facts, actor_id=by, now=now)
    decided = events.ComplaintDecided(
        row.id, row.shop_id, row.person_id, row.kind, decision.outcome.value, row.order_id
    )
    publish(decided, shop_id=row.shop_id, now=now)


@transactional
def remind_of_answer(complaint_id: UUID, *, now: Instant) -> None:
    """Say that an answer is overdue, today and every day until it is given."""
    row = Complaint.objects.filter(pk=complaint_id, state__in=rules.OPEN, answer_by__lte=now).first()
    if row is None:
        return
    publish(events.ComplaintOverdue(row.id, row.shop_id, row.answer_by), shop_id=row.shop_id, now=now)
    deadlines.schedule(rows.ANSWER, row.id, now + rules.REMIND_AFTER)


@transactional
def anonymise_complaints(person_id: UUID, *, now: Instant) -> int:
    """Withdraw a person's open complaints and forget the words and pictures of all; return how many changed."""
    mine = list(Complaint.objects.select_for_update().filter(person_id=person_id).exclude(text="").order_by("id"))
    for row in mine:
        if row.state in rules.OPEN:
            _withdraw(row, now=now)
        _forget_files(row.pictures)
        change_row(row, LIFE.aggregate, {"text": "", "pictures": []})
    return len(mine)


def _checked_text(complaint: NewComplaint) -> str:
    text = complaint.text.strip()
    if len(text) < rules.TEXT_LENGTH_MIN:
        raise errors.ComplaintTextShort(rules.TEXT_LENGTH_MIN)
    if len(text) > rules.TEXT_LENGTH_MAX:
        raise TextTooLong(rules.TEXT_LENGTH_MAX)
    if len(complaint.pictures) > rules.PICTURES_MAX:
        raise TooManyPictures(rules.PICTURES_MAX)
    return text


def _shop_of(subject: Subject, person_id: UUID) -> UUID:
    """Return the shop of what is complained about. Raises NothingToComplainAbout, for another's order too."""
    try:
        if subject.order_id is not None:
            return orders.order(subject.order_id, person_id=person_id).shop_id
        if subject.review_id is None and subject.shop_id is not None:
            return shops.shop(subject.shop_id).id
    except (UnknownOrder, UnknownShop) as unknown:
        raise errors.NothingToComplainAbout from unknown
    shop_id = Review.objects.filter(pk=subject.review_id or UUID(int=0)).values_list("shop_id", flat=True).first()
    if shop_id is None:
        raise errors.NothingToComplainAbout
    return shop_id


def _check_not_filed(complaint: NewComplaint, shop_id: UUID, person_id: UUID) -> None:
    mine = Complaint.objects.filter(person_id=person_id, state__in=rules.OPEN)
    same = mine.filter(
        shop_id=shop_id,
        kind=complaint.kind.value,
        order_id=complaint.subject.order_id,
        review_id=complaint.subject.review_id,
    )
    if same.exists():
        raise errors.ComplaintOpen
    if mine.count() >= rules.OPEN_COMPLAINTS_MAX:
        raise errors.TooManyComplaints(rules.OPEN_COMPLAINTS_MAX)


def _start_clocks(row: Complaint) -> None:
    deadlines.schedule_many(
        [
            Due(rows.ACKNOWLEDGE, row.id, row.acknowledge_by),
            Due(rows.MERCHANT, row.id, row.merchant_by),
            Due(rows.ANSWER, row.id, row.answer_by),
        ]
    )


def _stop_clocks(row: Complaint) -> None:
    for kind in (rows.ACKNOWLEDGE, rows.MERCHANT, rows.ANSWER):
        deadlines.cancel(kind, row.id)


def _withdraw(row: Complaint, *, now: Instant) -> None:
    step_row(row, LIFE, "withdraw", closed_at=now)
    rows.note(row, "withdrawn", now=now)
    _stop_clocks(row)


def _forget_files(names: list[str]) -> None:
    """Remove private pictures once the rows have let go of them."""
    for name in names:
        after_commit(partial(vault.forget, name))


def _acknowledge(row: Complaint, *, by: UUID | None, now: Instant) -> None:
    step_row(row, LIFE, "acknowledge", acknowledged_at=now, acknowledged_by=by)
    rows.note(row, "acknowledged" if by else "acknowledged_late", now=now)
    deadlines.cancel(rows.ACKNOWLEDGE, row.id)
    heard = events.ComplaintAcknowledged(row.id, row.shop_id, row.person_id, automatic=by is None)
    publish(heard, shop_id=row.shop_id, now=now)


def _answer(text: str) -> str:
    written = text.strip()
    if not written:
        raise TextMissing
    if len(written) > rules.ANSWER_LENGTH_MAX:
        raise TextTooLong(rules.ANSWER_LENGTH_MAX)
    return written


def _filed(row: Complaint) -> events.ComplaintFiled:
    return events.ComplaintFiled(
        complaint_id=row.id,
        shop_id=row.shop_id,
        person_id=row.person_id,
        complaint_kind=row.kind,
        order_id=row.order_id,
        review_id=row.review_id,
        answer_by=row.answer_by,
    )
