"""Complaints: acknowledged within a day, answered within five working days, never forgotten."""

from datetime import timedelta

import pytest
from tests.builders.orders import a_shop
from tests.builders.people import a_person, with_role
from tests.builders.service import LATER, a_complaint, a_received_order, a_review
from tests.support.work import work

from anxin.infra import vault
from anxin.infra.doctor import CHECKS, Broken
from anxin.infra.models import Deadline, OutboxEvent
from anxin.kernel.ids import new_id
from anxin.kernel.states import IllegalStep
from anxin.market.people.commands import erase
from anxin.market.people.queries import Role, acts_about
from anxin.market.service.commands import complaints
from anxin.market.service.commands.complaints import ComplaintKind, Decision, Outcome
from anxin.market.service.errors import complaints as errors
from anxin.market.service.errors.reviews import DeciderIsParty, TextMissing, TooManyPictures
from anxin.market.service.models import Complaint
from anxin.market.service.queries import complaints as read

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def shop():
    return a_shop()


@pytest.fixture
def buyer():
    return a_person()


@pytest.fixture
def operator():
    return with_role(a_person(), Role.ARBITRATOR)


def verbs(complaint):
    return [step.verb for step in read.steps_of(complaint)]


def clocks(complaint):
    return Deadline.objects.filter(subject=complaint).count()


def test_a_complaint_starts_its_clocks(shop, buyer):
    found = read.complaint(a_complaint(buyer, shop_id=shop), person_id=buyer)
    assert found.acknowledge_by == LATER + 24 * HOUR
    assert found.merchant_by == LATER + 48 * HOUR
    assert found.answer_by == LATER + timedelta(days=7)  # Wednesday to Wednesday
    assert (found.state, found.shop_id, clocks(found.id)) == ("filed", shop, 3)


def test_an_order_names_its_shop_and_must_be_ones_own(shop, buyer):
    order = a_received_order(shop)
    found = read.complaint(a_complaint(order.person_id, order_id=order.id))
    assert (found.shop_id, found.order_id) == (shop, order.id)
    with pytest.raises(errors.NothingToComplainAbout):
        a_complaint(buyer, order_id=order.id)


def test_a_review_names_its_shop(shop, buyer):
    review = a_review(a_received_order(shop))
    assert read.complaint(a_complaint(buyer, review_id=review)).shop_id == shop


@pytest.mark.parametrize("subject", [{}, {"shop_id": new_id()}, {"review_id": new_id()}, {"order_id": new_id()}])
def test_there_must_be_something_to_complain_about(subject, buyer):
    with pytest.raises(errors.NothingToComplainAbout):
        a_complaint(buyer, **subject)
    assert not Complaint.objects.exists()


def test_a_complaint_needs_words_and_takes_few_pictures(shop, buyer):
    with pytest.raises(errors.ComplaintTextShort):
        a_complaint(buyer, shop_id=shop, text="  假的  ")
    with pytest.raises(TooManyPictures):
        a_complaint(buyer, shop_id=shop, pictures=("p",) * 10)


def test_the_same_complaint_is_open_once(shop, buyer):
    a_complaint(buyer, shop_id=shop)
    with pytest.raises(errors.ComplaintOpen):
        a_complaint(buyer, shop_id=shop)
    a_complaint(buyer, shop_id=shop, kind=ComplaintKind.OTHER)


def test_an_unacknowledged_complaint_is_acknowledged_by_itself_after_24_hours(shop, buyer):
    complaint = a_complaint(buyer, shop_id=shop)
    work(LATER + 24 * HOUR - timedelta(seconds=1))
    assert verbs(complaint) == ["filed"]
    work(LATER + 24 * HOUR)
    work(LATER + 25 * HOUR)
    assert verbs(complaint) == ["filed", "acknowledged_late"]
    assert OutboxEvent.objects.get(kind="service.complaint_acknowledged").payload["automatic"] is True


def test_an_operator_acknowledges_and_the_timer_finds_nothing_to_do(shop, buyer, operator):
    complaint = a_complaint(buyer, shop_id=shop)
    complaints.acknowledge(complaint, by=operator, now=LATER + HOUR)
    complaints.acknowledge_overdue(complaint, now=LATER + 25 * HOUR)
    assert verbs(complaint) == ["filed", "acknowledged"]
    with pytest.raises(IllegalStep):
        complaints.acknowledge(complaint, by=operator, now=LATER + HOUR)


