"""Making a database folder (a "cluster" in PostgreSQL's words) and judging one that is there."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from anxin.infra.postgres.account import Account, maker_account
from anxin.infra.postgres.binaries import MAJOR_VERSION, server_program
from anxin.infra.postgres.errors import ClusterNotMade, DataOfAnotherVersion, DiskFull
from anxin.infra.postgres.scram import scram_verifier

ADMINISTRATOR = "postgres"
# A program that is started inside a folder can name it so, even when it may not walk there from the root.
OWN_FOLDER = "/proc/self/cwd"
NEEDED_FOR_FIRST_START_MIB = 512
NEEDED_FOR_START_MIB = 64
ONLY_RULE = """\
# Written by Anxin. There is no TCP; whoever reaches the socket still needs a password.
local all all scram-sha-256
"""


def check_folder(
    data: Path, *, free_bytes: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free
) -> None:
    """Raise unless the cluster in `data` (or the lack of one) can be started by this version, with room on the disk."""
    made_by = _version(data)
    if made_by and made_by != MAJOR_VERSION:
        raise DataOfAnotherVersion(data, made_by, MAJOR_VERSION)
    needed = NEEDED_FOR_START_MIB if made_by else NEEDED_FOR_FIRST_START_MIB
    free = free_bytes(data.parent) >> 20
    if free < needed:
        raise DiskFull(data.parent, free, needed)


def make_cluster(data: Path, owner: Account, password: str) -> None:
    """Make the cluster `data` for `owner`, whose administrator has `password`; it appears complete or not at all."""
    if _version(data):
        return
    maker = maker_account()
    staging = data.with_name("data.new")
    if staging.exists():  # left behind by a start that was killed
        shutil.rmtree(staging)
    staging.mkdir(mode=0o700)
    verifier = data.with_name("verifier")
    try:
        _run_initdb(staging, maker, verifier, password)
        (staging / "pg_hba.conf").write_text(ONLY_RULE)
        owner.give_tree(staging)
        staging.rename(data)
    finally:
        verifier.unlink(missing_ok=True)


def _run_initdb(staging: Path, maker: Account, verifier: Path, password: str) -> None:
    # A verifier, not the password itself: on its way through another account's hands it is of no use to log in.
    descriptor = os.open(verifier, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    os.write(descriptor, scram_verifier(password).encode())
    maker.give(verifier)
    maker.give(staging)
    arguments: dict[str, Any] = maker.spawn_arguments()
    made = subprocess.run(  # noqa: S603
        [
            str(server_program("initdb")),
            f"--pgdata={OWN_FOLDER}",
            f"--username={ADMINISTRATOR}",
            f"--pwfile=/proc/self/fd/{descriptor}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale-provider=builtin",  # the same order of texts on every machine and after every system upgrade
            "--locale=C.UTF-8",
            "--no-instructions",
        ],
        cwd=staging,
        capture_output=True,
        text=True,
        check=False,
        pass_fds=(descriptor,),
        env={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C"},
        **arguments,
    )
    os.close(descriptor)
    if made.returncode != 0:
        raise ClusterNotMade(staging, (made.stderr or made.stdout).strip())


def _version(data: Path) -> str:
    try:
        return (data / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        return ""
