"""What an import did, and the file of what it could not do."""

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TextIO

from anxin.market.catalog.importing.faults import RowFault
from anxin.market.catalog.importing.formulas import neutralise, restore
from anxin.market.catalog.importing.products import RejectedRow

ERROR_COLUMNS = ("Error line", "Error column", "Error code", "Error reason")
MAX_LISTED = 100
UNSORTED_MAX = 50


@dataclass
class ImportReport:
    """Counts of one import. `unmapped` are the types that no rule led to a category, with their products."""

    encoding: str = ""
    products_created: int = 0
    products_updated: int = 0
    products_unchanged: int = 0
    variants: int = 0
    rows_rejected: int = 0
    stock_refused: int = 0
    pictures_stored: int = 0
    pictures_missing: int = 0
    is_trial: bool = False
    fallback: str = ""
    unmapped: Counter[str] = field(default_factory=Counter)
    faults: list[RowFault] = field(default_factory=list)

    @property
    def products(self) -> int:
        """How many products came in."""
        return self.products_created + self.products_updated + self.products_unchanged

    def add_rejected(self, row: RejectedRow) -> None:
        """Count a rejected row and list its faults while the list is short."""
        self.rows_rejected += 1
        if len(self.faults) < MAX_LISTED:
            self.faults.extend(row.faults)

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain JSON."""
        return {
            "encoding": self.encoding,
            "products": self.products,
            "products_created": self.products_created,
            "products_updated": self.products_updated,
            "products_unchanged": self.products_unchanged,
            "variants": self.variants,
            "rows_rejected": self.rows_rejected,
            "stock_refused": self.stock_refused,
            "pictures_stored": self.pictures_stored,
            "pictures_missing": self.pictures_missing,
            "is_trial": self.is_trial,
            "fallback": self.fallback,
            "unmapped": dict(self.unmapped.most_common(UNSORTED_MAX)),
            "faults": [
                {
                    "line": fault.line,
                    "column": fault.column,
                    "code": fault.fault.value,
                    "value": fault.value,
                    "message": fault.message,
                }
                for fault in self.faults
            ],
        }


class ErrorFile:
    """Writes rejected rows with the columns of the imported file and why they were rejected, ready to be repaired."""

    def __init__(self, out: TextIO, columns: Sequence[str]) -> None:
        self._columns = tuple(columns)
        self._writer = csv.writer(out, lineterminator="\r\n")
        self._writer.writerow((*map(_safe, self._columns), *ERROR_COLUMNS))

    def add(self, row: RejectedRow) -> None:
        """Write one row with all its faults."""
        cells = (*row.cells, *[""] * (len(self._columns) - len(row.cells)))[: len(self._columns)]
        first = row.faults[0]
        reasons = " ".join(fault.message for fault in row.faults)
        self._writer.writerow((*map(_safe, cells), first.line, first.column, first.fault.value, _safe(reasons)))


def _safe(text: str) -> str:
    return neutralise(restore(text)).replace("\x00", "")