def test_a_shop_says_its_side_once(shop, buyer):
    complaint = a_complaint(buyer, shop_id=shop)
    complaints.answer_as_merchant(complaint, "检测报告已上传", shop_id=shop, now=LATER + HOUR)
    with pytest.raises(errors.MerchantAnswered):
        complaints.answer_as_merchant(complaint, "再说一次", shop_id=shop, now=LATER + HOUR)
    with pytest.raises(errors.UnknownComplaint):
        complaints.answer_as_merchant(complaint, "我来说", shop_id=a_shop(), now=LATER + HOUR)
    work(LATER + 49 * HOUR)
    assert "merchant_silent" not in verbs(complaint)


def test_a_silent_shop_is_noted_once(shop, buyer):
    complaint = a_complaint(buyer, shop_id=shop)
    work(LATER + 48 * HOUR)
    complaints.note_merchant_silent(complaint, now=LATER + 50 * HOUR)
    assert verbs(complaint).count("merchant_silent") == 1


def test_a_decision_ends_the_clocks_and_is_in_the_audit_log(shop, buyer, operator):
    complaint = a_complaint(buyer, shop_id=shop)
    complaints.decide(complaint, Decision(Outcome.UPHELD, "属实，已处罚商家。"), by=operator, now=LATER + HOUR)
    found = read.complaint(complaint)
    assert (found.state, found.outcome, found.answer, found.next_due_at) == (
        "decided",
        "upheld",
        "属实，已处罚商家。",
        None,
    )
    assert clocks(complaint) == 0
    assert [act.act for act in acts_about(f"complaint:{complaint}")] == ["service.decide_complaint"]
    with pytest.raises(IllegalStep):
        complaints.decide(complaint, Decision(Outcome.DISMISSED, "不成立"), by=operator, now=LATER + HOUR)
    with pytest.raises(IllegalStep):
        complaints.withdraw(complaint, person_id=buyer, now=LATER + HOUR)


def test_a_decision_needs_an_answer_and_a_stranger(shop, buyer, operator):
    complaint = a_complaint(buyer, shop_id=shop)
    with pytest.raises(TextMissing):
        complaints.decide(complaint, Decision(Outcome.UPHELD, " "), by=operator, now=LATER)
    with pytest.raises(DeciderIsParty):
        complaints.decide(complaint, Decision(Outcome.UPHELD, "属实"), by=buyer, now=LATER)


def test_a_withdrawn_complaint_is_over(shop, buyer):
    complaint = a_complaint(buyer, shop_id=shop)
    complaints.withdraw(complaint, person_id=buyer, now=LATER + HOUR)
    work(LATER + timedelta(days=30))
    assert verbs(complaint) == ["filed", "withdrawn"]


def test_an_overdue_answer_is_said_to_be_so_every_day(shop, buyer, operator):
    complaint = a_complaint(buyer, shop_id=shop)
    due = read.complaint(complaint).answer_by
    for day in range(3):
        work(due + day * 24 * HOUR)
    assert OutboxEvent.objects.filter(kind="service.complaint_overdue").count() == 3
    assert read.overdue(now=due) == 1
    complaints.decide(complaint, Decision(Outcome.SETTLED, "双方和解"), by=operator, now=due + 72 * HOUR)
    work(due + 30 * 24 * HOUR)
    assert OutboxEvent.objects.filter(kind="service.complaint_overdue").count() == 3


def test_the_doctor_sees_an_open_complaint_without_a_clock(shop, buyer):
    complaint = a_complaint(buyer, shop_id=shop)
    CHECKS["service.complaints_have_deadlines"]()
    Deadline.objects.filter(subject=complaint).delete()
    with pytest.raises(Broken):
        CHECKS["service.complaints_have_deadlines"]()


def test_an_erased_person_leaves_neither_words_nor_pictures(shop, buyer, django_capture_on_commit_callbacks):
    name = vault.keep(b"picture")
    complaint = a_complaint(buyer, shop_id=shop, pictures=(name,))
    with django_capture_on_commit_callbacks(execute=True):
        erase(buyer, now=LATER)
        work(LATER + timedelta(minutes=1))
    found = read.complaint(complaint)
    assert (found.text, found.pictures, found.state) == ("", 0, "withdrawn")
    with pytest.raises(vault.NotInVault):
        vault.read(name)


def test_the_queue_shows_the_oldest_first(shop, buyer):
    first, second = a_complaint(buyer, shop_id=shop), a_complaint(a_person(), shop_id=shop)
    assert [each.id for each in read.complaint_queue().items] == [first, second]
    assert [each.id for each in read.complaints_of_shop(shop).items] == [second, first]
    assert read.to_answer(shop) == 2
