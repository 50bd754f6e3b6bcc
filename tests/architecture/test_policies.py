"""Every page and endpoint stands behind the policy table, and the table is printed as it is."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, path

from anxin.faces.access import operation, operation_of
from anxin.faces.api.openapi import endpoints
from anxin.faces.api.urls import api
from anxin.market.people.policy import POLICIES
from anxin.market.people.policy_page import policy_page

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "policy.md"

OPEN = {
    "ninja.operation.PathView.get_view.<locals>.sync_view_wrapper": "chooses among endpoints, which are looked at below",
    "anxin.faces.api.app._unknown_address": "answers every unknown address of the API with a problem document",
    "django.views.static.serve": "pictures and built files, public by their nature",
}
"""Views without a policy, and why. This list may only shrink."""


def views(patterns: list[URLPattern | URLResolver], at: str = "/") -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield (address, view) of every address."""
    for pattern in patterns:
        where = f"{at}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            if pattern.app_name != "admin":  # guarded as one: by Person.is_staff
                yield from views(pattern.url_patterns, where)
            continue
        yield where, pattern.callback


def without_policy(patterns: list[URLPattern | URLResolver]) -> list[str]:
    """Return the addresses of views that name no policy of the table."""
    return [
        where
        for where, view in views(patterns)
        if operation_of(view) not in POLICIES and f"{view.__module__}.{view.__qualname__}" not in OPEN
    ]


def test_every_page_names_its_policy() -> None:
    assert without_policy(get_resolver().url_patterns) == []


def test_every_endpoint_of_the_api_names_its_policy() -> None:
    found = list(endpoints(api))
    assert found
    assert [f"{each.method} {each.path}" for each in found if each.policy not in POLICIES] == []


def test_a_page_without_a_policy_is_caught() -> None:
    def naked(_request: Any) -> None:
        """Answer anybody."""

    assert without_policy([path("naked", naked), path("dressed", operation("market.browse")(naked))]) == ["/naked"]


def test_an_unknown_policy_cannot_be_named() -> None:
    with pytest.raises(KeyError):
        operation("orders.nonsense")


def test_the_reference_shows_the_table_as_it_is() -> None:
    assert REFERENCE.read_text() == policy_page(), "write policy_page() to docs/reference/policy.md"
