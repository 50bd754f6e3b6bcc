"""What others may ask about decisions: made again from what was kept, and as they would be under another version."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from anxin.kernel.clock import Instant
from anxin.market.guarantee.domain import canonical
from anxin.market.guarantee.domain.certificate import Certificate, Entry
from anxin.market.guarantee.domain.deciding import Decision, Outcome, decide
from anxin.market.guarantee.domain.facts import ClaimFacts, LineFacts
from anxin.market.guarantee.domain.promises import Version
from anxin.market.guarantee.errors.promises import UnknownDecision
from anxin.market.guarantee.models import Decision as Row
from anxin.market.guarantee.store.certificates import certificates_where

__all__ = [
    "Decision",
    "Difference",
    "DryRun",
    "KeptDecision",
    "Outcome",
    "decision",
    "decisions_of_line",
    "dry_run",
    "replay",
    "replays",
]

DRY_RUN_DAYS = 30  # how far back the desk tries a version
CHUNK = 500
LINE_DECISIONS_MAX = 100
EXAMPLES_MAX = 20


@dataclass(frozen=True)
class KeptDecision:
    """A decision as it was made, with everything it was told."""

    id: UUID
    line_id: UUID
    claim_id: UUID | None
    certificate: str
    line: LineFacts
    claim: ClaimFacts
    decided_at: Instant
    decision: Decision


@dataclass(frozen=True)
class Difference:
    """A decision that another version would have made differently."""

    id: UUID
    line_id: UUID
    before: Decision
    after: Decision

    @property
    def change_minor(self) -> int:
        """How much more (or less) money would have gone to the buyer."""
        return _money(self.after) - _money(self.before)


@dataclass(frozen=True)
class DryRun:
    """What another version would have decided: how many decisions differ, and the money between."""

    looked_at: int
    differing: int
    more_minor: int  # that buyers would have got on top
    less_minor: int  # that they would not have got
    examples: tuple[Difference, ...]


def decision(decision_id: UUID) -> KeptDecision:
    """Return a decision. Raises UnknownDecision."""
    row = Row.objects.filter(id=decision_id).first()
    if row is None:
        raise UnknownDecision
    return _kept(row)


def decisions_of_line(line_id: UUID) -> tuple[KeptDecision, ...]:
    """Return the decisions about a line, newest first (at most LINE_DECISIONS_MAX)."""
    return tuple(_kept(row) for row in Row.objects.filter(line_id=line_id).order_by("-id")[:LINE_DECISIONS_MAX])


def replay(kept: KeptDecision, certificate: Certificate) -> Decision:
    """Make a decision again from what was kept; it comes out identical."""
    return decide(certificate, kept.line, kept.claim, now=kept.decided_at)


def replays(limit: int) -> Iterator[tuple[UUID, bool]]:
    """Yield (id, whether it comes out identical) of the newest decisions."""
    kept = [_kept(row) for row in Row.objects.order_by("-id")[:limit]]
    certificates = _certificates(kept)
    for one in kept:
        yield one.id, replay(one, certificates[one.line_id]) == one.decision


def dry_run(version: Version, *, since: Instant, until: Instant) -> DryRun:
    """Decide anew what was decided about a promise in a time, as if `version` had been frozen on those certificates."""
    differences: list[Difference] = []
    looked, more, less, count = 0, 0, 0, 0
    for one, certificate in _decided(version.promise, since, until):
        looked += 1
        after = replay(one, _with(certificate, version))
        if _same(one.decision, after):
            continue
        found = Difference(one.id, one.line_id, one.decision, after)
        count, more, less = count + 1, more + max(0, found.change_minor), less + max(0, -found.change_minor)
        if len(differences) < EXAMPLES_MAX:
            differences.append(found)
    return DryRun(looked, count, more, less, tuple(differences))


def _decided(promise: str, since: Instant, until: Instant) -> Iterator[tuple[KeptDecision, Certificate]]:
    rows = Row.objects.filter(promise=promise, decided_at__gte=since, decided_at__lt=until).order_by("id")
    last = UUID(int=0)
    while chunk := [_kept(row) for row in rows.filter(id__gt=last)[:CHUNK]]:
        certificates = _certificates(chunk)
        yield from ((one, certificates[one.line_id]) for one in chunk)
        last = chunk[-1].id


def _with(certificate: Certificate, version: Version) -> Certificate:
    """Return the certificate as it would read with another version of one promise, where that promise was given."""
    entries = tuple(
        Entry(one.promise, one.given, one.reasons, version) if one.promise == version.promise else one
        for one in certificate.entries
    )
    return replace(certificate, entries=entries)


def _same(before: Decision, after: Decision) -> bool:
    """Say whether both come to the same for buyer and merchant, whatever the versions are called."""
    return _substance(before) == _substance(after)


def _substance(one: Decision) -> tuple[Any, ...]:
    return one.outcome, one.amount_minor, one.compensation_minor, one.freight_payer, one.evidence, one.timers


def _money(one: Decision) -> int:
    return 0 if one.outcome is Outcome.DENY else one.amount_minor + one.compensation_minor


def _certificates(kept: Sequence[KeptDecision]) -> dict[UUID, Certificate]:
    return certificates_where(line_id__in=[one.line_id for one in kept], limit=len(kept))


def _kept(row: Row) -> KeptDecision:
    return KeptDecision(
        id=row.id,
        line_id=row.line_id,
        claim_id=row.claim_id,
        certificate=row.inputs["certificate"],
        line=canonical.from_plain(LineFacts, row.inputs["line"]),
        claim=canonical.from_plain(ClaimFacts, row.inputs["claim"]),
        decided_at=row.decided_at,
        decision=canonical.from_plain(Decision, row.result),
    )
