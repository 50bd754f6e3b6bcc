"""Whether the promise files are right: needs neither Django nor a database, so that every start can ask first."""

from pathlib import Path

from anxin.market.guarantee.book import BOOK, FOLDER, read_folder
from anxin.market.guarantee.domain.promises import Profile, Promise

__all__ = ["Profile", "Promise", "check_files", "refuse_wrong_files"]


def check_files(folder: Path = FOLDER) -> tuple[Promise, ...]:
    """Return the promises of a folder of files. Raises BadPromiseFile, with file, line and reason."""
    return read_folder(folder).promises


def refuse_wrong_files() -> None:
    """Read the promises of this process, unless it holds some. Raises BadPromiseFile."""
    BOOK.registry()
