"""People with honest defaults."""

from datetime import timedelta
from itertools import count
from uuid import UUID

from anxin.kernel.clock import Instant, instant
from anxin.kernel.ids import new_id
from anxin.market.people.commands import NewAddress, NewPerson, NewToken, grant_role, make_token, register
from anxin.market.people.queries import PLATFORM_ID, Grant, OrgKind, Role

NOON = instant(2026, 3, 2, 4)
PASSWORD = "correct horse battery"
CHAOYANG = "110105"

_numbers = count(1)


def a_person(*, now: Instant = NOON, email: str = "", phone: str = "", password: str | None = None) -> UUID:
    """Make a buyer; without a login given, one with a fresh email. A password costs 60 ms, so it is only made on request."""
    number = next(_numbers)
    address = email or ("" if phone else f"person{number}@example.org")
    return register(NewPerson(f"Person {number}", email=address, phone=phone, password=password), now=now)


def with_role(person_id: UUID, role: Role, org_id: UUID = PLATFORM_ID, *, now: Instant = NOON) -> UUID:
    """Give a role of the platform, or of the shop `org_id`; return the person."""
    kind = OrgKind.PLATFORM if org_id == PLATFORM_ID else OrgKind.SHOP
    grant_role(person_id, Grant(kind, org_id, role), granted_by=None, now=now)
    return person_id


def a_login(role: Role, org_id: UUID = PLATFORM_ID) -> str:
    """Make a person with a role who can log in with PASSWORD; return the address."""
    email = f"{new_id().hex[-10:]}@example.org"
    with_role(a_person(email=email, password=PASSWORD), role, org_id)
    return email


def a_token(person_id: UUID, *scopes: str, now: Instant = NOON, life: timedelta = timedelta(days=30)) -> str:
    """Make a token that reaches `scopes`, by default everything."""
    return make_token(person_id, NewToken("test", scopes or ("*",), life), now=now).token


def an_address(**changes: str | bool) -> NewAddress:
    """Write an address in Beijing."""
    facts = {"name": "李雷", "phone": "13800138000", "region": CHAOYANG, "detail": "建国路 88 号 1 单元 502", **changes}
    return NewAddress(**facts)  # type: ignore[arg-type]
