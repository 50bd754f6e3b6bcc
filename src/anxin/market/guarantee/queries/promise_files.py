"""Whether the files of promises and rules are right: needs neither Django nor a database, so that every start can ask first."""

from pathlib import Path

from anxin.infra.config import config
from anxin.market.guarantee import book, rule_files
from anxin.market.guarantee.domain.promises import Profile, Promise

__all__ = ["Profile", "Promise", "check_files", "edition", "own_folder", "refuse_wrong_files"]


def check_files(folder: Path | None = None) -> tuple[Promise, ...]:
    """Return the promises of a folder, else of the operator's own, else the package's. Raises NoRuleFolder, BadPromiseFile."""
    return rule_files.read_files(folder or book.source() or rule_files.PACKAGE).promises.promises


def refuse_wrong_files() -> None:
    """Read what this process goes by, unless it did. Raises NoRuleFolder, BadPromiseFile."""
    book.rule_set()


def own_folder() -> Path | None:
    """Return the operator's own folder, or None where the market goes by the package's files."""
    return book.source()


def edition() -> str:
    """Return the digest of the accepted set, "" where the market goes by the package's files."""
    held = rule_files.accepted(config().home_path) if book.source() else None
    return held.name if held else ""
