"""The life of an application, from the first draft to an open shop."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.builders.people import a_person
from tests.builders.shops import (
    NOW,
    a_citizen_number,
    a_document,
    a_draft,
    a_review,
    a_submission,
    an_open_shop,
    another_document,
    version_of,
)

from anxin.infra.models import Deadline, OutboxEvent
from anxin.kernel.states import IllegalStep, LostRace
from anxin.market.people.queries import OrgKind, Role, actor_of
from anxin.market.shops import queries
from anxin.market.shops.commands import applications, reviews
from anxin.market.shops.domain.types import PaperKind, ShopType
from anxin.market.shops.errors import (
    ApplicationIncomplete,
    NotEditable,
    ReasonsMissing,
    ReviewerIsApplicant,
    TooManyApplications,
    UnknownApplication,
)
from anxin.market.shops.models import Application, ApplicationStep, Paper, Shop

pytestmark = pytest.mark.django_db


def state_of(application_id):
    return Application.objects.get(pk=application_id).state


def events_of(kind):
    return [row.payload for row in OutboxEvent.objects.filter(kind=kind)]


def test_a_complete_application_becomes_an_open_shop_with_its_owner():
    owner = a_person()
    shop_id = an_open_shop(owner_id=owner)
    shop = queries.shop(shop_id)
    assert (shop.name, shop.slug, shop.shop_type) == ("青禾女装", "qinghe-womenswear", ShopType.ENTERPRISE)
    assert shop.categories == ("womenswear",)
    assert Role.OWNER in actor_of(owner).roles_in(OrgKind.SHOP, shop_id)
    assert [row["shop_id"] for row in events_of("shops.shop_opened")] == [str(shop_id)]
    assert queries.terms([shop_id])[shop_id].selling


def test_a_new_shop_owes_the_lowest_deposit_and_may_not_withdraw():
    limits = queries.restrictions(an_open_shop(), now=NOW)
    assert (limits.withdrawal, limits.listing, limits.selling) == (True, False, False)


def test_the_timeline_keeps_every_step_and_what_was_sent():
    applicant = a_person()
    application_id = a_submission(applicant)
    reviews.ask_for_more(a_review(application_id, note="营业执照看不清"), now=NOW)
    applications.submit(application_id, applicant_id=applicant, version=version_of(application_id), now=NOW)
    reviews.refuse(a_review(application_id, "paper_forged"), now=NOW)
    steps = list(ApplicationStep.objects.filter(application_id=application_id).order_by("id"))
    assert [step.verb for step in steps] == ["start", "submit", "ask_more", "submit", "refuse"]
    assert [bool(step.document) for step in steps] == [False, True, False, True, False]
    assert steps[4].reasons == ["paper_forged"]


def test_a_refused_application_can_be_changed_and_sent_again():
    applicant = a_person()
    application_id = a_submission(applicant)
    reviews.refuse(a_review(application_id, note="店铺名与他人相近"), now=NOW)
    changed = a_document(shop_name="青禾自在女装")
    version = version_of(application_id)
    applications.save_draft(application_id, changed, applicant_id=applicant, version=version, now=NOW)
    applications.submit(application_id, applicant_id=applicant, version=version + 1, now=NOW)
    shop_id = reviews.approve(a_review(application_id), now=NOW)
    assert queries.shop(shop_id).name == "青禾自在女装"


def test_an_incomplete_application_is_not_sent_and_says_all_reasons():
    applicant = a_person()
    application_id = applications.start(applicant, now=NOW)
    document = a_document(entity_code="", shop_name="安心购")
    applications.save_draft(application_id, document, applicant_id=applicant, version=1, now=NOW)
    with pytest.raises(ApplicationIncomplete) as refused:
        applications.submit(application_id, applicant_id=applicant, version=2, now=NOW)
    codes = {reason.code for reason in refused.value.reasons}
    assert codes == {"credit_code_wrong", "name_reserved", "paper_missing"}
    assert state_of(application_id) == "draft"


def test_nobody_else_sees_or_changes_an_application():
    application_id = a_draft(a_person())
    stranger = a_person()
    with pytest.raises(UnknownApplication):
        applications.save_draft(application_id, a_document(), applicant_id=stranger, version=2, now=NOW)
    with pytest.raises(UnknownApplication):
        applications.submit(application_id, applicant_id=stranger, version=2, now=NOW)


def test_a_sent_application_cannot_be_changed():
    applicant = a_person()
    application_id = a_submission(applicant)
    with pytest.raises(NotEditable):
        applications.save_draft(application_id, a_document(), applicant_id=applicant, version=3, now=NOW)


def test_a_stale_draft_does_not_overwrite_a_newer_one():
    applicant = a_person()
    application_id = a_draft(applicant)
    with pytest.raises(LostRace):
        applications.save_draft(application_id, a_document(), applicant_id=applicant, version=1, now=NOW)


def test_of_two_operators_one_decides():
    application_id = a_submission(a_person())
    first, second = a_review(application_id, note="no"), a_review(application_id)
    reviews.refuse(first, now=NOW)
    with pytest.raises(IllegalStep):
        reviews.approve(second, now=NOW)
    assert Shop.objects.count() == 0


def test_a_decision_on_an_older_version_loses():
    applicant = a_person()
    application_id = a_submission(applicant)
    seen = a_review(application_id)
    reviews.ask_for_more(a_review(application_id, note="more"), now=NOW)
    applications.submit(application_id, applicant_id=applicant, version=version_of(application_id), now=NOW)
    with pytest.raises(LostRace):
        reviews.approve(seen, now=NOW)


def test_nobody_approves_their_own_application():
    applicant = a_person()
    application_id = a_submission(applicant)
    with pytest.raises(ReviewerIsApplicant):
        reviews.approve(a_review(application_id, reviewer_id=applicant), now=NOW)


def test_a_refusal_needs_reasons():
    application_id = a_submission(a_person())
    with pytest.raises(ReasonsMissing):
        reviews.refuse(a_review(application_id, note="   "), now=NOW)


def test_a_name_taken_while_waiting_is_found_at_approval():
    waiting = a_submission(a_person(), another_document(2, shop_name="青禾女装"))
    an_open_shop()
    with pytest.raises(ApplicationIncomplete) as refused:
        reviews.approve(a_review(waiting), now=NOW)
    assert [reason.code for reason in refused.value.reasons] == ["name_taken"]


def test_a_paper_that_ran_out_while_waiting_is_found_at_approval():
    waiting = a_submission(a_person(), business_licence=date(2026, 7, 10))
    with pytest.raises(ApplicationIncomplete) as refused:
        reviews.approve(a_review(waiting), now=NOW + timedelta(days=14))
    assert [reason.code for reason in refused.value.reasons] == ["paper_expires"]


def test_a_person_may_open_one_personal_shop():
    person = a_document(ShopType.PERSONAL)
    an_open_shop(person)
    with pytest.raises(ApplicationIncomplete) as refused:
        a_submission(a_person(), replace(person, shop_name="青禾二店"))
    assert [reason.code for reason in refused.value.reasons] == ["too_many_shops"]
    other = replace(person, shop_name="青禾二店", person_number=a_citizen_number(sequence=8))
    assert a_submission(a_person(), other)


def test_shops_with_the_same_english_name_get_addresses_of_their_own():
    first, second = an_open_shop(), an_open_shop(another_document(shop_name_en="Qinghe Womenswear"))
    assert queries.shop(first).slug == "qinghe-womenswear"
    assert queries.shop(second).slug == f"qinghe-womenswear-{second.hex[-8:]}"


def test_a_person_has_only_so_many_applications_under_way():
    applicant = a_person()
    for _ in range(applications.OPEN_APPLICATIONS_MAX):
        applications.start(applicant, now=NOW)
    with pytest.raises(TooManyApplications):
        applications.start(applicant, now=NOW)


def test_a_removed_paper_is_missed_at_submission():
    applicant = a_person()
    application_id = a_draft(applicant)
    paper = Paper.objects.get(application_id=application_id, kind=PaperKind.BUSINESS_LICENCE)
    applications.remove_paper(application_id, paper.pk, applicant_id=applicant, now=NOW)
    with pytest.raises(ApplicationIncomplete):
        applications.submit(application_id, applicant_id=applicant, version=2, now=NOW)


def test_a_withdrawn_application_is_over():
    applicant = a_person()
    application_id = a_submission(applicant)
    applications.withdraw(application_id, applicant_id=applicant, version=version_of(application_id), now=NOW)
    with pytest.raises(IllegalStep):
        reviews.approve(a_review(application_id), now=NOW)


def test_approval_watches_the_ends_of_papers():
    an_open_shop(business_licence=date(2027, 1, 31))
    kinds = Deadline.objects.filter(kind__startswith="shops.paper").values_list("kind", "due_at")
    assert {kind: moment.date() for kind, moment in kinds} == {
        "shops.paper_warn": date(2026, 12, 31),  # 1 January, midnight in Shanghai
        "shops.paper_expired": date(2027, 1, 31),
    }
