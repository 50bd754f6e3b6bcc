"""The shop's experience score: what it is, where it comes from, what would raise it, how it went."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from anxin.faces.access import operation
from anxin.faces.service_words import DIMENSIONS, GATES, MEASURES, quantity
from anxin.infra.clock import now
from anxin.kernel.clock import shanghai_day
from anxin.market.service.queries.scores import (
    DimensionScore,
    Explanation,
    Improvement,
    ImprovementKind,
    Unit,
    explanation_of,
)
from anxin.market.shops.queries.scores import DayScore, score_history
from anxin.ui.parts import Series

HISTORY_DAYS = 90


@require_GET
@operation("score.read")
def score(request: HttpRequest) -> HttpResponse:
    """Show the score with everything that it rests on."""
    shop_id: UUID = request.shop_id  # type: ignore[attr-defined]
    found = explanation_of(shop_id)
    history = score_history(shop_id, until=shanghai_day(now()), days=HISTORY_DAYS)
    facts = {
        "found": found,
        "days": [f"{day.day:%m-%d}" for day in history],
        "series": _series(history),
        **(_explained(found) if found else {}),
    }
    return render(request, "studio/score.html", facts)


def _explained(found: Explanation) -> dict[str, object]:
    if found.score is None:
        return {}
    return {
        "score": found.score,
        "dimensions": [(DIMENSIONS[each.dimension], each, _indicators(each)) for each in found.score.dimensions],
        "bonus": [
            (MEASURES[each.code], each, _written(each.value, each.unit), quantity(each.at_least, each.unit))
            for each in found.score.bonus
        ],
        "deductions": [(MEASURES[each.code], each) for each in found.score.deductions],
        "steps": [(_step_words(step), step) for step in found.improvements],
        "gates": [(GATES[gate.code], gate) for gate in found.gates],
    }


def _indicators(dimension: DimensionScore) -> list[tuple[object, ...]]:
    return [(MEASURES[each.code], each, _written(each.value, each.unit)) for each in dimension.indicators]


def _written(value: int | None, unit: Unit) -> str:
    return "–" if value is None else quantity(value, unit)


def _step_words(step: Improvement) -> str:
    """Say one step that would raise the score as a sentence."""
    kind, code = step.kind, str(MEASURES[step.code])
    if kind is ImprovementKind.VIOLATION:
        return _("No more “{what}”: it falls out of the window 30 days after the last one").format(what=code)
    before, after = quantity(step.before, step.unit), quantity(step.after, step.unit)
    return _("{what}: from {before} to {after}").format(what=code, before=before, after=after)


def _series(history: tuple[DayScore, ...]) -> list[Series]:
    """Return the score and its dimensions by day, in points."""
    names = {
        _("Score"): "score_hundredths",
        _("The goods"): "product_hundredths",
        _("Logistics"): "logistics_hundredths",
        _("Service"): "service_hundredths",
    }
    return [Series(name, tuple((getattr(day, column) or 0) / 100 for day in history)) for name, column in names.items()]


urlpatterns = [path("score", score, name="studio_score")]
