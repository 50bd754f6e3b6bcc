"""Accounts, roles, tokens, addresses and the audit log, on the database."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth import authenticate
from django.db import IntegrityError, ProgrammingError, connection
from django.test.utils import CaptureQueriesContext
from tests.builders.people import NOON, PASSWORD, a_person, a_token, an_address, with_role

from anxin.infra.doctor import Broken
from anxin.infra.tx import savepoint
from anxin.kernel.ids import new_id
from anxin.market.people import commands, queries
from anxin.market.people.backend import PeopleBackend
from anxin.market.people.checks import audit_chain_is_whole, erased_are_forgotten
from anxin.market.people.commands import LoadedPerson, NewPerson, NewToken, Preferences
from anxin.market.people.errors import (
    BadAddressText,
    BadExpiry,
    BadPhone,
    BadPreference,
    BadToken,
    EmailTaken,
    LastAdministrator,
    LastOwner,
    PhoneTaken,
    RoleUnfit,
    TooManyAddresses,
    TooManyTokens,
    UnknownAddress,
    UnknownPerson,
    UnknownRegion,
    UnknownScope,
    UnknownToken,
)
from anxin.market.people.models import Audit, Membership, Person
from anxin.market.people.queries import PLATFORM_ID, Grant, OrgKind, Role

pytestmark = pytest.mark.django_db
SHOP_A, SHOP_B = uuid4(), uuid4()


def test_a_person_is_found_by_email_in_any_case_and_by_phone_in_any_form() -> None:
    somebody = a_person(email="Li@Example.org", phone="138 0013 8000")
    assert queries.person_by_login("li@example.ORG").id == somebody
    assert queries.person_by_login("+86 13800138000").id == somebody
    with pytest.raises(UnknownPerson):
        queries.person_by_login("hello")


def test_one_login_belongs_to_one_account() -> None:
    a_person(email="li@example.org", phone="13800138000")
    with pytest.raises(EmailTaken):
        a_person(email="LI@example.org")
    with pytest.raises(PhoneTaken):
        a_person(phone="+8613800138000")


def test_the_database_itself_refuses_a_second_account_with_the_same_email() -> None:
    a_person(email="li@example.org")
    with pytest.raises(IntegrityError), savepoint():
        Person.objects.create(email="LI@EXAMPLE.ORG")


def test_an_actor_holds_the_roles_of_its_memberships() -> None:
    somebody = with_role(with_role(a_person(), Role.MANAGER, SHOP_A), Role.REVIEWER)
    actor = queries.actor_of(somebody)
    assert actor.roles_in(OrgKind.SHOP, SHOP_A) == {Role.MANAGER}
    assert actor.roles_in(OrgKind.SHOP, SHOP_B) == frozenset()
    assert actor.roles_in(OrgKind.PLATFORM) == {Role.REVIEWER}


def test_a_role_fits_its_organisation() -> None:
    with pytest.raises(RoleUnfit):
        commands.grant_role(a_person(), Grant(OrgKind.SHOP, SHOP_A, Role.ADMINISTRATOR), granted_by=None, now=NOON)


def test_granting_twice_is_recorded_once() -> None:
    somebody = with_role(with_role(a_person(), Role.REVIEWER), Role.REVIEWER)
    assert [act.act for act in queries.acts_about(f"person:{somebody}")] == ["people.grant_role"]


@pytest.mark.parametrize(
    ("kind", "org", "role", "refusal"),
    [
        (OrgKind.SHOP, SHOP_A, Role.OWNER, LastOwner),
        (OrgKind.PLATFORM, PLATFORM_ID, Role.ADMINISTRATOR, LastAdministrator),
    ],
)
def test_an_organisation_keeps_its_last_head(kind: OrgKind, org: UUID, role: Role, refusal: type[Exception]) -> None:
    first, second = with_role(a_person(), role, org), with_role(a_person(), role, org)
    commands.revoke_role(first, Grant(kind, org, role), revoked_by=second, now=NOON)
    with pytest.raises(refusal):
        commands.revoke_role(second, Grant(kind, org, role), revoked_by=first, now=NOON)


def test_a_token_is_found_in_one_statement_with_roles_and_scopes() -> None:
    somebody = with_role(a_person(), Role.OWNER, SHOP_A)
    token = a_token(somebody, "orders", "checkout.place")
    queries.actor_of_token(token, now=NOON)  # the first use is noted
    with CaptureQueriesContext(connection) as captured:
        actor = queries.actor_of_token(token, now=NOON)
    assert len(captured) == 1
    assert (actor.person_id, actor.scopes) == (somebody, frozenset({"orders", "checkout.place"}))
    assert actor.roles_in(OrgKind.SHOP, SHOP_A) == {Role.OWNER}


def test_the_text_of_a_token_is_nowhere_in_the_database() -> None:
    token = a_token(a_person())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT row_to_json(t)::text FROM people_accesstoken AS t UNION SELECT row_to_json(a)::text FROM people_audit AS a"
        )
        assert not [row for (row,) in cursor.fetchall() if token in row]


def test_a_token_ends_at_its_expiry_to_the_microsecond() -> None:
    token = a_token(a_person(), life=timedelta(days=1))
    end = NOON + timedelta(days=1)
    assert queries.actor_of_token(token, now=end - timedelta(microseconds=1)).is_person
    with pytest.raises(BadToken):
        queries.actor_of_token(token, now=end)


@pytest.mark.parametrize("change", ["revoked", "closed", "erased", "altered"])
def test_a_token_ends_with_what_it_stands_on(change: str) -> None:
    somebody, boss = a_person(), a_person()
    token = a_token(somebody)
    match change:
        case "revoked":
            commands.revoke_token(somebody, queries.tokens_of(somebody)[0].id, now=NOON)
        case "closed":
            commands.set_active(somebody, False, "fraud", actor_id=boss, now=NOON)
        case "erased":
            commands.erase(somebody, now=NOON)
        case _:
            token = token[:-1] + ("A" if token[-1] != "A" else "B")
    with pytest.raises(BadToken):
        queries.actor_of_token(token, now=NOON)


def test_the_use_of_a_token_is_noted_at_most_once_an_hour() -> None:
    somebody = a_person()
    token = a_token(somebody)
    later = NOON + timedelta(minutes=59)
    queries.actor_of_token(token, now=NOON)
    queries.actor_of_token(token, now=later)
    assert queries.tokens_of(somebody)[0].last_used_at == NOON
    queries.actor_of_token(token, now=later + timedelta(minutes=2))
    assert queries.tokens_of(somebody)[0].last_used_at == later + timedelta(minutes=2)


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        (NewToken("x", ()), UnknownScope),
        (NewToken("x", ("market.browse",)), UnknownScope),
        (NewToken("x", ("account.security",)), UnknownScope),
        (NewToken("x", ("nonsense",)), UnknownScope),
        (NewToken("x", ("*",), timedelta(days=366)), BadExpiry),
        (NewToken("x", ("*",), timedelta(0)), BadExpiry),
    ],
)
def test_a_token_with_wrong_scopes_or_life_is_not_made(wanted: NewToken, refusal: type[Exception]) -> None:
    somebody = a_person()
    with pytest.raises(refusal):
        commands.make_token(somebody, wanted, now=NOON)
    assert queries.tokens_of(somebody) == ()


def test_tokens_are_limited_and_dead_ones_do_not_count() -> None:
    somebody = a_person()
    for _ in range(50):
        a_token(somebody, life=timedelta(days=2))
    with pytest.raises(TooManyTokens):
        a_token(somebody)
    a_token(somebody, now=NOON + timedelta(days=2))
    assert len(queries.tokens_of(somebody)) == 1


def test_nobody_revokes_anothers_token() -> None:
    somebody, other = a_person(), a_person()
    token = a_token(somebody)
    with pytest.raises(UnknownToken):
        commands.revoke_token(other, queries.tokens_of(somebody)[0].id, now=NOON)
    assert queries.actor_of_token(token, now=NOON).person_id == somebody


def test_the_first_address_is_the_default_and_the_default_moves() -> None:
    somebody = a_person()
    first = commands.add_address(somebody, an_address(), now=NOON)
    second = commands.add_address(somebody, an_address(name="韩梅梅"), now=NOON + timedelta(minutes=1))
    assert queries.default_address(somebody).id == first  # type: ignore[union-attr]
    commands.make_default_address(somebody, second, now=NOON)
    assert [(a.id, a.is_default) for a in queries.addresses_of(somebody)] == [(second, True), (first, False)]
    commands.remove_address(somebody, second, now=NOON)
    assert [(a.id, a.is_default) for a in queries.addresses_of(somebody)] == [(first, True)]


def test_an_address_carries_the_names_of_its_places() -> None:
    somebody = a_person()
    address = queries.address_of(somebody, commands.add_address(somebody, an_address(phone="138 0013 8000"), now=NOON))
    assert address.text == "北京市 朝阳区 建国路 88 号 1 单元 502"
    assert (address.phone, address.shown_phone) == ("+8613800138000", "13800138000")
    assert address.region.province_code == "110000"
    assert not address.region.is_remote


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"region": "110100"}, UnknownRegion),
        ({"region": "999999"}, UnknownRegion),
        ({"phone": "12345"}, BadPhone),
        ({"name": "   "}, BadAddressText),
        ({"name": "李" * 41}, BadAddressText),
        ({"detail": "abc"}, BadAddressText),
        ({"detail": "路" * 121}, BadAddressText),
    ],
)
def test_an_address_that_no_parcel_reaches_is_refused(change: dict[str, Any], refusal: type[Exception]) -> None:
    somebody = a_person()
    with pytest.raises(refusal):
        commands.add_address(somebody, an_address(**change), now=NOON)
    assert queries.addresses_of(somebody) == ()


def test_an_address_book_is_limited() -> None:
    somebody = a_person()
    for _ in range(20):
        commands.add_address(somebody, an_address(), now=NOON)
    with pytest.raises(TooManyAddresses):
        commands.add_address(somebody, an_address(), now=NOON)


def test_anothers_address_is_not_there() -> None:
    somebody, other = a_person(), a_person()
    mine = commands.add_address(somebody, an_address(), now=NOON)
    for attempt in (
        lambda: queries.address_of(other, mine),
        lambda: commands.change_address(other, mine, an_address(), now=NOON),
        lambda: commands.make_default_address(other, mine, now=NOON),
        lambda: commands.remove_address(other, mine, now=NOON),
    ):
        with pytest.raises(UnknownAddress):
            attempt()
    assert queries.address_of(somebody, mine).name == "李雷"


@pytest.mark.parametrize("wanted", [Preferences(locale="xx"), Preferences(zone="Mars/Olympus")])
def test_preferences_that_are_not_offered_are_refused(wanted: Preferences) -> None:
    with pytest.raises(BadPreference):
        commands.set_preferences(a_person(), wanted, now=NOON)


def test_erasing_leaves_a_nameless_account_and_tells_the_others() -> None:
    somebody = a_person(email="li@example.org", phone="13800138000")
    commands.add_address(somebody, an_address(), now=NOON)
    a_token(somebody)
    commands.erase(somebody, now=NOON)
    left = queries.person(somebody)
    assert (left.name, left.email, left.phone, left.is_active, left.erased_at) == ("", "", "", False, NOON)
    assert queries.addresses_of(somebody) == () == queries.tokens_of(somebody)
    with connection.cursor() as cursor:
        cursor.execute("SELECT payload->>'person_id' FROM infra_outboxevent WHERE kind = 'people.erased'")
        assert cursor.fetchall() == [(str(somebody),)]
    a_person(email="li@example.org")  # the login is free again
    with pytest.raises(UnknownPerson):
        commands.erase(somebody, now=NOON)


def test_the_last_owner_of_a_shop_cannot_vanish() -> None:
    somebody = with_role(a_person(email="li@example.org"), Role.OWNER, SHOP_A)
    with pytest.raises(LastOwner), savepoint():
        commands.erase(somebody, now=NOON)
    assert queries.person(somebody).email == "li@example.org"


def test_the_export_holds_everything() -> None:
    somebody = with_role(a_person(email="li@example.org"), Role.MANAGER, SHOP_A)
    commands.add_address(somebody, an_address(), now=NOON)
    a_token(somebody)
    held = queries.held_about(somebody)
    assert held["person"].email == "li@example.org"
    assert (len(held["addresses"]), len(held["tokens"]), len(held["roles"])) == (1, 1, 1)


def test_the_audit_chain_is_whole_and_refuses_changes() -> None:
    for number in range(3):
        commands.record_act("test.act", "thing:1", {"number": number, "名": "字"}, actor_id=None, now=NOON)
    assert queries.broken_acts() == ()
    with pytest.raises(ProgrammingError, match="append-only"), savepoint():
        Audit.objects.filter(act="test.act").update(detail={})
    with pytest.raises(ProgrammingError, match="append-only"), savepoint():
        Audit.objects.filter(act="test.act").delete()


@pytest.mark.parametrize(
    "forgery", ["UPDATE people_audit SET detail = '{}' WHERE seq = 2", "DELETE FROM people_audit WHERE seq = 2"]
)
def test_a_forged_act_breaks_the_chain(forgery: str) -> None:
    for number in range(3):
        commands.record_act("test.act", "thing:1", {"number": number}, actor_id=None, now=NOON)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE people_audit DISABLE TRIGGER people_audit_append_only")
        cursor.execute(forgery)
    assert queries.broken_acts() != ()


def test_people_are_listed_page_by_page_and_found_by_part_of_a_name() -> None:
    ids = [a_person() for _ in range(5)]
    first = queries.find_people("", limit=3)
    second = queries.find_people("", cursor=first.next_cursor, limit=3)
    assert [p.id for p in (*first.items, *second.items)] == ids[::-1]
    commands.rename(ids[0], "  韩   梅梅 ", now=NOON)
    assert [p.name for p in queries.find_people("梅").items] == ["韩 梅梅"]


def test_many_people_are_loaded_in_a_few_statements_and_can_log_in() -> None:
    people = [
        LoadedPerson(
            new_id(),
            f"顾客{number}",
            email=f"buyer{number}@example.org",
            phone=f"+86138{number:08d}",
            addresses=(an_address(),),
            grants=(Grant(OrgKind.SHOP, SHOP_A, Role.MANAGER),),
        )
        for number in range(300)
    ]
    with CaptureQueriesContext(connection) as captured:
        commands.load_people(people, PASSWORD, now=NOON)
    assert len(captured) <= 6
    assert authenticate(None, email="buyer7@example.org", password=PASSWORD).pk == people[7].id  # type: ignore[union-attr]
    assert queries.default_address(people[7].id) is not None


def test_a_person_of_a_session_comes_with_roles_in_one_statement() -> None:
    somebody = with_role(a_person(), Role.OWNER, SHOP_A)
    with CaptureQueriesContext(connection) as captured:
        person = PeopleBackend().get_user(somebody)
        assert person
        assert person.actor.roles_in(OrgKind.SHOP, SHOP_A) == {Role.OWNER}
    assert len(captured) == 1


def test_passwords_are_kept_as_argon2id_above_the_minimum() -> None:
    somebody = commands.register(NewPerson("Li", email="li@example.org", password=PASSWORD), now=NOON)
    kept = Person.objects.get(pk=somebody).password
    assert kept.startswith("argon2$argon2id$v=19$m=47104,t=2,p=1$")
    assert Membership.objects.filter(person_id=somebody).count() == 0


def test_the_doctor_sees_an_erased_account_that_still_holds_something() -> None:
    somebody = a_person()
    commands.erase(somebody, now=NOON)
    assert erased_are_forgotten() == "1 erased accounts"
    Person.objects.filter(pk=somebody).update(name="Li")
    with pytest.raises(Broken, match=str(somebody)):
        erased_are_forgotten()


def test_the_doctor_sees_a_forged_act() -> None:
    commands.record_act("test.act", "thing:1", {}, actor_id=None, now=NOON)
    assert audit_chain_is_whole() == "1 acts"
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE people_audit DISABLE TRIGGER people_audit_append_only")
        cursor.execute("UPDATE people_audit SET act = 'test.other'")
    with pytest.raises(Broken):
        audit_chain_is_whole()
