"""A buyer who is forgotten: not while something is open, and then without words and files, but with every number."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.db.utils import IntegrityError, ProgrammingError
from tests.builders.claims import BROKEN, DAY, HOUR, SIGNED_AT, a_picture, claim, signed
from tests.builders.disputes import ASKED_AT, CALLED_AT, DEFECT, Disputed, an_arbitrator, disputed, some_back
from tests.support.memory import forget
from tests.support.work import work

from anxin.infra import vault
from anxin.infra.tx import savepoint
from anxin.market.guarantee.commands import arbitration, claim_answers, claims, disputes, erasing
from anxin.market.guarantee.commands.claims import Wish
from anxin.market.guarantee.domain.arbitration import VerdictKind
from anxin.market.guarantee.domain.facts import ClaimType
from anxin.market.guarantee.errors.claims import StillOpen, UnknownEvidence
from anxin.market.guarantee.models import Dispute
from anxin.market.guarantee.models.claims import Claim, ClaimEntry, ClaimEvidence
from anxin.market.guarantee.models.disputes import DisputeEntry, DisputeEvidence
from anxin.market.guarantee.queries import personal
from anxin.market.guarantee.queries.claims import evidence_file
from anxin.market.guarantee.queries.decisions import replays
from anxin.market.people import commands as people

pytestmark = pytest.mark.django_db


@pytest.fixture
def committing(django_capture_on_commit_callbacks: Any) -> Iterator[Any]:
    """What follows a commit follows; this process remembers nothing of it after the test."""
    yield lambda: django_capture_on_commit_callbacks(execute=True)
    forget()


@pytest.fixture
def erase(committing: Any) -> Callable[[UUID], None]:
    """Forget a person, and let everything follow that follows."""

    def do(person_id: UUID) -> None:
        with committing():
            people.erase(person_id, now=MUCH_LATER)
            work(MUCH_LATER)

    return do


MUCH_LATER = CALLED_AT + 60 * DAY
ONLY_MONEY = Wish(ClaimType.REFUND_SHIPPED, "quality")
SECRET = "我的手机号是 13912345678"


def withdrawn() -> UUID:
    """A claim that its buyer took back, with words and a picture."""
    made = signed()
    asked = made.ask(BROKEN, now=ASKED_AT, show=DEFECT, words=SECRET)
    claims.withdraw(asked, person_id=made.buyer.id, now=ASKED_AT + HOUR)
    work(ASKED_AT + HOUR)
    return asked


def judged() -> Disputed:
    """A dispute that both sides spoke in and that was decided and carried out."""
    case = disputed()
    disputes.offer_settlement(case.id, VerdictKind.PARTIAL_REFUND, 2_000, side=case.buyer, now=CALLED_AT, note=SECRET)
    judge = an_arbitrator()
    case.heard(judge)
    case.show(case.buyer)
    disputes.give_evidence(case.id, [disputes.Piece("statement", SECRET)], side=case.buyer, now=CALLED_AT)
    arbitration.decide(case.id, some_back(), by=judge, now=CALLED_AT + HOUR)
    work(MUCH_LATER)
    return case


def everything_kept() -> str:
    """All texts of the tables in question, as one."""
    tables = (Claim, ClaimEntry, ClaimEvidence, Dispute, DisputeEntry, DisputeEvidence)
    return "\n".join(str(list(table.objects.order_by("id").values())) for table in tables)


def test_forgetting_is_refused_while_a_claim_or_dispute_is_open_and_changes_nothing() -> None:
    case = disputed()
    before = everything_kept()
    with pytest.raises(StillOpen) as refused:
        people.erase(case.made.buyer.id, now=CALLED_AT)
    assert (refused.value.claims, refused.value.disputes) == (1, 1)
    assert everything_kept() == before


def test_words_and_files_of_an_ended_claim_go_and_its_facts_stay(erase: Callable[[UUID], None]) -> None:
    asked = withdrawn()
    shown = ClaimEvidence.objects.get(claim_id=asked)
    before = Claim.objects.filter(id=asked).values().get()
    assert SECRET in everything_kept()
    erase(before["person_id"])
    assert SECRET not in everything_kept()
    after = Claim.objects.filter(id=asked).values().get()
    assert {name for name in before if before[name] != after[name]} == {"words"}
    gone = ClaimEvidence.objects.get(id=shown.id)
    assert (gone.file, gone.kind, gone.sha256, gone.erased_at) == ("", shown.kind, shown.sha256, MUCH_LATER)
    with pytest.raises(vault.NotInVault):
        vault.read(shown.file)
    with pytest.raises(UnknownEvidence):
        evidence_file(asked, shown.id)
    assert all(same for _, same in replays(100))


def test_what_a_buyer_said_in_a_dispute_goes_and_the_verdict_with_its_reasons_stays(
    erase: Callable[[UUID], None],
) -> None:
    case = judged()
    files = list(DisputeEvidence.objects.filter(party="buyer").exclude(file="").values_list("file", flat=True))
    theirs = list(DisputeEvidence.objects.filter(party="merchant").order_by("id").values())
    verdict, decided = case.row.verdict, DisputeEntry.objects.get(dispute_id=case.id, kind="decided").facts
    assert files
    assert theirs
    assert SECRET in everything_kept()
    erase(case.made.buyer.id)
    assert SECRET not in everything_kept()
    assert case.row.verdict == verdict
    assert DisputeEntry.objects.get(dispute_id=case.id, kind="decided").facts == decided
    assert list(DisputeEvidence.objects.filter(party="merchant").order_by("id").values()) == theirs
    for name in files:
        with pytest.raises(vault.NotInVault):
            vault.read(name)
    before = everything_kept()
    erasing.forget_buyer(case.made.buyer.id, now=MUCH_LATER + DAY)
    assert everything_kept() == before


def test_a_file_that_was_never_handed_in_goes_too(erase: Callable[[UUID], None]) -> None:
    made = signed()
    waiting = ClaimEvidence.objects.get(id=a_picture(DEFECT[0], made.buyer.id))
    erase(made.buyer.id)
    assert not ClaimEvidence.objects.filter(id=waiting.id).exists()
    with pytest.raises(vault.NotInVault):
        vault.read(waiting.file)


@pytest.mark.parametrize("end", ["closed", "done"])
def test_a_claim_that_slipped_in_is_not_harmed_and_forgotten_when_it_ends(end: str, committing: Any) -> None:
    made = signed()
    people.erase(made.buyer.id, now=ASKED_AT)
    asked = made.ask(BROKEN if end == "closed" else ONLY_MONEY, now=ASKED_AT, show=DEFECT, words=SECRET)
    work(ASKED_AT)  # the word of it comes after the claim
    assert claim(asked).words == SECRET
    shown = ClaimEvidence.objects.get(claim_id=asked)
    assert vault.read(shown.file)
    with committing():
        claim_answers.agree(asked, made.answer("好"), now=ASKED_AT)
        work(ASKED_AT + 8 * DAY)  # closed: nothing was sent back; done: the money is there
    assert claim(asked).state == end
    assert SECRET not in everything_kept()
    assert ClaimEvidence.objects.get(id=shown.id).file == ""
    with pytest.raises(vault.NotInVault):
        vault.read(shown.file)


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("guarantee_claimentry", "words = 'something else'"),
        ("guarantee_claimentry", "kind = 'agreed'"),
        ("guarantee_disputeentry", "facts = '{\"refund_minor\": 1}'"),
        ("guarantee_disputeentry", "party = 'merchant'"),
        ("guarantee_disputeevidence", "words = 'something else'"),
        ("guarantee_disputeevidence", "kind = 'report'"),
    ],
)
def test_nothing_but_blanking_is_let_through(table: str, change: str) -> None:
    judged()
    for statement in (f"update {table} set {change}", f"delete from {table}"):  # noqa: S608 - ours
        with pytest.raises((IntegrityError, ProgrammingError)), savepoint(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_export_holds_words_decisions_and_names_of_files() -> None:
    case = judged()
    person = case.made.buyer.id
    held = personal.held_about(person)
    assert SECRET in str(held["disputes"])
    assert [one["id"] for one in held["claims"]] == [case.claim]
    assert held["disputes"][0]["verdict"]["refund_minor"] == 3_000
    files = dict(personal.files_of(person))
    named = [piece["file"] for kept in ("claims", "disputes") for one in held[kept] for piece in one["evidence"]]
    assert set(files) == {name for name in named if name}
    assert all(vault.read(name) for name in files.values())
    assert personal.held_about(signed(at=SIGNED_AT).buyer.id)["claims"] == []
