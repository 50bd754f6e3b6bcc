"""How active people are, whom they follow, fans of creators, lengths of videos: of real profiles where there are some.

KuaiRand's profiles (CC BY-SA 4.0) lie in `ANXIN_DATA/interest/kuairand-profiles`. Without them a log-normal of the same median
and spread stands for each column; the numbers below were read off those profiles (27,285 people, 7,583 videos).
"""

import csv
import gzip
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from anxin.engine.compiling import Doubles
from anxin.engine.errors import MalformedTable
from anxin.world.market.terms import CATEGORIES

FOLDER = Path("interest") / "kuairand-profiles"
PEOPLE_FILE, VIDEOS_FILE = "user_features_pure.csv.gz", "video_features_basic_pure.csv.gz"
DEGREES = ("full_active", "high_active", "middle_active", "2_14_day_new", "low_active")
DEGREE_SHARES = (0.66, 0.226, 0.078, 0.024, 0.012)
DEGREE_PAGES = (4.5, 3.0, 1.5, 1.5, 0.5)  # pages a day [CHOICE]; the profiles say who is more active, not by how much
ROWS_MIN = 100


@dataclass(frozen=True)
class Marginals:
    """Values to draw from with replacement; `source` says where they come from."""

    source: str
    pages_a_day: Doubles
    follows: Doubles
    fans: Doubles
    seconds: Doubles
    category_shares: Doubles


def built_in() -> Marginals:
    """Return what is used without profiles."""
    random = np.random.default_rng(0)
    return Marginals(
        "built-in",
        random.choice(DEGREE_PAGES, 5_000, p=DEGREE_SHARES),
        np.rint(random.lognormal(np.log(155), 1.6, 5_000)),
        np.rint(random.lognormal(np.log(48), 2.1, 5_000)),
        np.clip(random.lognormal(np.log(81), 1.1, 5_000), 3, 1_200),
        _shares(1 / np.arange(1.0, CATEGORIES + 1) ** 0.7),
    )


def marginals_in(data: Path | None) -> Marginals:
    """Read the profiles under `data`, or return the built-in ones where they are not there."""
    folder = data / FOLDER if data else None
    if folder is None or not (folder / PEOPLE_FILE).is_file() or not (folder / VIDEOS_FILE).is_file():
        return built_in()
    pages = dict(zip(DEGREES, DEGREE_PAGES, strict=True))
    people = list(_rows(folder / PEOPLE_FILE, ("user_active_degree", "follow_user_num", "fans_user_num")))
    videos = [row for row in _rows(folder / VIDEOS_FILE, ("video_duration", "tag")) if row[0] and row[1]]
    try:
        tags = Counter(tag.split(",")[0] for _, tag in videos)
        return Marginals(
            FOLDER.name,
            np.array([pages.get(row[0], DEGREE_PAGES[-1]) for row in people]),
            np.array([float(row[1]) for row in people]),
            np.array([float(row[2]) for row in people if float(row[2]) > 0]),
            np.clip(np.array([float(row[0]) / 1_000 for row in videos]), 3, 1_200),
            _shares(np.array([count for _, count in tags.most_common(CATEGORIES)], np.float64)),
        )
    except ValueError as failure:
        raise MalformedTable(str(folder), 1, str(failure)) from failure


def drawn(values: Doubles, count: int, random: np.random.Generator) -> Doubles:
    """Draw values with replacement."""
    return np.asarray(values[random.integers(len(values), size=count)])


def _shares(weights: Doubles) -> Doubles:
    padded = np.full(CATEGORIES, float(weights.min()))
    padded[: len(weights)] = weights
    return np.asarray(padded / padded.sum())


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    with gzip.open(path, "rt", newline="") as file:
        try:
            rows = [tuple(row[name] for name in columns) for row in csv.DictReader(file)]
        except (KeyError, UnicodeDecodeError, EOFError, OSError, csv.Error) as failure:
            raise MalformedTable(str(path), 1, f"expected a CSV with {', '.join(columns)}") from failure
    if len(rows) < ROWS_MIN:
        raise MalformedTable(str(path), len(rows) + 1, f"fewer than {ROWS_MIN} rows")
    yield from rows
