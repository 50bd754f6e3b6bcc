"""What was asked for order lines before: how often, and whether a request is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from anxin.market.guarantee.store.claims import attempts_on, open_on


@dataclass(frozen=True, slots=True)
class History:
    """The after-sale past of one line."""

    attempts: int = 0
    open_claim_id: UUID | None = None


BLANK = History()


def histories(line_ids: Sequence[UUID]) -> dict[UUID, History]:
    """Return the past of lines that have one."""
    attempts, open_claims = attempts_on(line_ids), open_on(line_ids)
    return {line_id: History(number, open_claims.get(line_id)) for line_id, number in attempts.items()}
