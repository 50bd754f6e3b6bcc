"""The back-office tables open for administrators only, and only by the one login."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from anxin.kernel.ids import new_id
from anxin.market.people.queries import Role
from tests.builders.people import PASSWORD, a_person, a_token, with_role
from tests.support.browsers import the_browser_of

pytestmark = pytest.mark.django_db


def test_the_admin_has_no_login_of_its_own() -> None:
    a_person(email="boss@example.org", password=PASSWORD)
    client = Client()
    answer = client.post(reverse("admin:login"), {"username": "boss@example.org", "password": PASSWORD})
    assert answer["Location"].startswith(reverse("account_login"))
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.FINANCE, None])
def test_only_an_administrator_enters(role: Role | None) -> None:
    somebody = with_role(a_person(), role) if role else with_role(a_person(), Role.OWNER, new_id())
    answer = the_browser_of(somebody).get(reverse("admin:index"), follow=True)
    assert answer.status_code == (403 if role else 404)


@pytest.mark.parametrize("model", list(admin.site._registry), ids=lambda model: model._meta.label)
def test_every_table_opens_for_an_administrator_and_cannot_be_written(model: type) -> None:
    boss = the_browser_of(with_role(a_person(), Role.ADMINISTRATOR))
    a_token(a_person())
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"  # type: ignore[attr-defined]
    assert boss.get(reverse(f"{name}_changelist")).status_code == 200
    assert boss.get(reverse(f"{name}_add")).status_code == 403


def test_no_table_shows_a_secret() -> None:
    shown = {model._meta.label for model in admin.site._registry}
    assert not shown & {"mfa.Authenticator", "sessions.Session", "account.EmailConfirmation"}
