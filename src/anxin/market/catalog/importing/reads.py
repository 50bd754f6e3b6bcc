"""What is known of imports."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from anxin.infra import vault
from anxin.kernel.clock import Instant
from anxin.market.catalog.importing.errors import ImportNotFound
from anxin.market.catalog.importing.faults import MESSAGES, Fault
from anxin.market.catalog.importing.life import ImportState
from anxin.market.catalog.importing.models import ImportJob

SHOWN = 20


@dataclass(frozen=True)
class ImportFacts:
    """An import: how far it is and what came of it. `report` holds counts, unmapped types and the first faults."""

    id: UUID
    state: ImportState
    file_name: str
    is_trial: bool
    done_permille: int
    report: Mapping[str, Any]
    errors_key: str
    created_at: Instant
    finished_at: Instant | None

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in (ImportState.DONE, ImportState.FAILED)

    @property
    def faults(self) -> list[tuple[int, str, str, str]]:
        """The first faults as (line, column, message with a `{value}` place, value)."""
        return [
            (each["line"], each["column"], MESSAGES[Fault(each["code"])], each["value"])
            for each in self.report.get("faults", ())
        ]

    @property
    def failure(self) -> tuple[str, Mapping[str, str]] | None:
        """Why nothing was imported, as a message with `{fact}` places and the facts."""
        said = self.report.get("failure")
        return (said["template"], said["facts"]) if said else None

    def errors_file(self) -> bytes:
        """Return the file of rejected rows. Raises NotInVault."""
        return vault.read(self.errors_key)


def import_job(shop_id: UUID, job_id: UUID) -> ImportFacts:
    """Return an import of the shop. Raises ImportNotFound, for another shop's too."""
    job = ImportJob.objects.filter(pk=job_id, shop_id=shop_id).first()
    if job is None:
        raise ImportNotFound
    return _facts(job)


def imports_of(shop_id: UUID) -> list[ImportFacts]:
    """Return the newest imports of the shop."""
    jobs = ImportJob.objects.filter(shop_id=shop_id).order_by("-created_at", "-id")[:SHOWN]
    return [_facts(job) for job in jobs]


def _facts(job: ImportJob) -> ImportFacts:
    return ImportFacts(
        id=job.pk,
        state=ImportState(job.state),
        file_name=job.file_name,
        is_trial=job.is_trial,
        done_permille=job.done_permille,
        report=job.report,
        errors_key=job.errors_key,
        created_at=job.created_at,
        finished_at=job.finished_at,
    )
