"""What a merchant may know of the experience score: the sheet, its explanation, and what would raise it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from anxin.kernel.clock import Instant
from anxin.market.service.domain.score import (
    BonusScore,
    DeductionScore,
    DimensionScore,
    Improvement,
    ImprovementKind,
    IndicatorScore,
    Score,
    Stage,
    improvements,
    is_open,
    reckon,
)
from anxin.market.service.domain.score_rules import Dimension, ScoreRules, Unit, rules_named
from anxin.market.service.models import ScoreSheet
from anxin.market.service.store.scores import from_json
from anxin.market.shops.queries import ShopScore, score_of

__all__ = [
    "BonusScore",
    "DeductionScore",
    "Dimension",
    "DimensionScore",
    "Improvement",
    "ImprovementKind",
    "IndicatorScore",
    "Score",
    "Stage",
    "Unit",
]


@dataclass(frozen=True)
class GateFacts:
    """Something that a score opens, in points, over the days it looks at."""

    code: str
    points: int
    over: int
    is_open: bool


@dataclass(frozen=True)
class Explanation:
    """A shop's newest sheet explained; `score` is None for a shop that gets none yet, `kept` what buyers see."""

    day: date
    reckoned_at: Instant
    window_days: int
    score: Score | None
    improvements: tuple[Improvement, ...]
    gates: tuple[GateFacts, ...]
    kept: ShopScore | None


def explanation_of(shop_id: UUID) -> Explanation | None:
    """Return the newest score of a shop with its explanation, reckoned again from its sheet; None before the first night."""
    sheet = ScoreSheet.objects.filter(shop_id=shop_id).order_by("-day").first()
    if sheet is None:
        return None
    rules, indicators = rules_named(sheet.rules), from_json(sheet.indicators)
    kept = score_of(shop_id)
    return Explanation(
        day=sheet.day,
        reckoned_at=sheet.reckoned_at,
        window_days=rules.window_days,
        score=reckon(indicators, rules, day=sheet.day),
        improvements=improvements(indicators, rules, day=sheet.day),
        gates=_gates(rules, kept),
        kept=kept,
    )


def _gates(rules: ScoreRules, kept: ShopScore | None) -> tuple[GateFacts, ...]:
    held = (kept.score_hundredths, kept.mean_7_hundredths, kept.mean_30_hundredths) if kept else (None, None, None)
    return tuple(GateFacts(gate.code, gate.points, gate.over, is_open(gate, *held)) for gate in rules.gates)
