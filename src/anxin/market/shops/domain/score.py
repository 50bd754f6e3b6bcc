"""The experience score (体验分) as it is kept and shown; it is reckoned in `service`, which knows orders and reviews.

Scores are integers in hundredths of a point: 9_150 is 91.50 of 100 (DOMAIN 2.3).
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

POINT = 100  # hundredths in a point
SCORE_MAX = 100 * POINT
HISTORY_DAYS_MAX = 366

_DISPLAY_BAND_POINTS = 4  # from 60 points on, every four points are a tenth (61–64 → 4.1 … 97–100 → 5.0)
_DISPLAY_KNEE_POINTS, _DISPLAY_KNEE_TENTHS = 60, 40
_DISPLAY_MIN_TENTHS = 10


class ScoreStage(StrEnum):
    """What a score rests on."""

    GROWTH = "growth"  # 成长阶段: too few orders to judge, a set score
    RATED = "rated"


@dataclass(frozen=True)
class NewScore:
    """One shop's score of one day to keep; the dimensions are None in the growth stage."""

    shop_id: UUID
    day: date
    stage: ScoreStage
    score_hundredths: int
    product_hundredths: int | None
    logistics_hundredths: int | None
    service_hundredths: int | None


def display_tenths(score_hundredths: int) -> int:
    """Return the number shown to buyers in tenths: 50 is 5.0 (DOMAIN 2.3: 97–100 → 5.0, 61–64 → 4.1, 60 → 4.0, 50 → 3.0).

    Whole points count: 96.99 is still 4.9. Under 60 a point is a tenth, down to 1.0 [CHOICE below 50].
    """
    points = score_hundredths // POINT
    over = points - _DISPLAY_KNEE_POINTS
    tenths = _DISPLAY_KNEE_TENTHS + (over if over < 0 else -(-over // _DISPLAY_BAND_POINTS))
    return max(_DISPLAY_MIN_TENTHS, tenths)
