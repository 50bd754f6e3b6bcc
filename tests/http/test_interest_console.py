"""The interest console on the desk: whom it is for, empty and broken states, the way back."""

from dataclasses import replace

import pytest
from django.test import Client

from anxin.infra import config as settings
from anxin.kernel.ids import public_id
from anxin.market.interest.brain import door, files
from anxin.market.interest.queries import formulas
from anxin.market.people.queries import Role, acts_about
from tests.builders.content import a_public_post
from tests.builders.creators import a_creator
from tests.builders.people import a_person, with_role
from tests.support.browsers import the_browser_of

pytestmark = pytest.mark.django_db
PAGES = (
    "/desk/interest",
    "/desk/interest?of=7d",
    "/desk/interest/models",
)
OTHERS = ("/desk/interest/calibration", "/desk/interest/value", "/desk/interest/why")
WEIGHTS = {
    "complaint": 6_000, "violation": 20_000, "confidence": 80, "prior_orders": 30, "experiment": 10, "refund_counts": "on",
    "click": 2, "finish": 3, "like": 5, "follow": 30, "cart": 40,
}  # fmt: skip


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
    reader = the_browser_of(with_role(a_person(), Role.ADMINISTRATOR))
    reader.cookies["django_language"] = "zh-hans"
    chinese = reader.get(page).content.decode()
    assert ("由其他版本或其他配方生成" if page == PAGES[-1] else "文件已损坏或被截断") in chinese
    assert "cannot be used" not in chinese


@pytest.mark.parametrize("page", PAGES + OTHERS)
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


@pytest.mark.parametrize("page", OTHERS)
@pytest.mark.parametrize("broken", [False, True])
def test_the_other_pages_are_no_failure_without_files(page, broken, home):
    if broken:
        (home / "items-000001.bin").write_bytes(b"?")
        (home / "current.json").write_bytes(b"\xff\x00")
    answer = browser(Role.ADMINISTRATOR).get(page)
    assert answer.status_code == 200


def test_a_formula_is_refused_at_its_field_and_published_with_a_reason():
    boss, address = browser(Role.ADMINISTRATOR), "/desk/interest/value/change"
    assert browser(Role.REVIEWER).post(address, WEIGHTS).status_code == 403
    wrong = boss.post(address, {**WEIGHTS, "like": -1, "confidence": 20, "reason": "x", "publish": "1"})
    assert wrong.status_code == 422
    assert set(wrong.context["form"].errors) == {"like", "confidence"}
    unsaid = boss.post(address, {**WEIGHTS, "publish": "1"})
    assert (unsaid.status_code, set(unsaid.context["form"].errors)) == (422, {"reason"})
    assert formulas.in_force().number == 1
    done = boss.post(address, {**WEIGHTS, "reason": "More care", "publish": "1"}, follow=True)
    assert "is in force" in done.content.decode()
    assert formulas.in_force().weights.complaint_minor == 6_000
    again = boss.post(address, {**WEIGHTS, "reason": "More care", "publish": "1"})
    assert "in force already" in again.content.decode()
    number = formulas.in_force().number
    assert boss.post("/desk/interest/value/back/1", {"reason": ""}).status_code == 302
    assert formulas.in_force().number == number
    boss.post("/desk/interest/value/back/1", {"reason": "Too much"})
    assert formulas.in_force().weights.complaint_minor == 5_000
    shadow = boss.post(address, {**WEIGHTS, "reason": "Look", "shadow": "1"}, follow=True)
    assert "In the shadow" in shadow.content.decode()
    boss.post("/desk/interest/value/shadow/end")
    assert formulas.shadow() is None


def test_what_each_weight_does_is_said_and_the_dial_switches_it_off():
    boss = browser(Role.ADMINISTRATOR)
    page = boss.get("/desk/interest/value").content.decode()
    assert "What each weight does" in page
    assert "Too little to tell" in page
    assert "0 people so far" in page
    boss.post("/desk/interest/value/change", {**WEIGHTS, "experiment": 0, "reason": "Enough", "publish": "1"})
    assert formulas.in_force().weights.experiment_percent == 0
    assert "switched off: nobody" in boss.get("/desk/interest/value").content.decode()
    far = boss.post("/desk/interest/value/change", {**WEIGHTS, "experiment": 51, "reason": "x", "publish": "1"})
    assert set(far.context["form"].errors) == {"experiment"}


def test_without_an_engine_a_dry_run_says_why():
    answer = browser(Role.ADMINISTRATOR).post("/desk/interest/value/change", {**WEIGHTS, "try": "1"})
    assert answer.status_code == 422
    assert "current.json cannot be used" in answer.content.decode()


def test_a_look_at_a_person_is_logged_and_for_those_who_may():
    boss, somebody = browser(Role.ADMINISTRATOR), a_person(email="who@example.org")
    page = boss.get("/desk/interest/why", {"q": "who@example.org"})
    assert "Nothing was served lately" in page.content.decode()
    assert [act.act for act in acts_about(f"person:{somebody}", limit=3)] == ["interest.look"]
    assert (
        "Neither a person nor an item fits"
        in boss.get("/desk/interest/why", {"q": "nobody@example.org"}).content.decode()
    )
    item = boss.get("/desk/interest/why", {"q": public_id("vid", somebody)})
    assert "Nothing was served lately" in item.content.decode()


def test_a_post_that_was_opened_on_its_own_page_is_told_though_no_source_brought_it():
    boss, somebody = browser(Role.ADMINISTRATOR), a_person(email="who@example.org")
    post = a_public_post(a_creator(), title="露营清单", title_en="Camping list")
    assert the_browser_of(somebody).get(f"/v/{public_id('nte', post)}").status_code == 200
    told = boss.get("/desk/interest/why", {"q": "who@example.org"})
    assert [[each["title"] for each in one["places"]] for one in told.context["answers"]] == [["Camping list"]]


def test_text_that_no_database_takes_is_refused_and_no_failure():
    answer = browser(Role.ADMINISTRATOR).get("/desk/interest/why", {"q": "some\0body"})
    assert answer.status_code == 422
    assert "cannot be stored" in answer.content.decode()
