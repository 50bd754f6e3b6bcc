"""Answers drawn evenly from a time, however long it is and however many there were.

Each answer of the time has the same chance to be drawn, so means over the sample are means over the time and nothing is
weighted. Pages of the table are drawn, of which each holds some answers of one moment.
"""

from dataclasses import dataclass

from anxin.infra.sql import Row
from anxin.kernel.clock import Instant
from anxin.market.interest import store

ANSWERS_MAX = 2_000  # of a sample
READ_MAX = 8_000  # rows that are read for it: not every answer was ranked
ALL = 100.0


@dataclass(frozen=True)
class Sample:
    """Answers with what came of them, in no order, and about how many such there are in the time."""

    rows: list[Row]
    logged: int


def sample(since: Instant, until: Instant, *, most: int = ANSWERS_MAX) -> Sample:
    """Draw answers of [since, until]: two statements. About READ_MAX rows since then are read, and `most` answers held.

    An answer takes 5 KB.
    """
    day, percent = store.day_of(since), percent_of(since, READ_MAX)
    rows = store.SQL.rows("answers_ranked", percent=percent, day=day, since=since, until=until, most=most)
    found = rows[0]["found"] if rows else 0
    return Sample(rows, round(found * ALL / percent))


def percent_of(since: Instant, read_max: int) -> float:
    """Return which part of the pages of answers is to be read so that about `read_max` rows since a moment are: one statement."""
    day = f"{store.day_of(since):%Y%m%d}"
    parts = store.SQL.rows("answers_a_day")
    answers = sum(row["answers"] for row in parts if row["day"] is None or row["day"] >= day)
    return float(min(ALL, ALL * read_max / max(answers, 1.0)))
