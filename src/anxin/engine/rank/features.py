"""From columns of numbers to hashed keys: one for each field, one for each pair of fields that is looked at together."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

import numpy as np

from anxin.engine.compiling import Keys, Longs, compiled
from anxin.engine.errors import WrongShape

ABSENT = np.iinfo(np.int64).min  # "not known"; it makes no key, so it says nothing
NO_KEY = np.uint64(0)


@dataclass(frozen=True)
class Features:
    """The fields of a row, and the pairs of fields whose combination is a feature of its own."""

    fields: tuple[str, ...]
    crosses: tuple[tuple[str, str], ...] = ()

    @property
    def width(self) -> int:
        """Return how many keys a row has: a constant, the fields, the crosses."""
        return 1 + len(self.fields) + len(self.crosses)

    def keys(self, columns: Mapping[str, Longs]) -> Keys:
        """Return rows × width. Every field must have a column; `ABSENT` where a row does not know it."""
        missing = [name for name in self.fields if name not in columns]
        if missing:
            raise WrongShape("the columns", f"all of {', '.join(self.fields)}", f"without {missing[0]}")
        return self.keys_of(np.stack([np.asarray(columns[name], np.int64) for name in self.fields], axis=1))

    def keys_of(self, values: Longs) -> Keys:
        """Return rows × width of a table that has a column for each of the fields, in their order."""
        if values.shape[1:] != (len(self.fields),):
            raise WrongShape("the columns", str(len(self.fields)), str(values.shape[1:]))
        keys = np.zeros((len(values), self.width), np.uint64)
        _hash(values, *self._salts_and_pairs, keys)
        return keys

    @cached_property
    def _salts_and_pairs(self) -> tuple[Keys, Longs]:
        salts = [_salt(name) for name in ("", *self.fields, *map("×".join, self.crosses))]
        pairs = [[self.fields.index(left), self.fields.index(right)] for left, right in self.crosses]
        return np.array(salts, np.uint64), np.array(pairs, np.int64).reshape(-1, 2)


def buckets(amounts: Longs) -> Longs:
    """Return 0 for 0, then one number for each doubling: 1, 2–3, 4–7 …; how a count becomes a field."""
    doublings = np.ceil(np.log2(np.maximum(np.asarray(amounts, np.float64), 0) + 1))
    return np.asarray(doublings, np.int64)


@compiled
def mix(value: np.uint64) -> np.uint64:
    """Return the finaliser of splitmix64 (Steele, Lea and Flood 2014): every input bit moves every output bit."""
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


def _salt(name: str) -> int:
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little") | 1


@compiled
def _named(key: np.uint64) -> np.uint64:
    return np.uint64(1) if key == NO_KEY else key


@compiled
def _hash(values: Longs, salts: Keys, pairs: Longs, keys: Keys) -> None:
    rows, fields = values.shape
    for row in range(rows):
        keys[row, 0] = salts[0]
        for field in range(fields):
            if values[row, field] != ABSENT:
                keys[row, 1 + field] = _named(mix(mix(np.uint64(values[row, field])) + salts[1 + field]))
        for number in range(len(pairs)):
            left, right = keys[row, 1 + pairs[number, 0]], keys[row, 1 + pairs[number, 1]]
            if left != NO_KEY and right != NO_KEY:  # noqa: PLR1714 - compiled
                place = 1 + fields + number
                keys[row, place] = _named(mix(mix(left + salts[place]) + right))
