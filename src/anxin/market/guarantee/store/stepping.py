"""One step of a row's life by compare-and-set on (id, state, version)."""

from typing import Any

from django.db.models import Model

from anxin.kernel.states import LostRace, StateTable


def step(row: Model, life: StateTable[Any], verb: str, **changes: Any) -> None:
    """Move a row to the state that `verb` leads to, with other columns changed along. Raises IllegalStep, LostRace."""
    facts: Any = row
    kind: Any = type(row)
    before = type(life.initial)(facts.state)
    changes.update(state=life.after(before, verb), version=facts.version + 1)
    same = kind.objects.filter(pk=row.pk, state=before, version=facts.version)
    if not same.update(**changes):
        raise LostRace(life.aggregate)
    for name, value in changes.items():
        setattr(row, name, value)
