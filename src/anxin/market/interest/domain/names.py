"""What the learner calls somebody: a random number that leads nowhere once the row that holds it has another."""

from secrets import randbits

BITS = 62  # of a signed 64-bit column and never below 0


def new_name() -> int:
    """Return a name that nobody has."""
    return randbits(BITS)
