"""Days of events as Parquet files, for refits and for whoever wants to study them with other tools."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from arro3.core import Array, DataType, RecordBatch, RecordBatchReader, Schema
from arro3.io import write_parquet

from anxin.market.interest import store

GROUP = 20_000  # rows of a row group, and all that is held at once
TEXT, MOMENT = DataType.utf8(), DataType.timestamp("us", tz="UTC")
COLUMNS = {
    "id": TEXT,
    "client_id": TEXT,
    "actor": TEXT,
    "kind": TEXT,
    "item_kind": TEXT,
    "item": TEXT,
    "request": TEXT,
    "slot": DataType.int32(),
    "propensity": DataType.float64(),
    "amount": DataType.int64(),
    "finished": DataType.bool(),
    "loops": DataType.int32(),
    "doubt": TEXT,
    "at": MOMENT,
    "told_at": MOMENT,
}


@dataclass(frozen=True)
class Exported:
    """A day that was written."""

    day: date
    file: Path
    events: int


def export_day(day: date, folder: Path) -> Exported:
    """Write the events of a day of UTC, in the order in which they were told, to `folder/day=YYYY-MM-DD.parquet`.

    The file takes its name when it is whole; a day that is exported again replaces it. A day without events is an empty table.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"day={day.isoformat()}.parquet"
    unfinished = target.with_suffix(".unfinished")
    written = 0

    def batches() -> Iterator[RecordBatch]:
        nonlocal written
        rows = store.events_of_day(day)
        while group := list(islice(rows, GROUP)):
            written += len(group)
            yield _batch(group)

    try:
        reader = RecordBatchReader.from_batches(_schema(), batches())
        write_parquet(reader, unfinished, compression="zstd(3)", max_row_group_size=GROUP)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return Exported(day, target, written)


def _schema() -> Schema:
    return _batch([]).schema


def _batch(rows: Iterable[dict[str, Any]]) -> RecordBatch:
    table = list(rows)
    return RecordBatch.from_arrays(
        [_column([row[name] for row in table], kind) for name, kind in COLUMNS.items()], names=list(COLUMNS)
    )


def _column(values: list[Any], kind: DataType) -> Array:
    if kind == MOMENT:
        return Array([_microseconds(value) for value in values], DataType.int64()).cast(kind)
    if kind == TEXT:
        return Array([None if value is None else str(value) for value in values], kind)
    return Array(values, kind)


def _microseconds(moment: datetime | None) -> int | None:
    return None if moment is None else round(moment.timestamp() * 1_000_000)
