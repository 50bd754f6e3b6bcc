"""The desk's own pages: queues, look-ups, jobs, settings."""

from datetime import timedelta

import pytest
from django.test import Client

from anxin.infra.deadlines import schedule
from anxin.infra.models import Deadline
from anxin.kernel.ids import new_id, public_id
from anxin.market.people.models import Person
from anxin.market.people.queries import Role
from tests.builders.orders import NOW, Buyer, a_shop, a_sku
from tests.builders.people import a_person, with_role

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Client:
    client = Client()
    client.force_login(Person.objects.get(id=with_role(a_person(), Role.ADMINISTRATOR)))
    return client


@pytest.mark.parametrize(
    "address", ["/desk/", "/desk/?doctor=1", "/desk/jobs", "/desk/settings", "/desk/shops/all", "/desk/orders"]
)
def test_an_administrator_sees_the_page(desk, address):
    assert desk.get(address).status_code == 200


def test_the_checks_are_run_on_request(desk):
    assert "ledger.zero_sum" in desk.get("/desk/?doctor=1").content.decode()


def test_an_order_is_found_by_its_number(desk):
    number = public_id("ord", Buyer().order(a_sku(a_shop())).orders[0].id)
    found = desk.get("/desk/orders", {"q": number})
    assert found.status_code == 302
    assert number in desk.get(found["Location"]).content.decode()


def test_an_unknown_number_is_said_to_be_unknown(desk):
    assert desk.get("/desk/orders", {"q": "SF0000000000000"}).status_code == 404


def test_a_failed_deadline_can_be_tried_again(desk):
    schedule("orders.receipt", new_id(), NOW)
    Deadline.objects.update(last_error="boom", next_try_at=NOW + timedelta(days=9_000))
    identity = Deadline.objects.get().id
    assert "boom" in desk.get("/desk/jobs").content.decode()
    assert desk.post(f"/desk/jobs/{identity}/again").status_code == 302
    assert Deadline.objects.get().next_try_at < NOW + timedelta(days=9_000)


def test_no_secret_is_shown_among_the_settings(desk, settings):
    page = desk.get("/desk/settings").content.decode()
    assert "DATABASE_URL" in page
    assert settings.SECRET_KEY not in page
