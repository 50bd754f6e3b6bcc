"""`anxin guarantee check`: right files are listed, a wrong one is named with its line, and scripts can read either."""

import json
import shutil

from typer.testing import CliRunner

from anxin.entry.cli import cli
from anxin.market.guarantee.rule_files import PACKAGE


def test_the_files_that_ship_pass():
    told = CliRunner().invoke(cli, ["guarantee", "check", "--json"])
    assert told.exit_code == 0
    found = json.loads(told.stdout)
    assert found["ok"]
    assert len(found["promises"]) == 13


def test_a_wrong_file_fails_with_file_line_and_reason(tmp_path):
    wrong = shutil.copytree(PACKAGE / "promises", tmp_path / "promises") / "allergy.toml"
    wrong.write_text(wrong.read_text().replace("hours = 1_440", "hours = -1", 1))
    told = CliRunner().invoke(cli, ["guarantee", "check", str(tmp_path), "--json"])
    assert told.exit_code == 1
    found = json.loads(told.stdout)
    assert (found["ok"], found["file"], found["why"]) == (False, "promises/allergy.toml", "-1 is negative")
    assert wrong.read_text().splitlines()[found["line"] - 1].startswith("window = ")
