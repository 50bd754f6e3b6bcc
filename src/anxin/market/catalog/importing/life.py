"""The life of an uploaded product file."""

from enum import StrEnum

from anxin.kernel.states import StateTable


class ImportState(StrEnum):
    """How far an import is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


IMPORT_LIFE = StateTable(
    "import",
    ImportState.WAITING,
    {
        (ImportState.WAITING, "start"): ImportState.RUNNING,
        (
            ImportState.RUNNING,
            "start",
        ): ImportState.RUNNING,  # the worker was killed and begins again: rows match by handle
        (ImportState.RUNNING, "finish"): ImportState.DONE,
        (ImportState.RUNNING, "fail"): ImportState.FAILED,
        (ImportState.WAITING, "fail"): ImportState.FAILED,
    },
)
