"""The policy table decides as its sentences say."""

from uuid import UUID

import pytest

from anxin.market.people.domain import NOBODY, PLATFORM_ID, Actor, Grant, OrgKind, Role
from anxin.market.people.errors import LoginRequired, NotHere, RoleMissing, ScopeMissing, SessionOnly
from anxin.market.people.policy import POLICIES, Audience, allows, require

SOMEBODY = UUID(int=1)
SHOP_A, SHOP_B = UUID(int=10), UUID(int=11)


def staff(role: Role, shop: UUID = SHOP_A) -> Actor:
    return Actor(SOMEBODY, frozenset({Grant(OrgKind.SHOP, shop, role)}))


def operator(role: Role) -> Actor:
    return Actor(SOMEBODY, frozenset({Grant(OrgKind.PLATFORM, PLATFORM_ID, role)}))


@pytest.mark.parametrize("name", POLICIES)
def test_nobody_may_do_only_what_is_open_to_anybody(name: str) -> None:
    assert allows(NOBODY, name) is (POLICIES[name].audience is Audience.ANYBODY)


@pytest.mark.parametrize("name", [n for n, p in POLICIES.items() if p.audience is not Audience.ANYBODY])
def test_a_stranger_is_asked_to_log_in_first(name: str) -> None:
    with pytest.raises(LoginRequired):
        require(NOBODY, name, SHOP_A)


@pytest.mark.parametrize("name", [n for n, p in POLICIES.items() if p.audience is Audience.SHOP])
def test_the_owner_of_one_shop_does_not_even_see_another(name: str) -> None:
    require(staff(Role.OWNER), name, SHOP_A)
    with pytest.raises(NotHere):
        require(staff(Role.OWNER), name, SHOP_B)


@pytest.mark.parametrize("name", [n for n, p in POLICIES.items() if p.audience is Audience.PLATFORM])
def test_the_desk_is_not_there_for_merchants(name: str) -> None:
    with pytest.raises(NotHere):
        require(staff(Role.OWNER), name)


def test_staff_are_told_which_capability_their_role_lacks() -> None:
    require(staff(Role.SERVICE_AGENT), "orders.ship", SHOP_A)
    with pytest.raises(RoleMissing):
        require(staff(Role.SERVICE_AGENT), "money.withdraw", SHOP_A)
    with pytest.raises(RoleMissing):
        require(operator(Role.REVIEWER), "desk.ledger.read")


def test_a_shops_finance_is_not_the_platforms_finance() -> None:
    require(staff(Role.SHOP_FINANCE), "money.read", SHOP_A)
    with pytest.raises(NotHere):
        require(staff(Role.SHOP_FINANCE), "desk.ledger.read")
    with pytest.raises(NotHere):
        require(operator(Role.FINANCE), "money.read", SHOP_A)


@pytest.mark.parametrize(
    ("scope", "operation", "reaches"),
    [
        ("*", "orders.ship", True),
        ("orders", "orders.ship", True),
        ("orders.ship", "orders.ship", True),
        ("orders.read", "orders.ship", False),
        ("order", "orders.ship", False),
        ("products", "orders.ship", False),
    ],
)
def test_a_token_reaches_what_its_scopes_name(scope: str, operation: str, reaches: bool) -> None:
    bearer = Actor(SOMEBODY, staff(Role.OWNER).roles, frozenset({scope}))
    assert allows(bearer, operation, SHOP_A) is reaches


def test_a_scope_gives_no_role() -> None:
    with pytest.raises(NotHere):
        require(Actor(SOMEBODY, frozenset(), frozenset({"*"})), "orders.ship", SHOP_A)


def test_no_token_changes_how_one_logs_in() -> None:
    with pytest.raises(SessionOnly):
        require(Actor(SOMEBODY, frozenset(), frozenset({"*"})), "account.security")
    require(Actor(SOMEBODY), "account.security")


def test_a_missing_scope_is_named() -> None:
    with pytest.raises(ScopeMissing) as refusal:
        require(Actor(SOMEBODY, frozenset(), frozenset({"cart"})), "checkout.place")
    assert refusal.value.operation == "checkout.place"


def test_every_policy_has_roles_that_its_audience_knows_and_a_sentence() -> None:
    for policy in POLICIES.values():
        assert policy.sentence.endswith(".")
        assert bool(policy.roles) is (policy.audience in (Audience.SHOP, Audience.PLATFORM)), policy.operation
