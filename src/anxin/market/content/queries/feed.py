"""What a feed may choose from."""

from dataclasses import dataclass
from uuid import UUID

from anxin.kernel.clock import Instant
from anxin.market.content.domain.posts import PostKind
from anxin.market.content.store import SQL

__all__ = ["Candidate", "PostKind", "candidates"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A public post with the little that an order needs; `reactions` are those that the counters were told of so far."""

    id: UUID
    creator_id: UUID
    kind: PostKind
    published_at: Instant
    reactions: int


def candidates(newest: int) -> list[Candidate]:
    """Return the newest posts that everybody may see, in one statement."""
    rows = SQL.rows("feed_candidates", newest=newest)
    return [
        Candidate(row["id"], row["creator_id"], PostKind(row["kind"]), row["published_at"], int(row["reactions"]))
        for row in rows
    ]
