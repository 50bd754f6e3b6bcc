"""Provinces, cities and districts of China by the six-digit codes of GB/T 2260. Pure: read once from data/regions.tsv."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "data" / "regions.tsv"

# Provinces for which carriers commonly charge extra: Inner Mongolia, Hainan, Tibet, Gansu, Qinghai, Ningxia, Xinjiang,
# Taiwan, Hong Kong, Macau.
REMOTE_PROVINCES = frozenset({"15", "46", "54", "62", "63", "64", "65", "71", "81", "82"})

CODE_LENGTH = 6


@dataclass(frozen=True)
class Region:
    """One place on one of three levels."""

    code: str
    name: str


@dataclass(frozen=True)
class District:
    """A district with the city and province that it lies in: what an address is written with."""

    code: str
    province: str
    city: str
    district: str

    @property
    def province_code(self) -> str:
        """The code of the province, as freight templates name regions."""
        return self.code[:2] + "0000"

    @property
    def is_remote(self) -> bool:
        """Whether carriers commonly charge extra."""
        return self.code[:2] in REMOTE_PROVINCES

    @property
    def text(self) -> str:
        """The place in one line; a city named like its province is said once (北京市 朝阳区)."""
        return " ".join(dict.fromkeys((self.province, self.city, self.district)))


@cache
def names() -> dict[str, str]:
    """Return every name by its code."""
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines)


@cache
def children(parent: str = "") -> tuple[Region, ...]:
    """Return the provinces, the cities of a province or the districts of a city, by the parent's code."""
    return tuple(Region(code, name) for code, name in names().items() if parent_of(code) == parent)


def parent_of(code: str) -> str:
    """Return the code that `code` lies in; the empty text for a province."""
    if code.endswith("0000"):
        return ""
    return code[:2] + "0000" if code.endswith("00") else code[:4] + "00"


def district(code: str) -> District | None:
    """Return the district of a code, None for a code that is no district."""
    known = names()
    city = code[:4] + "00"
    if code not in known or code.endswith("00") or city not in known:
        return None
    return District(code, known[code[:2] + "0000"], known[city], known[code])
