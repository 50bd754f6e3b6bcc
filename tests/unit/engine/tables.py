"""Tables whose right answer is known: everybody walks round a ring of items, one step at a time."""

from pathlib import Path

import numpy as np

from anxin.engine.sequences import Sequences, sequences_of

RING = 20


def walks(count: int = 200, length: int = 5, seed: int = 7) -> list[list[int]]:
    """Return `count` walks; the first goes once round, so that every item is known from the first line on."""
    starts = np.random.default_rng(seed).integers(RING, size=count - 1)
    return [list(range(RING)), *([(int(start) + step) % RING for step in range(length)] for start in starts)]


def ring() -> Sequences:
    """Return the walks packed."""
    return sequences_of(walks(), RING)


def written(path: Path, rows: list[list[int]]) -> Path:
    """Write the rows as `person item item …`."""
    path.write_text("".join(f"p{at} {' '.join(map(str, row))}\n" for at, row in enumerate(rows)))
    return path
