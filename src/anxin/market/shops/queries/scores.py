"""What others may ask of shops' experience scores (体验分)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from anxin.market.shops.domain.score import HISTORY_DAYS_MAX, POINT, ScoreStage, display_tenths
from anxin.market.shops.models import ShopScore as Row
from anxin.market.shops.store import SQL

__all__ = ["POINT", "DayScore", "ScoreStage", "ShopScore", "display_tenths", "score_history", "score_of", "scores_of"]


@dataclass(frozen=True)
class ShopScore:
    """A shop's latest score, hundredths of a point; the dimensions are None in the growth stage."""

    shop_id: UUID
    day: date
    stage: ScoreStage
    score_hundredths: int
    product_hundredths: int | None
    logistics_hundredths: int | None
    service_hundredths: int | None
    mean_7_hundredths: int
    mean_30_hundredths: int

    @property
    def display_tenths(self) -> int:
        """The number shown to buyers, in tenths of five: 49 is 4.9."""
        return display_tenths(self.score_hundredths)

    @property
    def display(self) -> str:
        """The number shown to buyers: `4.9`."""
        whole, tenth = divmod(self.display_tenths, 10)
        return f"{whole}.{tenth}"


@dataclass(frozen=True)
class DayScore:
    """A shop's score of one day, hundredths of a point."""

    day: date
    stage: ScoreStage
    score_hundredths: int
    product_hundredths: int | None
    logistics_hundredths: int | None
    service_hundredths: int | None


def score_of(shop_id: UUID) -> ShopScore | None:
    """Return a shop's latest score; None where none was reckoned (a new shop, or a personal one without a rating)."""
    return scores_of([shop_id]).get(shop_id)


def scores_of(shop_ids: Sequence[UUID]) -> dict[UUID, ShopScore]:
    """Return the latest scores of shops in one statement; shops without one are left out."""
    rows = SQL.rows("scores_of", shops=list(shop_ids))
    return {row["shop_id"]: ShopScore(**{**row, "stage": ScoreStage(row["stage"])}) for row in rows}


def score_history(shop_id: UUID, *, until: date, days: int = 90) -> tuple[DayScore, ...]:
    """Return a shop's scores of the last `days` days up to and including `until`, oldest first."""
    since = until - timedelta(days=min(days, HISTORY_DAYS_MAX))
    rows = Row.objects.filter(shop_id=shop_id, day__gt=since, day__lte=until).order_by("day")[:HISTORY_DAYS_MAX]
    names = tuple(DayScore.__dataclass_fields__)
    return tuple(
        DayScore(**{**{name: getattr(row, name) for name in names}, "stage": ScoreStage(row.stage)}) for row in rows
    )
