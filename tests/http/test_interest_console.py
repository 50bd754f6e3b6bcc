"""The interest console on the desk: whom it is for, empty and broken states, the way back."""

from dataclasses import replace

import pytest
from django.test import Client

from anxin.infra import config as settings
from anxin.market.interest.brain import door, files
from anxin.market.people.queries import Role
from tests.builders.people import a_person, with_role
from tests.http.test_access import the_browser_of

pytestmark = pytest.mark.django_db
PAGES = ("/desk/interest", "/desk/interest?of=7d", "/desk/interest/models")


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    told = replace(settings.config(), home=str(tmp_path))
    for module in (files, door):
        monkeypatch.setattr(module, "config", lambda: told)
    (tmp_path / "interest").mkdir()
    return tmp_path / "interest"


def browser(role: Role) -> Client:
    client = the_browser_of(with_role(a_person(), role))
    client.cookies["django_language"] = "en"
    return client


@pytest.mark.parametrize("page", PAGES)
def test_while_nothing_is_learned_the_pages_say_so(page):
    answer = browser(Role.REVIEWER).get(page)
    assert answer.status_code == 200
    said = answer.content.decode()
    assert "Nothing was learned yet" in said or "No version yet" in said


@pytest.mark.parametrize("page", PAGES)
def test_files_that_cannot_be_used_are_said_and_are_no_failure(page, home):
    (home / "items-000001.bin").write_bytes(b"?")
    (home / "rank.model").write_bytes(b"?" * 100)
    (home / "current.json").write_bytes(b"\xff\x00")
    (home / "snapshots").mkdir()
    (home / "snapshots" / "000000000000001.json").write_bytes(b"{")
    answer = browser(Role.ADMINISTRATOR).get(page)
    assert answer.status_code == 200
    assert "cannot be used" in answer.content.decode()


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("role", "status"), [(Role.FINANCE, 403), (Role.ARBITRATOR, 403), (None, 404)])
def test_others_do_not_see_the_console(page, role, status):
    client = browser(role) if role else the_browser_of(a_person())
    assert client.get(page).status_code == status


def test_only_an_administrator_takes_the_model_back_and_says_why():
    address = "/desk/interest/models/5/rollback"
    assert browser(Role.REVIEWER).post(address, {"reason": "x"}).status_code == 403
    boss = browser(Role.ADMINISTRATOR)
    assert boss.post(address, {"reason": " "}).status_code == 422
    answer = boss.post(address, {"reason": "bad"}, follow=True)
    assert "There is no version 5" in answer.content.decode()
