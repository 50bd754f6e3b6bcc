"""The promises that this process goes by: read once, and kept when a later reading is refused."""

from functools import cache
from pathlib import Path

from anxin.infra.config import config
from anxin.market.guarantee.domain.promises import Profile
from anxin.market.guarantee.domain.reading import Registry, read_registry

FOLDER = Path(__file__).parent / "promises"


def read_folder(folder: Path = FOLDER) -> Registry:
    """Return the promises of a folder of files. Raises BadPromiseFile."""
    return read_registry({path.name: path.read_text() for path in folder.glob("*.toml")})


@cache
def profile() -> Profile:
    """Return the rule book that this market goes by (setting ANXIN_RULE_PROFILE). Raises ValueError for another word."""
    return Profile(config().rule_profile)


class Book:
    """Holds a registry; reading it anew changes it only when every file is right."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder
        self._held: Registry | None = None

    def registry(self) -> Registry:
        """Return the promises, read at the first call. Raises BadPromiseFile when that reading fails."""
        return self._held or self.reload()

    def reload(self) -> Registry:
        """Read the files anew and hold them. Raises BadPromiseFile and goes on holding the old ones."""
        self._held = read_folder(self._folder)
        return self._held


BOOK = Book()
