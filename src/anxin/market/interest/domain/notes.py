"""What is written down of every place of an answer besides its chance: which source brought it, and what spoke for it."""

import json
from dataclasses import dataclass
from uuid import UUID

TRIED = "tried"  # a new item that gets its chance
POPULAR = "popular"


@dataclass(frozen=True, slots=True)
class Note:
    """`source` is one of the engine's sources or TRIED; `step` and `cohort` are features; `because` is of the history."""

    source: str
    step: int = 0
    cohort: int = -1
    because: UUID | None = None

    def text(self) -> str:
        """Return it as it is kept."""
        facts: dict[str, object] = {"from": self.source, "step": self.step, "cohort": self.cohort}
        return json.dumps(facts | ({"because": str(self.because)} if self.because else {}))


def note_of(text: str | None) -> Note | None:
    """Read what was kept; None where there is nothing that can be read."""
    try:
        told = json.loads(text or "")
        because = UUID(told["because"]) if "because" in told else None
        return Note(str(told["from"]), int(told["step"]), int(told["cohort"]), because)
    except (ValueError, TypeError, KeyError):
        return None
