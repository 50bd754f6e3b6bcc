"""The process that makes films: reads (film, folder) pairs from standard input, writes what was made to standard output."""

import pickle
import sys

from anxin.infra.manners import give_way
from anxin.world.films import shoot


def main() -> None:
    """Make the films that `filming.py` asks for; people who look at pages come first."""
    give_way(10)
    made = []
    for film, folder in pickle.load(sys.stdin.buffer):  # noqa: S301 - from our own process
        folder.mkdir()
        made.append(shoot(film, folder))
    pickle.dump(made, sys.stdout.buffer)


if __name__ == "__main__":
    main()
