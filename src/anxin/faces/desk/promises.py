"""Promises at the desk: versions side by side, the files they come from, and a dry run over the last 30 days."""

from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from anxin.faces.access import operation
from anxin.faces.guarantee_words import (
    BINDINGS,
    EVIDENCE,
    FREIGHT,
    OUTCOMES,
    PAYERS,
    PROFILES,
    claim_reason,
    granting_text,
    window_text,
)
from anxin.faces.language import reads_chinese
from anxin.infra.clock import now
from anxin.kernel.money import format_money
from anxin.market.guarantee.queries import decisions as made
from anxin.market.guarantee.queries import promises as queries
from anxin.market.guarantee.queries.decisions import DRY_RUN_DAYS
from anxin.market.guarantee.queries.promises import Version


@dataclass(frozen=True)
class Row:
    """One property of a promise across its versions; `differs` where they do not agree."""

    name: str
    values: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether the versions do not agree."""
        return len(set(self.values)) > 1


@never_cache
@require_GET
@operation("desk.promises")
def promises(request: HttpRequest) -> HttpResponse:
    """List every promise with its versions."""
    profile = queries.active_profile()
    rows = [
        (
            one,
            one.name if reads_chinese() else one.name_en,
            [(f"{v.profile} v{v.version}", "brand" if v.profile == profile else "info") for v in one.versions],
        )
        for one in queries.promises()
    ]
    facts = {"rows": rows, "profile_name": PROFILES[profile]}
    return render(request, "desk/promises.html", facts)


@never_cache
@require_GET
@operation("desk.promises")
def promise(request: HttpRequest, code: str) -> HttpResponse:
    """Compare the versions of one promise and, when one is named, try it on the last 30 days.

    Raises UnknownPromise, UnknownVersion.
    """
    found = queries.promise(code)
    until = now()
    tried = queries.version(code, request.GET["try"]) if "try" in request.GET else None
    since = until - timedelta(days=DRY_RUN_DAYS)
    facts = {
        "promise": found,
        "name": found.name if reads_chinese() else found.name_en,
        "summary": found.summary if reads_chinese() else found.summary_en,
        "versions": found.versions,
        "table": compared(found.versions),
        "tried": tried,
        "run": made.dry_run(tried, since=since, until=until) if tried else None,
        "outcomes": OUTCOMES,
        "days": DRY_RUN_DAYS,
    }
    return render(request, "desk/promise.html", facts)


def compared(versions: tuple[Version, ...]) -> list[Row]:
    """Return the properties of versions side by side, in the words of the faces."""
    return [Row(str(name), tuple(say(one) for one in versions)) for name, say in PROPERTIES]


def _evidence(version: Version) -> str:
    return "; ".join(
        f"{format_money(tier.paid_from_minor)}+: {', '.join(str(EVIDENCE[one]) for one in tier.kinds)}"
        for tier in version.evidence
    )


def _reasons(version: Version) -> str:
    return ", ".join(
        f"{claim_reason(one.code)}{f' ({one.window.hours} h)' if one.window else ''}" for one in version.reasons
    )


def _remedy(version: Version) -> str:
    remedy: Any = version.remedy
    set_ones = [
        (one.name, getattr(remedy, one.name)) for one in fields(remedy) if getattr(remedy, one.name) not in _UNSET
    ]
    return ", ".join(
        f"{name} {_plain(value)}" for name, value in set_ones if not (name == "refund_bps" and value == _ALL)
    )


def _plain(value: Any) -> str:
    if isinstance(value, tuple):
        return "; ".join(" ".join(str(getattr(one, f.name)) for f in fields(one)) for one in value)
    if isinstance(value, dict):
        return "; ".join(f"{key} {number}" for key, number in value.items())
    return "" if value is True else str(value)


_UNSET: tuple[Any, ...] = (None, 0, False, "", (), {})
_ALL = 10_000


def _gate(version: Version) -> str:
    gate = version.gate
    said = [*sorted(gate.shop_types)]
    said += [f"score ≥ {gate.score_min // 100}"] if gate.score_min else []
    said += ["deposit paid"] if gate.deposit_paid else []
    said += ["no counterfeit record"] if gate.no_counterfeit_record else []
    return ", ".join(said)


def _goods(version: Version) -> str:
    covered = ", ".join((*version.categories, *sorted(version.flags)))
    out = ", ".join(word for one in version.exclusions for word in (*one.categories, *sorted(one.flags)))
    return " − ".join(filter(None, (covered or "*", out)))


def _timers(version: Version) -> str:
    return f"{version.timers.merchant_answer_hours} h / {version.timers.escalation_hours} h"


PROPERTIES: tuple[tuple[Any, Any], ...] = (
    (_("Profile"), lambda one: str(PROFILES[one.profile])),
    (
        _("In force"),
        lambda one: (
            f"{one.effective_from:%Y-%m-%d} – {f'{one.effective_until:%Y-%m-%d}' if one.effective_until else ''}"
        ),
    ),
    (_("Rule"), lambda one: one.source),
    (_("Window"), window_text),
    (_("Goods (category or flag − excluded)"), _goods),
    (_("Binding"), lambda one: str(BINDINGS[one.binding])),
    (_("Gate"), _gate),
    (_("Reasons"), _reasons),
    (_("Proof by price"), _evidence),
    (_("Merchant's duty"), lambda one: ", ".join(str(EVIDENCE[kind]) for kind in one.merchant_duty)),
    (_("Granted"), granting_text),
    (_("Arithmetic"), _remedy),
    (_("Way back"), lambda one: str(FREIGHT[one.freight])),
    (_("Payers, in this order"), lambda one: " → ".join(str(PAYERS[payer]) for payer in one.payers)),
    (_("Merchant's answer / escalation"), _timers),
)

urlpatterns = [
    path("promises", promises, name="desk_promises"),
    path("promises/<slug:code>", promise, name="desk_promise"),
]
