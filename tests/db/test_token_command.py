"""`anxin token` makes a token that works."""

import json
from datetime import timedelta

import pytest
import typer
from tests.builders.people import a_person
from typer.testing import CliRunner

from anxin.entry.commands import token
from anxin.infra.clock import now
from anxin.market.people import queries
from anxin.market.people.errors import BadExpiry, UnknownPerson, UnknownScope

pytestmark = pytest.mark.django_db


@pytest.fixture
def cli() -> typer.Typer:
    """The command alone."""
    made = typer.Typer()
    token.register(made)
    return made


def test_a_token_is_printed_as_one_json_object(cli: typer.Typer) -> None:
    somebody = a_person(phone="13800138000")
    result = CliRunner().invoke(
        cli, ["138 0013 8000", "--scope", "orders", "--scope", "cart.use", "--expires", "7d", "--json"]
    )
    assert isinstance(result.exception, UnknownScope)  # carts need no token
    result = CliRunner().invoke(cli, ["138 0013 8000", "--scope", "orders", "--expires", "7d", "--json"])
    printed = json.loads(result.stdout)
    actor = queries.actor_of_token(printed["token"], now=now())
    assert (actor.person_id, actor.scopes) == (somebody, frozenset({"orders"}))
    (kept,) = queries.tokens_of(somebody)
    assert kept.expires_at - kept.created_at == timedelta(days=7)


def test_without_options_a_token_reaches_everything_for_ninety_days(cli: typer.Typer) -> None:
    somebody = a_person(email="li@example.org")
    result = CliRunner().invoke(cli, ["li@example.org"])
    assert queries.actor_of_token(result.stdout.strip(), now=now()).person_id == somebody
    (kept,) = queries.tokens_of(somebody)
    assert (kept.scopes, kept.expires_at - kept.created_at) == (("*",), timedelta(days=90))


@pytest.mark.parametrize(
    ("arguments", "refusal"),
    [
        (["nobody@example.org"], UnknownPerson),
        (["li@example.org", "--expires", "999d"], BadExpiry),
        (["li@example.org", "--scope", "nonsense"], UnknownScope),
    ],
)
def test_a_wrong_wish_is_refused_with_its_reason(
    cli: typer.Typer, arguments: list[str], refusal: type[Exception]
) -> None:
    a_person(email="li@example.org")
    assert isinstance(CliRunner().invoke(cli, arguments).exception, refusal)


def test_a_life_without_a_unit_is_wrong_usage(cli: typer.Typer) -> None:
    assert CliRunner().invoke(cli, ["li@example.org", "--expires", "soon"]).exit_code == 2
