"""`anxin world compare`: one object on standard output, progress elsewhere, wrong usage refused by name."""

import json

import pytest
from typer.testing import CliRunner

from anxin.entry.cli import cli


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["--policies", "quality,best"], "'best' is not one of random, popular, gmv, quality"),
        (["--policies", ""], "is not one of"),
        (["--policies", "gmv,gmv"], "each policy once"),
        (["--days", "0"], "greater than or equal to 1"),
        (["--seeds", "many"], "valid integer"),
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
