"""Commands that bring whole files of products in."""

import tempfile
from collections.abc import Callable
from typing import IO, Any, BinaryIO
from uuid import UUID

from anxin.infra import vault
from anxin.infra.outbox import publish
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.kernel.errors import AnxinError
from anxin.kernel.states import LostRace
from anxin.market.catalog.events import ImportUploaded
from anxin.market.catalog.exporting import BYTE_ORDER_MARK
from anxin.market.catalog.importing.errors import FileTooLarge, ImportNotFound
from anxin.market.catalog.importing.life import IMPORT_LIFE, ImportState
from anxin.market.catalog.importing.mapping import CategoryMapping, parse_mapping, read_mapping
from anxin.market.catalog.importing.models import ImportJob
from anxin.market.catalog.importing.pictures import FolderPictures, PictureStore, WebPictures
from anxin.market.catalog.importing.report import ImportReport
from anxin.market.catalog.importing.run import ImportOptions, SetStock, run_import

__all__ = [
    "CategoryMapping",
    "FolderPictures",
    "ImportOptions",
    "ImportReport",
    "PictureStore",
    "WebPictures",
    "parse_mapping",
    "read_mapping",
    "run_import",
    "run_job",
    "start_import",
]

MAX_FILE_MIB = 200
_PERMILLE = 1000
_CHUNK = 1 << 20


@transactional
def start_import(shop_id: UUID, file_name: str, content: BinaryIO, *, is_trial: bool, by: UUID, now: Instant) -> UUID:
    """Keep an uploaded file and announce that it waits to be imported; return the job's id. Raises FileTooLarge."""
    job = ImportJob.objects.create(
        shop_id=shop_id,
        by_id=by,
        file_name=file_name[:200],
        file_key=vault.keep_chunks(_limited(content)),
        is_trial=is_trial,
        created_at=now,
    )
    publish(ImportUploaded(shop_id, job.pk), now=now, shop_id=shop_id)
    return job.pk


def run_job(job_id: UUID, set_stock: Callable[[UUID, UUID | None], SetStock], *, now: Instant) -> None:
    """Run a waiting import to its end, telling how far it is; running it again continues by matching handles.

    Each batch is a transaction of its own. What is wrong with the whole file ends the job as failed. Raises
    ImportNotFound, IllegalStep.
    """
    job = _step(job_id, "start")
    path = vault.located(job.file_key)
    options = ImportOptions(
        shop_id=job.shop_id,
        mapping=read_mapping(),
        pictures=PictureStore(web=None if job.is_trial else WebPictures(), is_trial=job.is_trial),
        set_stock=set_stock(job.shop_id, job.by_id),
        vouched=False,
        by=job.by_id,
        is_trial=job.is_trial,
    )

    def tell(read: int, size: int, report: ImportReport) -> None:
        permille = read * _PERMILLE // size
        ImportJob.objects.filter(pk=job_id).update(done_permille=permille, report=report.as_json())

    try:
        with path.open("rb") as file, tempfile.TemporaryFile("w+", encoding="utf-8", newline="") as errors:
            errors.write(BYTE_ORDER_MARK)
            report = run_import(file, errors, options, now=now, progress=tell)
            key = _kept(errors) if report.rows_rejected else ""
    except AnxinError as failure:
        said = {"template": failure.template(), "facts": {name: str(fact) for name, fact in failure.facts().items()}}
        _step(job_id, "fail", failure_code=failure.code, report={"failure": said}, finished_at=now)
        return
    _step(job_id, "finish", report=report.as_json(), errors_key=key, done_permille=_PERMILLE, finished_at=now)


def _kept(errors: IO[str]) -> str:
    """Keep the rejected rows as a private file, piece by piece: they may be as many as the file has."""
    errors.seek(0)
    return vault.keep_chunks(chunk.encode() for chunk in iter(lambda: errors.read(_CHUNK), ""))


@transactional
def _step(job_id: UUID, verb: str, **facts: Any) -> ImportJob:
    """Move the job by compare-and-set. Raises ImportNotFound, IllegalStep, LostRace."""
    job = ImportJob.objects.filter(pk=job_id).first()
    if job is None:
        raise ImportNotFound
    following = IMPORT_LIFE.after(ImportState(job.state), verb)
    moved = ImportJob.objects.filter(pk=job_id, state=job.state).update(state=following, **facts)
    if not moved:
        raise LostRace("import")
    return job


def _limited(content: BinaryIO) -> Any:
    left = MAX_FILE_MIB * 1024 * 1024
    while chunk := content.read(_CHUNK):
        left -= len(chunk)
        if left < 0:
            raise FileTooLarge(MAX_FILE_MIB)
        yield chunk
