"""Which schema the code expects, as one short text."""

import hashlib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[1]
WITH_MIGRATIONS = ("django", "django-allauth", "procrastinate")  # libraries that bring tables
MIGRATED_DATA = "market/*/categories/*.toml"  # brought into their tables after every migration


def schema_digest() -> str:
    """Return a digest of all that migrating brings: our migrations, data files, and the versions of libraries with tables."""
    digest = hashlib.sha256()
    for path in sorted([*_migration_files(), *SOURCES.glob(MIGRATED_DATA)]):
        digest.update(str(path.relative_to(SOURCES)).encode() + path.read_bytes())
    for library in WITH_MIGRATIONS:
        digest.update(f"{library}=={version(library)}".encode())
    return digest.hexdigest()[:16]


def _migration_files() -> Iterator[Path]:
    for folder in SOURCES.rglob("migrations"):
        yield from (path for path in folder.rglob("*") if path.suffix in {".py", ".sql"})
