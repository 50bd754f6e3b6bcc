"""Language and theme are a matter of cookies; nobody is sent to another site."""

import pytest
from django.test import Client


@pytest.fixture
def client() -> Client:
    return Client()


def test_a_theme_is_kept_and_the_system_forgets_it(client):
    client.post("/preferences", {"theme": "dark", "next": "/account"})
    assert client.cookies["theme"].value == "dark"
    client.post("/preferences", {"theme": "system"})
    assert client.cookies["theme"].value == ""


def test_a_language_is_kept(client):
    answer = client.post("/preferences", {"language": "en", "next": "/account?tab=1"})
    assert answer.headers["location"] == "/account?tab=1"
    assert client.cookies["django_language"].value == "en"


@pytest.mark.parametrize(
    "next_page", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil.example"]
)
def test_the_way_back_never_leads_to_another_site(client, next_page):
    assert client.post("/preferences", {"theme": "dark", "next": next_page}).headers["location"] == "/"


def test_unknown_choices_are_ignored(client):
    answer = client.post("/preferences", {"theme": "neon", "language": "xx"})
    assert answer.status_code == 302
    assert not client.cookies


def test_choosing_needs_a_post(client):
    assert client.get("/preferences").status_code == 405
