"""What the sandbox carrier asks for a parcel: first kilogram and following ones, by distance. Its own numbers."""

from dataclasses import dataclass

GRAMS = 1000
WEIGHT_GRAMS_MAX = 50_000
REMOTE = ("15", "46", "54", "62", "63", "64", "65")
UNSERVED = ("71", "81", "82")


@dataclass(frozen=True)
class Price:
    """Fen for the first kilogram and for every following one."""

    first_minor: int
    next_minor: int


SAME_PROVINCE = Price(600, 100)
ACROSS = Price(900, 400)
FAR = Price(1500, 1000)
EXPRESS_FACTOR_PERCENT = {"sf": 180, "ems": 150, "jd": 140}


def price_minor(carrier: str, from_region: str, to_region: str, weight_grams: int) -> int | None:
    """Return the price in fen, None where the carrier does not go or for a parcel too heavy."""
    if to_region.startswith(UNSERVED) or not 0 < weight_grams <= WEIGHT_GRAMS_MAX:
        return None
    price = ACROSS
    if to_region[:2] == from_region[:2]:
        price = SAME_PROVINCE
    elif to_region.startswith(REMOTE) or from_region.startswith(REMOTE):
        price = FAR
    following = -(-max(0, weight_grams - GRAMS) // GRAMS)
    plain = price.first_minor + following * price.next_minor
    return plain * EXPRESS_FACTOR_PERCENT.get(carrier, 100) // 100
