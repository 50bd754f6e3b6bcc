"""How far two provinces are from each other: the great circle between their capitals, in whole kilometres. Pure."""

import math
import tomllib
from functools import cache
from pathlib import Path

PLACES = Path(__file__).resolve().parent.parent / "data" / "provinces.toml"
EARTH_RADIUS_KM = 6371.0
_MICRO = 1_000_000


def province_of(region: str) -> str:
    """Return the two digits of a GB/T 2260 code that say the province, "" for anything else."""
    code = region[:2]
    return code if code in _places() else ""


def provinces() -> tuple[str, ...]:
    """Return the codes of all provinces."""
    return tuple(_places())


@cache
def province_km(from_region: str, to_region: str) -> int:
    """Return the kilometres between the capitals of two regions' provinces, 0 within one.

    Where a region is unknown, the distance is that of the farthest pair, so that nobody is insured for too little.
    """
    here, there = _places().get(from_region[:2]), _places().get(to_region[:2])
    if here is None or there is None:
        return farthest_km()
    return _great_circle_km(here, there)


@cache
def farthest_km() -> int:
    """Return the largest distance between two capitals."""
    places = list(_places().values())
    return max(_great_circle_km(here, there) for here in places for there in places)


def _great_circle_km(here: tuple[int, int], there: tuple[int, int]) -> int:
    """Return the haversine distance; symmetric, and rounded before it meets money."""
    north, east = (math.radians(part / _MICRO) for part in here)
    north_2, east_2 = (math.radians(part / _MICRO) for part in there)
    half_chord = math.sin((north_2 - north) / 2) ** 2
    half_chord += math.cos(north) * math.cos(north_2) * math.sin((east_2 - east) / 2) ** 2
    return round(2 * EARTH_RADIUS_KM * math.asin(math.sqrt(half_chord)))


@cache
def _places() -> dict[str, tuple[int, int]]:
    places = tomllib.loads(PLACES.read_text())["places"]
    return {code: (north, east) for code, (north, east) in places.items()}
