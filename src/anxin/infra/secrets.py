"""Secrets made at first start, kept in the data directory and readable by its owner only."""

import os
import secrets
from pathlib import Path


def secret(home: Path, name: str) -> str:
    """Return the secret `name`, making it (43 URL-safe letters, 256 bits) if this is the first time it is asked for."""
    path = home / "secrets" / name
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        return _make(path)


def _make(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(32))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(temporary, path)  # fails if another process was first: its secret then counts
    except FileExistsError:
        pass
    finally:
        temporary.unlink()
    return path.read_text().strip()


def keep_secret(home: Path, name: str, text: str) -> None:
    """Write `text` as the secret `name`, whole or not at all, unless it says so already."""
    path = home / "secrets" / name
    if path.exists() and path.read_text() == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    temporary.replace(path)
