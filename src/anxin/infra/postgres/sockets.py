"""A private folder for the server's socket, with a path short enough for the kernel."""

import os
import stat
import tempfile
from pathlib import Path

from anxin.infra.postgres.account import Account, open_to_all

SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_PATH_BYTES = 107  # sun_path holds 108 bytes, the last of them zero


def socket_folder(home: Path) -> Path:
    """Return the folder that holds the server's socket, as last recorded."""
    record = _record(home)
    return Path(record.read_text()) if record.exists() else home / "postgres" / "socket"


def make_socket_folder(home: Path, account: Account) -> Path:
    """Return a folder that only `account` can enter, made if need be, and record it for those who connect.

    It lies in the data directory when that path is short enough and the account can get there; else in the machine's
    folder for such things, under a name that nobody can guess beforehand.
    """
    recorded = socket_folder(home)
    if _fits(recorded, account) and _is_private(recorded, account):
        return recorded
    inside = home / "postgres" / "socket"
    if _fits(inside, account):
        inside.mkdir(mode=0o700, exist_ok=True)
        folder = inside
    else:
        folder = Path(tempfile.mkdtemp(prefix="anxin-", dir=_runtime_folder()))
    folder.chmod(0o700)
    account.give(folder)
    _record(home).write_text(str(folder))
    return folder


def _record(home: Path) -> Path:
    return home / "postgres" / "socket-folder"


def _fits(folder: Path, account: Account) -> bool:
    if len(os.fsencode(folder / SOCKET_NAME)) > LONGEST_PATH_BYTES:
        return False
    return not account.switch or (folder.parent.exists() and open_to_all(folder.parent))


def _is_private(folder: Path, account: Account) -> bool:
    """Say whether `folder` is a real folder of `account` and closed to others; guards against one planted in /tmp."""
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISDIR(found.st_mode) and stat.S_IMODE(found.st_mode) == 0o700 and found.st_uid == account.uid  # noqa: PLR2004


def _runtime_folder() -> Path:
    """Return the first usable of: the user's runtime folder, /run (root), /tmp."""
    given = os.environ.get("XDG_RUNTIME_DIR", "") if os.geteuid() != 0 else "/run"
    if given and os.access(given, os.W_OK | os.X_OK) and len(os.fsencode(given)) < 60:  # noqa: PLR2004
        return Path(given)
    return Path("/tmp")  # noqa: S108 - the folder made in it is private
