"""What may be read of complaints."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from anxin.infra import vault
from anxin.kernel.clock import Instant, shanghai_day
from anxin.kernel.contacts import name_to_strangers
from anxin.kernel.page import Page, id_cursor, limited, page_of
from anxin.market.people import queries as people
from anxin.market.service.domain.complaints import (
    ANSWER_LENGTH_MAX,
    LIFE,
    OPEN,
    PICTURES_MAX,
    TEXT_LENGTH_MAX,
    TEXT_LENGTH_MIN,
    ComplaintKind,
    ComplaintState,
    Outcome,
)
from anxin.market.service.domain.score_rules import rules_at
from anxin.market.service.errors.complaints import UnknownComplaint
from anxin.market.service.models import Complaint
from anxin.market.service.store.complaints import found_complaint
from anxin.market.service.store.reviews import SQL
from anxin.market.shops import queries as shops

__all__ = [
    "ANSWER_LENGTH_MAX",
    "LIFE",
    "PICTURES_MAX",
    "TEXT_LENGTH_MAX",
    "TEXT_LENGTH_MIN",
    "ComplaintKind",
    "ComplaintState",
    "Outcome",
]


@dataclass(frozen=True)
class ComplaintStepFacts:
    """Something that happened to a complaint."""

    verb: str
    text: str
    at: Instant


@dataclass(frozen=True)
class ComplaintFacts:
    """A complaint; `complainant` is a masked name, `pictures` how many there are."""

    id: UUID
    person_id: UUID
    complainant: str
    shop_id: UUID
    shop_name: str
    shop_name_en: str
    order_id: UUID | None
    review_id: UUID | None
    kind: ComplaintKind
    text: str
    pictures: int
    state: ComplaintState
    version: int
    filed_at: Instant
    acknowledge_by: Instant
    merchant_by: Instant
    answer_by: Instant
    acknowledged_at: Instant | None
    merchant_answer: str
    merchant_answered_at: Instant | None
    outcome: Outcome | None
    answer: str
    closed_at: Instant | None

    @property
    def is_open(self) -> bool:
        """Whether the platform still owes an answer."""
        return self.state in OPEN

    @property
    def next_due_at(self) -> Instant | None:
        """Until when the platform has to do something next."""
        if self.state is ComplaintState.FILED:
            return self.acknowledge_by
        return self.answer_by if self.is_open else None

    @property
    def merchant_may_answer(self) -> bool:
        """Whether the shop may still say its side."""
        return self.is_open and self.merchant_answered_at is None

    def is_overdue(self, now: Instant) -> bool:
        """Say whether the platform is late."""
        return self.next_due_at is not None and self.next_due_at <= now


@dataclass(frozen=True)
class ShopFaults:
    """How often a shop was complained about, and how often it broke a rule that costs it points."""

    complaints: int
    violations: int


def faults_of_shops(since: Instant, *, now: Instant) -> dict[UUID, ShopFaults]:
    """Return the faults of all shops that have any since a moment, in one statement."""
    rules = rules_at(shanghai_day(now))
    rows = SQL.rows("faults_of_shops", since=since, now=now, kinds=sorted(rules.violations_of_compensations))
    return {row["shop_id"]: ShopFaults(row["complaints"], row["violations"]) for row in rows}


def complaint(complaint_id: UUID, *, person_id: UUID | None = None, shop_id: UUID | None = None) -> ComplaintFacts:
    """Return one complaint as its writer, its shop or an operator reads it. Raises UnknownComplaint for anybody else's."""
    return _facts([found_complaint(complaint_id, person_id=person_id, shop_id=shop_id)])[0]


def steps_of(complaint_id: UUID) -> tuple[ComplaintStepFacts, ...]:
    """Return what happened to a complaint, oldest first."""
    rows = Complaint.objects.get(pk=complaint_id).steps.order_by("at", "id")
    return tuple(ComplaintStepFacts(row.verb, row.text, row.at) for row in rows)


def complaints_of(person_id: UUID, *, cursor: str | None = None, limit: int | None = None) -> Page[ComplaintFacts]:
    """Return a person's complaints, newest first."""
    return _page(Complaint.objects.filter(person_id=person_id), cursor, limit)


