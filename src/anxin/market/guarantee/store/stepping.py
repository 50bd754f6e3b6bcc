"""One step of a row's life by compare-and-set on (id, state, version)."""

from typing import Any

from django.db.models import Model

from anxin.infra.rows import swap_row
from anxin.kernel.states import LostRace, StateTable


def step(row: Model, life: StateTable[Any], verb: str, **changes: Any) -> None:
    """Move a row to the state that `verb` leads to, with other columns changed along. Raises IllegalStep, LostRace."""
    facts: Any = row
    before = type(life.initial)(facts.state)
    changes.update(state=life.after(before, verb), version=facts.version + 1)
    if not swap_row(row, ("state", "version"), changes):
        raise LostRace(life.aggregate)
