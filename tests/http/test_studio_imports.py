"""A merchant uploads a product file, follows it, downloads what was rejected, and exports the shop."""

from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from anxin.infra.clock import now
from anxin.infra.worker import drain
from anxin.market.catalog.models import Product
from anxin.market.people.models import Person
from anxin.market.people.queries import Role
from tests.builders.catalog import a_draft, a_product, a_shop
from tests.builders.people import a_person, with_role

pytestmark = pytest.mark.django_db(transaction=True)

BACKEND = "anxin.market.people.backend.PeopleBackend"
FILE = "Handle,Title,Variant Price\n杯子,搪瓷杯,36.00\n碗,陶碗,-1\n".encode("gb18030")


def merchant_of(shop: UUID, role: Role = Role.OWNER) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(Person.objects.get(pk=with_role(a_person(), role, shop)), backend=BACKEND)
    return client


def uploaded(client: Client, content: bytes = FILE, **fields: str) -> str:
    answer = client.post("/studio/imports", {"file": SimpleUploadedFile("goods.csv", content), **fields})
    assert answer.status_code == 302
    return answer.headers["Location"]


def test_a_file_is_imported_in_the_background_and_its_bad_rows_can_be_downloaded() -> None:
    merchant = merchant_of(a_shop())
    page = uploaded(merchant)
    assert merchant.get(f"{page}/progress").json()["finished"] is False
    drain(now())
    assert merchant.get(f"{page}/progress").json()["finished"] is True
    assert Product.objects.get().title == "搪瓷杯"
    assert "价格不能为负数" in merchant.get(page).content.decode()
    errors = merchant.get(f"{page}/errors")
    assert "attachment" in errors.headers["Content-Disposition"]
    assert "陶碗" in b"".join(errors.streaming_content).decode()
    assert "goods.csv" in merchant.get("/studio/imports").content.decode()


def test_a_trial_changes_nothing_and_a_broken_file_says_why() -> None:
    merchant = merchant_of(a_shop())
    trial, broken = uploaded(merchant, trial="on"), uploaded(merchant, b"nonsense\n1\n")
    drain(now())
    assert Product.objects.count() == 0
    assert merchant.get(trial).status_code == 200
    assert "缺少这些列" in merchant.get(broken).content.decode()


def test_an_import_is_for_owners_and_managers_of_that_shop_only() -> None:
    mine = a_shop()
    page = uploaded(merchant_of(mine))
    assert merchant_of(a_shop()).get(page).status_code == 404
    assert merchant_of(a_shop()).get(f"{page}/errors").status_code == 404
    assert merchant_of(mine, Role.SERVICE_AGENT).get("/studio/imports").status_code == 403
    assert Client().get("/studio/imports").status_code == 302


def test_the_export_is_the_whole_shop_and_nothing_else() -> None:
    mine, other = a_shop(), a_shop()
    a_product(mine, a_draft("mine"))
    a_product(other, a_draft("other"))
    text = merchant_of(mine).get("/studio/export/products").getvalue().decode()
    assert "mine," in text
    assert "other," not in text
