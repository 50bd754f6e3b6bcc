"""Reckoning the experience score (体验分) of every shop, once a day, from what the last thirty days say."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from anxin.infra.tx import transactional
from anxin.kernel.clock import SHANGHAI, Instant, shanghai_day
from anxin.kernel.ids import new_id
from anxin.market.service.domain.score import Score, reckon
from anxin.market.service.domain.score_rules import Dimension, rules_at
from anxin.market.service.models import ScoreSheet
from anxin.market.service.store import scores as store
from anxin.market.service.store.reviews import SQL
from anxin.market.shops import queries as shops
from anxin.market.shops.commands.score import NewScore, ScoreStage, record_scores

__all__ = ["reckon_day", "reckon_due", "reckon_shops"]

BATCH = 500
RECKONED_FROM_HOUR = 3  # in Shanghai, when yesterday's parcels have been told


def reckon_due(*, now: Instant) -> int:
    """Reckon today's scores that are not there yet, from 3:00 in Shanghai on; return how many shops were looked at."""
    return reckon_day(shanghai_day(now), now=now) if now.astimezone(SHANGHAI).hour >= RECKONED_FROM_HOUR else 0


def reckon_day(day: date, *, now: Instant) -> int:
    """Reckon the scores of a day for all open shops that have none, batch by batch; return how many were looked at."""
    looked_at = 0
    while True:
        waiting = [row["shop_id"] for row in SQL.rows("shops_without_sheet", day=day, limit=BATCH)]
        if not waiting:
            return looked_at
        reckon_shops(waiting, day, now=now)
        looked_at += len(waiting)


@transactional
def reckon_shops(shop_ids: Sequence[UUID], day: date, *, now: Instant) -> None:
    """Reckon the scores of some shops on a day, keep their sheets and tell `shops`. Repeating it tells the same again."""
    rules = rules_at(day)
    found = list(shops.shops_by_id(list(shop_ids)).values())
    every = store.indicators_of(found, day, rules)
    scored = {shop_id: reckon(indicators, rules, day=day) for shop_id, indicators in every.items()}
    sheets = [
        ScoreSheet(
            id=new_id(),
            shop_id=shop_id,
            day=day,
            rules=rules.name,
            indicators=store.to_json(every[shop_id]),
            total_hundredths=score.total if score else None,
            reckoned_at=now,
        )
        for shop_id, score in sorted(scored.items())
    ]
    kept = ["rules", "indicators", "total_hundredths", "reckoned_at"]
    ScoreSheet.objects.bulk_create(sheets, update_conflicts=True, unique_fields=["shop", "day"], update_fields=kept)
    record_scores([_told(shop_id, day, score) for shop_id, score in scored.items() if score], now=now)


def _told(shop_id: UUID, day: date, score: Score) -> NewScore:
    return NewScore(
        shop_id=shop_id,
        day=day,
        stage=ScoreStage(score.stage.value),
        score_hundredths=score.total,
        product_hundredths=score.of(Dimension.PRODUCT).points,
        logistics_hundredths=score.of(Dimension.LOGISTICS).points,
        service_hundredths=score.of(Dimension.SERVICE).points,
    )
