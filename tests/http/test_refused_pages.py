"""A page that refuses says so in a person's words and leads on, whatever was followed or reloaded."""

import pytest
from django.test import Client
from django.urls import reverse

from anxin.market.interest.queries import formulas
from anxin.market.people.queries import Role
from tests.builders.people import a_person, with_role
from tests.support.browsers import the_browser_of

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


def test_the_address_of_a_form_that_is_opened_by_itself_is_no_blank_page():
    boss = the_browser_of(with_role(a_person(), Role.ADMINISTRATOR))
    answer = boss.get(reverse("desk_interest_value_change"), headers=ENGLISH)
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    page = answer.content.decode()
    assert "only takes what a form sends" in page
    assert f'href="{reverse("desk_home")}"' in page
    assert Client().get("/preferences", headers=ENGLISH).status_code == 405


def test_a_refusal_leads_where_the_reader_may_go():
    stranger = the_browser_of(a_person())
    page = stranger.get(reverse("desk_content"), headers=ENGLISH)
    assert page.status_code == 404
    assert f'href="{reverse("desk_home")}"' not in page.content.decode()
    assert "To the home page" in page.content.decode()
    lost = stranger.get(reverse("studio_post", args=["vid_x"]), headers=ENGLISH).content.decode()
    assert f'href="{reverse("studio_home")}"' in lost


@pytest.mark.parametrize("path", ["/product/prd_x", "/product/" + "9" * 300, "/comments/cmt_x/replies"])
def test_a_broken_number_in_a_link_is_told_as_nothing_to_see(path):
    answer = Client().get(path, headers=ENGLISH)
    assert answer.status_code == 404
    assert "well formed" not in answer.content.decode()


def test_weights_without_a_word_what_to_do_change_nothing():
    boss = the_browser_of(with_role(a_person(), Role.ADMINISTRATOR))
    before, shadow = formulas.in_force().number, formulas.shadow()
    weights = {"complaint": 1, "violation": 1, "click": 1, "finish": 1, "like": 1, "follow": 1, "cart": 1}
    sent = weights | {"confidence": 80, "prior_orders": 10, "experiment": 10, "days": "7", "reason": "why not"}
    answer = boss.post(reverse("desk_interest_value_change"), sent, headers=ENGLISH)
    assert answer.status_code == 422
    assert "Choose what to do" in answer.content.decode()
    assert (formulas.in_force().number, formulas.shadow()) == (before, shadow)
