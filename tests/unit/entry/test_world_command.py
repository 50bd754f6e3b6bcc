"""`anxin world compare`: one object on standard output, progress elsewhere, wrong usage refused by name."""

import json

import pytest
import typer
from typer.testing import CliRunner

from anxin.entry.cli import cli
from anxin.entry.commands.world import _seeds


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["--policies", "quality,best"], "'best' is not one of random, popular, gmv, quality"),
        (["--policies", ""], "is not one of"),
        (["--policies", "gmv,gmv"], "each policy once"),
        (["--days", "0"], "greater than or equal to 1"),
        (["--seeds", "many"], "neither a number up to 1000 nor a span"),
        (["--people", "3"], "greater than or equal to 50"),
    ],
)
def test_wrong_usage_is_refused_with_its_reason(given: list[str], says: str) -> None:
    found = CliRunner(env={"COLUMNS": "200", "TERM": "dumb"}).invoke(cli, ["world", "compare", *given])
    assert found.exit_code == 2
    assert says in found.output


def test_one_object_on_standard_output_and_nothing_else() -> None:
    size = ["--days", "1", "--seeds", "1", "--people", "50", "--items", "200"]
    found = CliRunner().invoke(cli, ["world", "compare", "--policies", "popular,gmv", *size, "--json"])
    assert found.exit_code == 0
    told = json.loads(found.stdout)
    assert [row["policy"] for row in told["policies"]] == ["popular", "gmv"]
    assert told["paired"][0]["against"] == "popular"
    assert told["parameters"]["people"] == 50


@pytest.mark.parametrize(("given", "seeds"), [("3", [1, 2, 3]), ("11-14", [11, 12, 13, 14]), ("5-5", [5])])
def test_seeds_are_a_count_or_a_span(given: str, seeds: list[int]) -> None:
    assert list(_seeds(given)) == seeds


@pytest.mark.parametrize("given", ["0", "4-2", "-3", "many", "", "1-2000"])
def test_other_seeds_are_refused(given: str) -> None:
    with pytest.raises(typer.BadParameter):
        _seeds(given)
