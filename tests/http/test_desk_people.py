"""The desk's pages about people."""

import pytest
from django.test import Client
from django.urls import reverse

from anxin.kernel.ids import new_id, public_id
from anxin.market.people import commands, queries
from anxin.market.people.models import Person
from anxin.market.people.queries import OrgKind, Role
from tests.builders.people import NOON, a_person, with_role
from tests.support.browsers import the_browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> Client:
    return the_browser_of(with_role(a_person(email="boss@example.org"), Role.ADMINISTRATOR))


def test_people_are_found_by_login_and_each_look_is_logged(administrator: Client) -> None:
    somebody = a_person(email="li@example.org")
    page = administrator.get(reverse("desk_people"), {"q": "li@example.org"})
    assert [found.id for found in page.context["page"].items] == [somebody]
    assert administrator.get(reverse("desk_person", args=[public_id("per", somebody)])).status_code == 200
    assert [act.act for act in queries.acts_about(f"person:{somebody}")] == ["people.look"]


def test_roles_of_the_platform_are_given_and_taken_back(administrator: Client) -> None:
    somebody = a_person()
    where = public_id("per", somebody)
    administrator.post(reverse("desk_person_grant", args=[where]), {"role": "finance"})
    assert queries.actor_of(somebody).roles_in(OrgKind.PLATFORM) == {Role.FINANCE}
    administrator.post(reverse("desk_person_revoke", args=[where]), {"role": "finance"})
    assert queries.actor_of(somebody).roles_in(OrgKind.PLATFORM) == frozenset()


def test_roles_of_shops_cannot_be_given_on_the_desk(administrator: Client) -> None:
    somebody = a_person()
    administrator.post(reverse("desk_person_grant", args=[public_id("per", somebody)]), {"role": "owner"})
    assert queries.roles_of(somebody) == ()


def test_the_last_administrator_stays(administrator: Client) -> None:
    boss = queries.person_by_login("boss@example.org").id
    page = administrator.post(
        reverse("desk_person_revoke", args=[public_id("per", boss)]), {"role": "administrator"}, follow=True
    )
    assert page.status_code == 200
    assert queries.actor_of(boss).roles_in(OrgKind.PLATFORM) == {Role.ADMINISTRATOR}


def test_an_account_is_closed_and_opened_with_a_reason(administrator: Client) -> None:
    somebody = a_person()
    theirs, where = the_browser_of(somebody), reverse("desk_person_close", args=[public_id("per", somebody)])
    administrator.post(where, {"reason": ""})
    assert theirs.get(reverse("account")).status_code == 200
    administrator.post(where, {"reason": "fraud"})
    assert theirs.get(reverse("account")).status_code == 302
    administrator.post(where, {"reason": "a mistake"})
    assert Person.objects.get(pk=somebody).is_active
    assert [act.detail["reason"] for act in queries.acts_about(f"person:{somebody}")] == ["a mistake", "fraud"]


def test_a_reviewer_reads_people_but_gives_no_roles() -> None:
    somebody = a_person()
    reviewer = the_browser_of(with_role(a_person(), Role.REVIEWER))
    where = public_id("per", somebody)
    assert reviewer.get(reverse("desk_person", args=[where])).status_code == 200
    assert reviewer.post(reverse("desk_person_grant", args=[where]), {"role": "finance"}).status_code == 403
    assert reviewer.get(reverse("desk_audit")).status_code == 403
    assert queries.roles_of(somebody) == ()


def test_the_audit_log_is_shown_with_its_proof(administrator: Client) -> None:
    commands.record_act("test.act", "thing:1", {"note": "<script>x</script>"}, actor_id=None, now=NOON)
    page = administrator.get(reverse("desk_audit"))
    assert page.context["broken"] == ()
    assert "<script>x" not in page.content.decode()


@pytest.mark.parametrize("name", ["desk_people", "desk_audit"])
def test_a_made_up_cursor_is_refused(administrator: Client, name: str) -> None:
    assert administrator.get(reverse(name), {"cursor": "nonsense"}).status_code == 422


def test_an_unknown_person_is_not_found(administrator: Client) -> None:
    assert administrator.get(reverse("desk_person", args=[public_id("per", new_id())])).status_code == 404
    assert administrator.get(reverse("desk_person", args=["per_nonsense"])).status_code == 404
