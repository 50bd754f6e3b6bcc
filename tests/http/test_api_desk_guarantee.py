"""Programs of the platform's own people read the guarantee: promises, the pool, compensations, the fund, deposits."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from anxin.infra import clock
from anxin.kernel.ids import new_id, public_id
from anxin.kernel.money import BPS
from anxin.market.guarantee.commands.compensation import CompensationKind, compensate_found
from anxin.market.guarantee.commands.decisions import record_decision
from anxin.market.guarantee.commands.money import Compensation, RefundOrder, compensate, refund
from anxin.market.guarantee.commands.ship_terms import declare_force_majeure
from anxin.market.guarantee.domain.facts import ClaimFacts, ClaimType
from anxin.market.guarantee.queries import compensation, fund, insurance, promises
from anxin.market.orders import commands as orders
from anxin.market.orders.queries import order as order_facts
from anxin.market.people.queries import Role
from anxin.market.shops.commands.deposits import Transfer, ask_transfer, confirm_transfer
from tests.builders.money import empty, fill_fund, owes_base
from tests.builders.orders import Buyer, a_parcel, a_shop, a_sku
from tests.builders.people import a_person, a_token, with_role
from tests.builders.settlement import a_settled
from tests.support.api import ApiClient
from tests.support.work import work

pytestmark = pytest.mark.django_db

INSTANT = "instant_refund"
NO_HASH = "0" * 64
# each operation, a role that has it and one of the desk that has not
READS = {
    "/desk/promises": ("desk.promises", Role.REVIEWER, Role.FINANCE),
    f"/desk/promises/{INSTANT}": ("desk.promises", Role.ARBITRATOR, Role.INSPECTOR),
    f"/desk/promises/{INSTANT}/versions/{NO_HASH}/dry-run": ("desk.promises", Role.REVIEWER, Role.FINANCE),
    "/desk/insurance-pool": ("desk.insurance", Role.FINANCE, Role.REVIEWER),
    "/desk/insurance": ("desk.insurance", Role.FINANCE, Role.ARBITRATOR),
    "/desk/compensations": ("desk.compensations", Role.ARBITRATOR, Role.REVIEWER),
    "/desk/compensations/faults": ("desk.compensations", Role.ARBITRATOR, Role.REVIEWER),
    "/desk/force-majeures": ("desk.compensations", Role.ADMINISTRATOR, Role.REVIEWER),
    "/desk/fund/entries": ("desk.fund", Role.FINANCE, Role.ARBITRATOR),
    "/desk/fund/debts": ("desk.fund", Role.FINANCE, Role.REVIEWER),
    "/desk/deposits/transfers": ("desk.deposits", Role.FINANCE, Role.ARBITRATOR),
}


def program(person: UUID, *scopes: str) -> ApiClient:
    return ApiClient(a_token(person, *scopes, now=clock.now()))


def of(role: Role, *scopes: str) -> ApiClient:
    return program(with_role(a_person(), role), *scopes)


def read(api: ApiClient, path: str) -> Any:
    answer = api.send("GET", path)
    assert answer.status_code == 200, answer.content
    return answer.json()


def pages(api: ApiClient, path: str) -> Iterator[list[dict[str, Any]]]:
    """Every page of one item."""
    cursor = ""
    while cursor is not None:
        page = read(api, f"{path}?limit=1{cursor and f'&cursor={cursor}'}")
        yield page["items"]
        cursor = page["next_cursor"]


@pytest.fixture
def finance() -> ApiClient:
    return of(Role.FINANCE, "desk")


@pytest.fixture
def shop() -> UUID:
    return a_shop(return_address={"name": "青禾", "phone": "13900139000", "region": "310101", "text": "南京路 1 号"})


def an_order(shop: UUID, *, sent: bool = False, price_minor: int = 9_900) -> UUID:
    """An order paid an hour ago, insured by the platform once it is on its way."""
    moment, buyer = clock.now() - timedelta(hours=1), Buyer()
    placed = buyer.order(a_sku(shop, price_minor=price_minor), now=moment)
    buyer.pay(placed, now=moment)
    if sent:
        orders.ship(a_parcel(placed.orders[0].id), shop_id=shop, now=moment)
        work(moment + timedelta(seconds=10))
    return placed.orders[0].id


@pytest.mark.parametrize("path", READS)
def test_each_is_read_with_its_scope_and_role_only(path: str, shop: UUID) -> None:
    operation, role, other = READS[path]
    found = {404} if NO_HASH in path else {200}
    for scope in ("desk", operation):
        assert {of(role, scope).send("GET", path).status_code} == found
    refused = of(role, "disputes").send("GET", path)
    assert (refused.status_code, refused.json()["code"]) == (403, "people.scope_missing")
    assert of(other).send("GET", path).status_code == 403
    merchant = program(with_role(a_person(), Role.OWNER, shop))
    assert (merchant.send("GET", path).status_code, ApiClient().send("GET", path).status_code) == (404, 401)


def test_every_version_of_every_promise_is_told_whole() -> None:
    api = of(Role.REVIEWER)
    book = read(api, "/desk/promises")
    assert book["profile"] == promises.active_profile()
    assert [one["promise"] for one in book["promises"]] == [one.code for one in promises.promises()]
    for listed in book["promises"]:
        found, told = promises.promise(listed["promise"]), read(api, f"/desk/promises/{listed['promise']}")
        assert told["name"] == listed["name"] == {"zh": found.name, "en": found.name_en}
        hashes = [version.hash for version in found.versions]
        assert [one["hash"] for one in told["versions"]] == [one["hash"] for one in listed["versions"]] == hashes
        for version, whole in zip(found.versions, told["versions"], strict=True):
            assert whole["remedy"]["refund_bps"] == version.remedy.refund_bps
            assert whole["flags"] == sorted(version.flags)
            assert whole["payers"] == [payer.value for payer in version.payers]
            assert whole["timers"]["merchant_answer_hours"] == version.timers.merchant_answer_hours
            assert [one["code"] for one in whole["reasons"]] == [one.code for one in version.reasons]


def test_a_version_is_tried_on_what_was_decided_in_thirty_days(shop: UUID) -> None:
    line = order_facts(an_order(shop, price_minor=700_000)).lines[0].id
    record_decision(line, ClaimFacts(INSTANT, ClaimType.REFUND_UNSHIPPED, "changed_mind", 1), now=clock.now())
    api, versions = of(Role.REVIEWER), promises.promise(INSTANT).versions
    higher, same = versions[1], versions[-1]  # at once up to 8,000 yuan, and up to 5,000
    run = read(api, f"/desk/promises/{INSTANT}/versions/{same.hash}/dry-run")
    assert (run["looked_at"], run["differing"], run["examples"]) == (1, 0, [])
    run = read(api, f"/desk/promises/{INSTANT}/versions/{higher.hash}/dry-run")
    (example,) = run.pop("examples")
    assert (run["looked_at"], run["differing"], run["more_minor"], run["less_minor"]) == (1, 1, 0, 0)
    assert (example["line_id"], example["change_minor"]) == (public_id("lin", line), 0)
    assert (example["before"]["outcome"], example["after"]["outcome"]) == ("review", "grant")
    assert example["before"]["amount_minor"] == example["after"]["amount_minor"] > 0
    other = promises.promise("allergy").versions[0]
    for path, code in (
        (f"{INSTANT}/versions/{other.hash}/dry-run", "guarantee.unknown_version"),
        (f"free_lunch/versions/{same.hash}/dry-run", "guarantee.unknown_promise"),
        ("free_lunch", "guarantee.unknown_promise"),
    ):
        refused = api.send("GET", f"/desk/promises/{path}")
        assert (refused.status_code, refused.json()["code"]) == (404, code)


def test_finance_reads_the_pool_and_every_policy_in_pages(shop: UUID, finance: ApiClient) -> None:
    numbers = {public_id("ord", an_order(shop, sent=True)) for _ in range(2)}
    until = clock.now()
    pool = read(finance, "/desk/insurance-pool?days=30")
    report = insurance.pool_report(until - timedelta(days=30), until)
    assert (pool["premiums_minor"], pool["balance_minor"]) == (report.premiums_minor, report.balance_minor)
    assert pool["premiums_minor"] > 0
    assert sum(one["premiums_minor"] for one in pool["parts"]) == pool["premiums_minor"]
    assert sum(one["policies"] for one in pool["parts"]) == 2
    assert sum(one["premiums_minor"] for one in pool["weeks"]) == pool["premiums_minor"]
    assert pool["loss_ratio_bps"] == pool["payouts_minor"] * BPS // pool["premiums_minor"]
    policies = [one for page in pages(finance, "/desk/insurance") for one in page]
    assert {one["order_id"] for one in policies} == numbers
    assert {one["shop_id"] for one in policies} == {public_id("shop", shop)}
    for wrong in ("days=0", "days=367", "days=many"):
        assert finance.send("GET", f"/desk/insurance-pool?{wrong}").status_code == 422


def test_an_arbitrator_reads_what_was_paid_for_which_faults_and_where_time_stands_still(shop: UUID) -> None:
    api, kinds = of(Role.ARBITRATOR), (CompensationKind.INVOICE_LATE, CompensationKind.FRAUD_SHIPMENT)
    for kind in kinds:
        compensate_found(an_order(shop), kind, "查实", found_by=a_person(), now=clock.now())
    paid = [one for page in pages(api, "/desk/compensations") for one in page]
    assert [(one["kind"], one["cause"], one["found"], one["shop_id"]) for one in paid] == [
        (kind.value, "查实", True, public_id("shop", shop)) for kind in reversed(kinds)
    ]
    faults = read(api, "/desk/compensations/faults")["faults"]
    assert {one["kind"]: one["number"] for one in faults} == {
        kind.value: int(kind in kinds) for kind in CompensationKind
    }
    assert sum(one["amount_minor"] for one in faults) == sum(one["amount_minor"] for one in paid) > 0
    declare_force_majeure("11", "暴雪", since=clock.now(), until=None, declared_by=a_person(), now=clock.now())
    told = read(api, "/desk/force-majeures")["force_majeures"]
    assert [(one["region"], one["reason"], one["until"]) for one in told] == [
        (one.region, one.reason, None) for one in compensation.force_majeures()
    ]
    assert told[0]["reason"] == "暴雪"


def test_a_program_pays_for_a_finding_once(shop: UUID) -> None:
    api, order = of(Role.ARBITRATOR), public_id("ord", an_order(shop))
    finding = {"order": order, "kind": "fraud_shipment", "cause": "空包裹"}
    automatic = api.send("POST", "/desk/compensations", {**finding, "kind": "late_shipping"}, key="a")
    assert [one["name"] for one in automatic.json()["fields"]] == ["body.kind"]
    first = api.send("POST", "/desk/compensations", finding, key="a")
    assert first.status_code == 201
    assert api.send("POST", "/desk/compensations", finding, key="a").json() == first.json()
    assert [one["id"] for one in read(api, "/desk/compensations")["items"]] == [first.json()["id"]]


def test_finance_reads_the_funds_entries_in_pages_its_debtors_and_what_is_stuck(shop: UUID, finance: ApiClient) -> None:
    order, moment = a_settled(shop), clock.now()
    empty(shop, now=moment)
    owes_base(shop, 50_000, 1_000, now=moment)
    fill_fund(now=moment)
    refund(RefundOrder(order, 10_000, str(new_id()), "坏了"), now=moment)
    work(moment)
    compensate(Compensation(new_id(), a_person(), shop, 10**9, "huge", "too much"), now=moment)
    entries = [one for page in pages(finance, "/desk/fund/entries") for one in page]
    assert [(one["kind"], one["amount_minor"]) for one in entries] == [
        (one.kind.value, one.amount_minor) for one in fund.entries().items
    ]
    assert {one["kind"] for one in entries} >= {"advance"}
    debts, number = read(finance, "/desk/fund/debts"), public_id("shop", shop)
    owed = fund.fund(now=moment).outstanding_minor
    assert [(one["shop_id"], one["owed_minor"], one["debts"]) for one in debts["debtors"]] == [(number, owed, 1)]
    assert owed > 0
    assert [(one["shop_id"], one["amount_minor"], one["reason"]) for one in debts["stuck"]] == [
        (number, 10**9, "too much")
    ]
    assert debts["recoveries"] == []


def test_a_transfer_into_a_deposit_is_listed_until_it_is_credited(shop: UUID, finance: ApiClient) -> None:
    owes_base(shop, 30_000, 0, now=clock.now())
    top_up = ask_transfer(shop, 30_000, asked_by=a_person(), now=clock.now())
    waiting = read(finance, "/desk/deposits/transfers")["transfers"]
    assert [(one["id"], one["shop_id"], one["amount_minor"], bool(one["transfer_code"])) for one in waiting] == [
        (public_id("dep", top_up), public_id("shop", shop), 30_000, True)
    ]
    confirm_transfer(Transfer(top_up, "BANK-1"), confirmed_by=None, now=clock.now())
    assert read(finance, "/desk/deposits/transfers") == {"transfers": []}
