"""Keeping the experience score (体验分): `service` reckons it once a day and tells it here, where every module may ask."""

from collections.abc import Sequence

from anxin.infra.outbox import publish_many
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.kernel.ids import new_id
from anxin.market.shops import store
from anxin.market.shops.domain.score import NewScore, ScoreStage
from anxin.market.shops.events import ShopScoreChanged

__all__ = ["NewScore", "ScoreStage", "record_scores"]


@transactional
def record_scores(scores: Sequence[NewScore], *, now: Instant) -> int:
    """Keep the scores of a day with one statement; return how many are new or other than before.

    Telling the same scores again changes nothing. A change of a shop's latest score is announced.
    """
    if not scores:
        return 0
    changed = store.SQL.rows(
        "scores_record",
        ids=[new_id() for _ in scores],
        shops=[score.shop_id for score in scores],
        days=[score.day for score in scores],
        stages=[score.stage.value for score in scores],
        scores=[score.score_hundredths for score in scores],
        products=[score.product_hundredths for score in scores],
        logistics=[score.logistics_hundredths for score in scores],
        services=[score.service_hundredths for score in scores],
        now=now,
    )
    facts = [ShopScoreChanged(row["shop_id"], row["day"].isoformat(), row["score_hundredths"]) for row in changed]
    publish_many([(fact, fact.shop_id) for fact in facts], now=now)
    return len(changed)
