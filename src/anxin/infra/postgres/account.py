"""Who the server runs as: the starting user, or a user id of its own when Anxin is started as root (PostgreSQL refuses root)."""

import os
import pwd
import zlib
from dataclasses import dataclass
from pathlib import Path

from anxin.infra.postgres.errors import NoUnprivilegedUser

# systemd keeps this range for users that exist only while a service runs; it fits into a container's 65,536 ids.
TRANSIENT_IDS = range(61184, 65520)


@dataclass(frozen=True)
class Account:
    """A user and group id for the server's processes; `switch` is false when they are already ours."""

    uid: int
    gid: int
    switch: bool

    def give(self, path: Path) -> None:
        """Make this account the owner of `path`."""
        if self.switch:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def give_tree(self, root: Path) -> None:
        """Make this account the owner of everything under `root`."""
        if not self.switch:
            return
        for folder, _, names in os.walk(root):
            self.give(Path(folder))
            for name in names:
                self.give(Path(folder, name))

    def spawn_arguments(self) -> dict[str, object]:
        """Return the `subprocess` arguments that start a program as this account."""
        if not self.switch:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def server_account(data: Path) -> Account:
    """Return the account that owns `data`, or the one that shall own it."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), switch=False)
    if data.exists() and data.stat().st_uid != 0:
        return Account(data.stat().st_uid, data.stat().st_gid, switch=True)
    free = _unused_id(str(data))
    return Account(free, free, switch=True)


def maker_account() -> Account:
    """Return the account that runs `initdb`, which insists on a user with a name."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), switch=False)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError as missing:
        raise NoUnprivilegedUser(str(missing)) from missing
    return Account(nobody.pw_uid, nobody.pw_gid, switch=True)


def open_to_all(path: Path) -> bool:
    """Say whether any user may enter or run `path`: it and every folder above are open."""
    return all(step.stat().st_mode & 0o001 for step in (path, *path.parents))


def _unused_id(seed: str) -> int:
    taken = {entry.pw_uid for entry in pwd.getpwall()} | _ids_of_processes()
    start = zlib.crc32(seed.encode()) % len(TRANSIENT_IDS)
    for step in range(len(TRANSIENT_IDS)):
        candidate = TRANSIENT_IDS[(start + step) % len(TRANSIENT_IDS)]
        if candidate not in taken:
            return candidate
    raise NoUnprivilegedUser("every id from 61184 to 65519 is taken")


def _ids_of_processes() -> set[int]:
    ids = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            ids.add(process.stat().st_uid)
        except FileNotFoundError:
            continue  # it ended while we looked
    return ids
