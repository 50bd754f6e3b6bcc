"""Identifiers: UUIDv7 inside, prefixed base32 (`ord_…`) outside."""

import os
import time
from uuid import UUID

from anxin.kernel.errors import AnxinError, Kind

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base32: no i, l, o, u
_VALUES = {letter: value for value, letter in enumerate(_ALPHABET)}
_LENGTH = 26  # ceil(128 / 5)
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
_SHIFTS = tuple(range(120, -1, -10))


class BadIdentifier(AnxinError):
    """This identifier is not well formed."""

    code = "kernel.bad_identifier"
    kind = Kind.NOT_FOUND


def new_id() -> UUID:
    """Return a fresh UUIDv7 (RFC 9562): 48 bits of Unix milliseconds, then random bits, so that indexes stay dense."""
    return id_at(time.time_ns() // 1_000_000)


def id_at(unix_ms: int) -> UUID:
    """Return a UUIDv7 whose time part is `unix_ms`; used when facts are loaded with their own past time."""
    value = (unix_ms & 0xFFFF_FFFF_FFFF) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


def public_id(prefix: str, value: UUID) -> str:
    """Return the outside form of an id: `public_id("ord", id)` is `ord_` and 26 letters."""
    number = value.int
    return f"{prefix}_{''.join([_PAIRS[number >> shift & 1023] for shift in _SHIFTS])}"


def parse_public_id(prefix: str, text: str) -> UUID:
    """Read the outside form back. Raises BadIdentifier for another prefix, length or letter."""
    head, _, tail = text.partition("_")
    if head != prefix or len(tail) != _LENGTH:
        raise BadIdentifier
    number = 0
    for letter in tail.lower():
        value = _VALUES.get(letter)
        if value is None:
            raise BadIdentifier
        number = number << 5 | value
    if number >> 128:
        raise BadIdentifier
    return UUID(int=number)
