"""Running Hypothesis state machines on the database: each example is undone before the next begins."""

from typing import Any

from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from anxin.infra.tx import savepoint


def undoable() -> savepoint:
    """Return a savepoint that is undone in the end; as in a test, each command inside is a transaction of its own."""
    edge = savepoint()
    edge._atomic._from_testcase = True  # type: ignore[attr-defined]
    return edge


class Undo(Exception):
    """The end of an example: everything it wrote is rolled back."""


def run_in_rollback(machine: type[RuleBasedStateMachine], how: settings) -> None:
    """Run a machine as a test, every example inside a savepoint that is rolled back at its teardown."""

    class Undone(machine):  # type: ignore[misc,valid-type]
        def __init__(self) -> None:
            self._edge = undoable()
            self._edge.__enter__()
            super().__init__()

        def teardown(self) -> None:
            try:
                super().teardown()
            finally:
                self._undo()

        def _undo(self) -> None:
            undo: Any = Undo()
            self._edge.__exit__(Undo, undo, None)

    Undone.__name__ = machine.__name__
    run_state_machine_as_test(Undone, settings=how)
