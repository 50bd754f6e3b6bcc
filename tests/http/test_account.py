"""Signing up, logging in and steering one's account, as a browser would."""

import io
import json
import re
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import pytest
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import translation

from anxin.faces.storefront.account_forms import ERASE_WORD
from anxin.kernel.ids import public_id
from anxin.market.guarantee.domain.facts import Evidence
from anxin.market.people import commands, queries
from anxin.market.people.models import Person
from tests.builders.claims import BROKEN, DAY, SIGNED_AT, Bought, signed
from tests.builders.people import NOON, PASSWORD, a_person, a_token, an_address

pytestmark = pytest.mark.django_db

SHENZHEN = {
    "name": "李雷",
    "phone": "13800138000",
    "province": "440000",
    "city": "440300",
    "district": "440305",
    "detail": "科技园路 88 号",
}


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Limits count from nothing."""
    cache.clear()


def code_sent_to(recipient: str) -> str:
    message = next(kept for kept in queries.sandbox_messages() if kept.recipient == recipient)
    found = re.search(r"\b\d{6}\b", message.body)
    assert found, message.body
    return found[0]


HASH = make_password(PASSWORD)


def logged_in(person_id: UUID, *, confirmed: bool = False) -> Client:
    """A browser in which the person logged in; `confirmed` when the password was asked for again, for a sensitive act."""
    client = Client()
    Person.objects.filter(pk=person_id).update(password=HASH)
    answer = client.post(reverse("account_login"), {"login": queries.person(person_id).email, "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()
    if confirmed:
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


@pytest.mark.parametrize(
    ("login", "recipient", "confirm"),
    [
        ("Li@Example.org", "li@example.org", "account_email_verification_sent"),
        ("138 0013 8000", "+8613800138000", "account_verify_phone"),
    ],
)
def test_a_person_signs_up_with_email_or_phone_and_a_code(login: str, recipient: str, confirm: str) -> None:
    client = Client()
    answer = client.post(reverse("account_signup"), {"login": login, "password1": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, reverse(confirm))
    assert client.get(reverse("account")).status_code == 302  # not in before the code
    answer = client.post(reverse(confirm), {"code": code_sent_to(recipient)})
    assert answer.status_code == 302, answer.content.decode()
    assert client.get(reverse("account")).status_code == 200
    person = queries.person_by_login(recipient)
    assert person.joined_at is not None
    assert person.phone_verified is ("@" not in login)
    client.post(reverse("account_logout"))
    assert client.post(reverse("account_login"), {"login": login, "password": PASSWORD}).status_code == 302
    assert client.get(reverse("account")).status_code == 200


@pytest.mark.parametrize("login", ["nonsense", "123", "li@", "", "li@example.org,han@example.org"])
def test_a_login_that_is_neither_email_nor_phone_is_refused(login: str) -> None:
    answer = Client().post(reverse("account_signup"), {"login": login, "password1": PASSWORD})
    assert answer.status_code == 200
    assert "login" in answer.context["form"].errors
    assert not Person.objects.exists()


@pytest.mark.parametrize("password", ["short", "password123", "12345678901"])
def test_weak_passwords_are_refused(password: str) -> None:
    answer = Client().post(reverse("account_signup"), {"login": "li@example.org", "password1": password})
    assert "password1" in answer.context["form"].errors
    assert not Person.objects.exists()


@pytest.mark.parametrize("login", ["li@example.org", "13800138000"])
def test_signing_up_twice_looks_the_same_and_makes_no_second_account(login: str) -> None:
    a_person(email="li@example.org", phone="13800138000")
    answer = Client().post(reverse("account_signup"), {"login": login, "password1": PASSWORD})
    unknown = {"li@example.org": "han@example.org", "13800138000": "13900139000"}[login]
    fresh = Client().post(reverse("account_signup"), {"login": unknown, "password1": PASSWORD})
    assert answer["Location"] == fresh["Location"]
    assert Person.objects.count() == 2


def test_five_wrong_passwords_lock_the_login_however_it_is_written() -> None:
    a_person(email="li@example.org", phone="13800138000", password=PASSWORD)
    ways = ["13800138000", "138 0013 8000", "+86 13800138000", "+8613800138000", "0086-13800138000"]
    for number, way in enumerate(ways):
        client = Client(REMOTE_ADDR=f"10.0.0.{number}", HTTP_HOST=f"host{number}.example")
        assert client.post(reverse("account_login"), {"login": way, "password": "wrong"}).status_code == 200
    client = Client(REMOTE_ADDR="10.0.1.1")
    client.post(reverse("account_login"), {"login": "13800138000", "password": PASSWORD})
    assert client.get(reverse("account")).status_code == 302
    other = Client(REMOTE_ADDR="10.0.1.2")
    a_person(phone="13900139000", password=PASSWORD)
    other.post(reverse("account_login"), {"login": "13900139000", "password": PASSWORD})
    assert other.get(reverse("account")).status_code == 200  # nobody else is locked out


def test_login_limits_are_counted_in_the_database_that_all_processes_share(settings: Any) -> None:
    assert settings.CACHES["default"]["BACKEND"].endswith("DatabaseCache")
    Client().post(reverse("account_login"), {"login": "li@example.org", "password": "wrong"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_cache WHERE cache_key LIKE '%login_failed%'")
        assert cursor.fetchone()[0] >= 1


def test_a_code_logs_in_without_a_password() -> None:
    a_person(phone="13800138000")
    client = Client()
    answer = client.post(reverse("account_request_login_code"), {"login": "138-0013-8000"})
    assert answer["Location"] == reverse("account_confirm_login_code")
    client.post(reverse("account_confirm_login_code"), {"code": code_sent_to("+8613800138000")})
    assert client.get(reverse("account")).status_code == 200


def test_a_forgotten_password_is_set_anew_with_a_code_and_ends_other_sessions() -> None:
    somebody = a_person(email="li@example.org")
    thief, client = logged_in(somebody), Client()
    client.post(reverse("account_reset_password"), {"email": "li@example.org"})
    client.post(reverse("account_confirm_password_reset_code"), {"code": code_sent_to("li@example.org")})
    chosen = "a longer word than before"
    client.post(reverse("account_complete_password_reset"), {"password1": chosen, "password2": chosen})
    client.post(reverse("account_login"), {"login": "li@example.org", "password": chosen})
    assert client.get(reverse("account")).status_code == 200
    assert thief.get(reverse("account")).status_code == 302


def test_devices_are_listed_and_ended_one_by_one_or_all_at_once() -> None:
    somebody = a_person()
    here, phone, office = (logged_in(somebody) for _ in range(3))
    page = here.get(reverse("usersessions_list"))
    listed = page.context["devices"]
    assert [device.is_current for device in listed] == [True, False, False]
    here.post(reverse("account_session_end", args=[listed[-1].id]))
    assert phone.get(reverse("account")).status_code == 302
    assert office.get(reverse("account")).status_code == 200
    here.post(reverse("account_sessions_end"))
    assert office.get(reverse("account")).status_code == 302
    assert here.get(reverse("account")).status_code == 200


def test_nobody_ends_anothers_session() -> None:
    victim, thief = a_person(), a_person()
    theirs = logged_in(victim)
    session = theirs.get(reverse("usersessions_list")).context["devices"][0].id
    assert logged_in(thief).post(reverse("account_session_end", args=[session])).status_code == 404
    assert theirs.get(reverse("account")).status_code == 200


def test_who_forgot_the_password_of_a_phone_account_sets_a_new_one_after_a_code() -> None:
    somebody = a_person(phone="13800138000", password=PASSWORD)
    client = Client()
    client.post(reverse("account_request_login_code"), {"login": "13800138000"})
    client.post(reverse("account_confirm_login_code"), {"code": code_sent_to("+8613800138000")})
    chosen = "a longer word than before"
    client.post(reverse("account_change_password"), {"password1": chosen, "password2": chosen})
    assert Person.objects.get(pk=somebody).check_password(chosen)


def test_who_came_with_a_password_gives_it_again_to_change_it() -> None:
    somebody = a_person()
    chosen = "a longer word than before"
    page = logged_in(somebody).post(reverse("account_change_password"), {"password1": chosen, "password2": chosen})
    assert "oldpassword" in page.context["form"].errors
    assert Person.objects.get(pk=somebody).check_password(PASSWORD)


def test_a_closed_account_is_out_at_once() -> None:
    somebody, boss = a_person(), a_person()
    client = logged_in(somebody)
    commands.set_active(somebody, False, "fraud", actor_id=boss, now=NOON)
    assert client.get(reverse("account")).status_code == 302


def test_a_stranger_is_sent_to_the_login_and_back() -> None:
    answer = Client().get(reverse("account_addresses"))
    assert (answer.status_code, answer["Location"]) == (302, "/account/login/?next=%2Faccount%2Faddresses")


def test_a_token_is_shown_once_and_works_until_it_is_revoked() -> None:
    somebody = a_person()
    client = logged_in(somebody, confirmed=True)
    page = client.post(reverse("account_tokens"), {"name": "shop robot", "days": "30", "scopes": ["orders"]})
    made = page.context["made"]
    assert made.token in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert made.token not in client.get(reverse("account_tokens")).content.decode()
    assert queries.tokens_of(somebody)[0].scopes == ("orders",)
    client.post(reverse("account_token_revoke", args=[public_id("tok", made.id)]))
    assert queries.tokens_of(somebody) == ()


@pytest.mark.parametrize("name", ["account_tokens", "account_export", "account_erase", "mfa_add_webauthn"])
def test_a_sensitive_act_asks_for_the_password_again(name: str) -> None:
    somebody = a_person()
    answer = logged_in(somebody).post(reverse(name), {"word": "erase", "name": "x", "days": "30", "scopes": ["*"]})
    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    assert queries.tokens_of(somebody) == ()
    assert queries.person(somebody).erased_at is None


def test_the_address_book_works_without_scripts() -> None:
    somebody = a_person()
    client = logged_in(somebody)
    url = reverse("account_address_new")
    typed = {"name": "李雷", "phone": "138 0013 8000", "detail": "建国路 88 号", "province": "440000"}
    page = client.post(url, {**typed, "fill": "1"})
    assert '<option value="440300">深圳市</option>' in page.content.decode()
    assert "李雷" in page.content.decode()
    page = client.post(url, {**typed, "city": "440300", "fill": "1"})
    assert '<option value="440305">南山区</option>' in page.content.decode()
    answer = client.post(url, {**typed, "city": "440300", "district": "440305"})
    assert answer.status_code == 302
    assert queries.addresses_of(somebody)[0].text == "广东省 深圳市 南山区 建国路 88 号"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"phone": "123"}, "phone"),
        ({"district": ""}, "district"),
        ({"district": "110105"}, "district"),
        ({"city": "110100", "district": "110105"}, "city"),
        ({"detail": "路"}, "detail"),
        ({"name": " "}, "name"),
    ],
)
def test_a_wrong_address_is_refused_at_its_field(change: dict[str, str], field: str) -> None:
    somebody = a_person()
    page = logged_in(somebody).post(reverse("account_address_new"), {**SHENZHEN, **change})
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert queries.addresses_of(somebody) == ()


def test_anothers_address_and_token_are_not_found() -> None:
    somebody, other = a_person(), a_person()
    address = public_id("adr", commands.add_address(somebody, an_address(), now=NOON))
    a_token(somebody)
    token = public_id("tok", queries.tokens_of(somebody)[0].id)
    client = logged_in(other)
    for name, identifier in (
        ("account_address_remove", address),
        ("account_address_default", address),
        ("account_address", address),
        ("account_token_revoke", token),
    ):
        assert client.post(reverse(name, args=[identifier])).status_code == 404
    assert client.get(reverse("account_address", args=[address])).status_code == 404
    assert client.get(reverse("account_address", args=["adr_nonsense"])).status_code == 404
    assert len(queries.addresses_of(somebody)) == 1


def test_a_new_address_leads_back_to_where_it_was_needed_but_nowhere_else() -> None:
    somebody = a_person()
    client = logged_in(somebody)
    url = reverse("account_address_new")
    back = client.post(f"{url}?next=/checkout", SHENZHEN)["Location"]
    assert back == f"/checkout?address={public_id('adr', queries.addresses_of(somebody)[0].id)}"
    assert client.post(f"{url}?next=https://evil.example/", SHENZHEN)["Location"] == reverse("account_addresses")


def test_the_export_is_one_archive_of_facts_and_files() -> None:
    asked = a_claim_with_a_picture()
    client = logged_in(asked.buyer.id, confirmed=True)
    answer = client.post(reverse("account_export"))
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/zip", "no-store")
    with ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        data = json.loads(archive.read("data.json"))
        assert data["people"]["person"]["id"] == str(asked.buyer.id)
        (claim,) = data["guarantee"]["claims"]
        assert claim["words"] == "瓶子是碎的"
        assert archive.read(claim["evidence"][0]["file"]).startswith(b"\xff\xd8")


def test_erasing_is_refused_on_the_page_while_a_request_is_open() -> None:
    asked = a_claim_with_a_picture()
    client = logged_in(asked.buyer.id, confirmed=True)
    answer = client.post(reverse("account_erase"), {"word": erase_word(client)})
    assert answer.status_code == 422
    assert "1" in answer.context["form"].errors["__all__"][0]
    assert queries.person(asked.buyer.id).erased_at is None


def a_claim_with_a_picture() -> Bought:
    """A delivered order whose buyer asked for a return, with words and a picture."""
    made = signed()
    made.ask(BROKEN, now=SIGNED_AT + DAY, show=(Evidence.PHOTO_DEFECT,), words="瓶子是碎的")
    return made


def test_erasing_needs_the_word_and_logs_out() -> None:
    somebody = a_person(email="li@example.org")
    client = logged_in(somebody, confirmed=True)
    assert client.post(reverse("account_erase"), {"word": "no"}).status_code == 422
    assert queries.person(somebody).erased_at is None
    word = erase_word(client)
    assert client.post(reverse("account_erase"), {"word": word})["Location"] == "/"
    assert queries.person(somebody).erased_at is not None
    assert client.get(reverse("account")).status_code == 302


def test_names_are_written_as_text() -> None:
    somebody = a_person()
    commands.rename(somebody, "<script>alert(1)</script>", now=NOON)
    page = logged_in(somebody).get(reverse("account")).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


@pytest.mark.parametrize(
    "name",
    [
        "account",
        "account_profile",
        "account_security",
        "account_tokens",
        "account_data",
        "account_addresses",
        "account_address_new",
        "account_email",
        "account_change_phone",
        "account_change_password",
        "mfa_list_webauthn",
        "mfa_activate_totp",
        "usersessions_list",
        "mfa_add_webauthn",
        "account_reauthenticate",
    ],
)
def test_every_account_page_opens_and_has_no_inline_script_or_style(name: str) -> None:
    page = logged_in(a_person(), confirmed=True).get(reverse(name))
    assert page.status_code == 200
    _assert_obeys_policy(page.content.decode())


@pytest.mark.parametrize(
    "name", ["account_login", "account_signup", "account_request_login_code", "account_reset_password", "sandbox_inbox"]
)
def test_every_entrance_opens_and_has_no_inline_script_or_style(name: str) -> None:
    page = Client().get(reverse(name))
    assert page.status_code == 200
    _assert_obeys_policy(page.content.decode())


def _assert_obeys_policy(html: str) -> None:
    scripts = re.findall(r"<script([^>]*)>([^<]*)", html)
    assert all("src=" in head or "application/json" in head for head, _ in scripts), scripts
    assert not re.search(r"\sstyle=|\son[a-z]+=\"", html)


def erase_word(client: Client) -> str:
    """The word that the page asks to be typed, in the language of the page."""
    page = client.get(reverse("account_data"))
    with translation.override(page.headers["Content-Language"]):
        return str(ERASE_WORD)