def complaints_of_shop(
    shop_id: UUID, *, to_answer: bool = False, cursor: str | None = None, limit: int | None = None
) -> Page[ComplaintFacts]:
    """Return the complaints about a shop, newest first; or only those it may still answer."""
    rows = Complaint.objects.filter(shop_id=shop_id)
    if to_answer:
        rows = rows.filter(state__in=OPEN, merchant_answered_at=None)
    return _page(rows, cursor, limit)


def complaint_queue(
    state: ComplaintState | None = None, *, cursor: str | None = None, limit: int | None = None
) -> Page[ComplaintFacts]:
    """Return complaints for operators: of one state newest first, else all open ones, the oldest first."""
    if state is not None:
        return _page(Complaint.objects.filter(state=state), cursor, limit)
    size = limited(limit)
    rows = Complaint.objects.filter(state__in=OPEN).order_by("id")
    if cursor:
        rows = rows.filter(id__gt=id_cursor(cursor))
    return page_of(_facts(list(rows[: size + 1])), size, lambda facts: str(facts.id))


def counts() -> dict[ComplaintState, int]:
    """Return how many complaints are in each state."""
    rows = Complaint.objects.values_list("state").annotate(number=Count("id")).order_by()
    return {ComplaintState(state): number for state, number in rows}


def waiting_count() -> int:
    """Return how many complaints the platform has yet to answer."""
    return Complaint.objects.filter(state__in=OPEN).count()


def overdue(*, now: Instant) -> int:
    """Return how many complaints the platform is late with."""
    late = Q(state=ComplaintState.FILED, acknowledge_by__lte=now) | Q(state__in=OPEN, answer_by__lte=now)
    return Complaint.objects.filter(late).count()


def to_answer(shop_id: UUID) -> int:
    """Return how many complaints a shop may still answer."""
    return Complaint.objects.filter(shop_id=shop_id, state__in=OPEN, merchant_answered_at=None).count()


def picture(complaint_id: UUID, number: int, *, person_id: UUID | None = None, shop_id: UUID | None = None) -> bytes:
    """Return a picture of a complaint, counted from 0. Raises UnknownComplaint for anybody who may not see it."""
    row = found_complaint(complaint_id, person_id=person_id, shop_id=shop_id)
    if not 0 <= number < len(row.pictures):
        raise UnknownComplaint
    return vault.read(row.pictures[number])


def _page(rows: QuerySet[Complaint], cursor: str | None, limit: int | None) -> Page[ComplaintFacts]:
    size = limited(limit)
    if cursor:
        rows = rows.filter(id__lt=id_cursor(cursor))
    return page_of(_facts(list(rows.order_by("-id")[: size + 1])), size, lambda facts: str(facts.id))


def _facts(found: list[Complaint]) -> list[ComplaintFacts]:
    names = people.names_of([row.person_id for row in found])
    known = shops.shops_by_id([row.shop_id for row in found])
    return [_complaint(row, name_to_strangers(names.get(row.person_id, "")), known[row.shop_id]) for row in found]


def _complaint(row: Complaint, complainant: str, shop: shops.ShopFacts) -> ComplaintFacts:
    return ComplaintFacts(
        **{name: getattr(row, name) for name in _PLAIN},
        complainant=complainant,
        shop_name=shop.name,
        shop_name_en=shop.name_en,
        kind=ComplaintKind(row.kind),
        pictures=len(row.pictures),
        state=ComplaintState(row.state),
        outcome=Outcome(row.outcome) if row.outcome else None,
    )


_MADE = {"complainant", "shop_name", "shop_name_en", "kind", "pictures", "state", "outcome"}
_PLAIN = tuple(name for name in ComplaintFacts.__dataclass_fields__ if name not in _MADE)


def files_of(person_id: UUID) -> Iterator[tuple[str, str]]:
    """Yield (name in the archive, name in the vault) of every picture in a person's complaints, for the export."""
    for pictures in Complaint.objects.filter(person_id=person_id).order_by("id").values_list("pictures", flat=True):
        for name in pictures:
            yield f"files/complaints/{name}.jpg", name
