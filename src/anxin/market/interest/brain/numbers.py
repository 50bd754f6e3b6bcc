"""Numbers of words and ids: the same in every process and for good."""

from hashlib import blake2b
from uuid import UUID


def number_of(name: str) -> int:
    """Return the number of a word, the same in every process and for good."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big") >> 1


def number_of_id(identity: UUID) -> int:
    """Return the number of an id: its random end."""
    return identity.int & 0x7FFF_FFFF_FFFF_FFFF
