"""The policy table as a page of the reference. Pure."""

from collections.abc import Iterator

from anxin.market.people.domain import ROLES_OF, OrgKind, Role
from anxin.market.people.policy import POLICIES, Audience, Policy

HEAD = """# Policy: who may do what

Made from `src/anxin/market/people/policy.py`. Every page and every endpoint names one operation of this table and is
closed to everybody else: without a login the answer is the login (401), for another's data and for what one may not
know of it is 404, and 403 only for a capability that one knows about.

A token reaches an operation by a scope with its name (`orders.ship`), its area (`orders`) or `*`; what is marked
*in person* needs a login on the site.
"""

TITLES = {
    Audience.ANYBODY: "Anybody",
    Audience.PERSON: "Any person",
    Audience.SHOP: "Staff of the shop",
    Audience.PLATFORM: "Operators of the platform",
}
KIND_OF = {Audience.SHOP: OrgKind.SHOP, Audience.PLATFORM: OrgKind.PLATFORM}


def policy_page() -> str:
    """Return docs/reference/policy.md."""
    return "\n".join((HEAD, *(line for audience in Audience for line in _section(audience))))


def _section(audience: Audience) -> Iterator[str]:
    roles = ROLES_OF[KIND_OF[audience]] if audience in KIND_OF else ()
    columns = ("operation", "what", *(role.value.replace("_", " ") for role in roles))
    yield f"## {TITLES[audience]}\n"
    yield _row(columns)
    yield _row(("---", "---", *(":-:" for _ in roles)))
    for policy in POLICIES.values():
        if policy.audience is audience:
            yield _row(_cells(policy, roles))
    yield ""


def _cells(policy: Policy, roles: tuple[Role, ...]) -> tuple[str, ...]:
    sentence = f"{policy.sentence} *In person.*" if policy.in_person else policy.sentence
    return (f"`{policy.operation}`", sentence, *("✓" if role in policy.roles else "" for role in roles))


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"
