"""Installs a hash-locked list with a progress bar: `python requirements/install.py requirements/run.lock`.

It runs before anything is installed, so the bar is the one that pip carries inside itself.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from pip._vendor.rich.console import Console
from pip._vendor.rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

PIP = (
    *(sys.executable, "-m", "pip", "--disable-pip-version-check", "install"),
    *("--require-hashes", "--no-deps", "--progress-bar", "off", "-r"),
)
REACHED = re.compile(r"(?:Collecting|Processing|Requirement already satisfied:) (?:\S*/)?([\w.]+(?:-[a-z][\w.]*)*)")


def install(lock: Path) -> int:
    """Install what `lock` lists; return pip's exit status, after saying what pip said if it failed."""
    total = len(re.findall(r"^[\w.-]+(?:\[[^]]*])?==", lock.read_text(), re.MULTILINE))
    said: list[str] = []
    with (
        subprocess.Popen([*PIP, str(lock)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip,
        Progress(*_columns(), console=Console(stderr=True)) as display,
    ):
        bar = display.add_task("Fetching", total=total, package="")
        for line in _lines(pip):
            said.append(line)
            if package := REACHED.match(line):
                display.update(bar, advance=1, package=package[1])
            elif line.startswith("Installing collected packages"):
                display.update(bar, description="Installing", package="")
    if pip.returncode:
        sys.stderr.writelines(said[-30:])
    return pip.returncode


def _columns() -> Iterator[TextColumn | BarColumn | MofNCompleteColumn | TimeElapsedColumn]:
    yield TextColumn("{task.description}")
    yield BarColumn()
    yield MofNCompleteColumn()
    yield TimeElapsedColumn()
    yield TextColumn("{task.fields[package]}")


def _lines(pip: "subprocess.Popen[str]") -> Iterator[str]:
    if pip.stdout is not None:
        yield from pip.stdout


if __name__ == "__main__":
    sys.exit(install(Path(sys.argv[1])))
