"""The files that the web server hands out itself, collected into the data directory when they changed."""

import hashlib
from importlib.metadata import version
from pathlib import Path

UI_STATIC = Path(__file__).resolve().parents[1] / "ui" / "static"
WITH_STATIC_FILES = ("django", "django-unfold", "django-ninja")
MARK = ".collected"


def is_collected(home: Path) -> bool:
    """Say whether `home` holds the static files of this version."""
    mark = home / "static" / MARK
    return mark.exists() and mark.read_text() == _digest()


def collect(home: Path) -> None:
    """Copy all static files into `home`; Django must be ready."""
    from django.core.management import call_command

    digest = _digest()
    call_command("collectstatic", interactive=False, verbosity=0)
    (home / "static" / MARK).write_text(digest)


def _digest() -> str:
    digest = hashlib.sha256()
    for library in WITH_STATIC_FILES:
        digest.update(f"{library}=={version(library)}".encode())
    for path in sorted(UI_STATIC.rglob("*")):
        facts = path.stat()
        digest.update(f"{path.relative_to(UI_STATIC)} {facts.st_size} {facts.st_mtime_ns}".encode())
    return digest.hexdigest()
