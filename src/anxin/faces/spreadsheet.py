"""Downloads for spreadsheets: CSV that opens in Excel with Chinese intact, whose cells no program runs as a formula."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import StreamingHttpResponse

BYTE_ORDER_MARK = "\ufeff"
_STARTS = tuple("=+-@\t\r\n＝＋－＠")


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        """Return the text."""
        return text


def csv_download(name: str, rows: Iterable[Sequence[str | int]]) -> StreamingHttpResponse:
    """Return a streamed CSV named `name`. Whole numbers are amounts in fen and written as yuan; texts are made harmless."""
    response = StreamingHttpResponse(_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def yuan(minor: int) -> str:
    """Return an amount as a plain decimal that a spreadsheet can add up."""
    whole, cents = divmod(abs(minor), 100)
    return f"{'-' if minor < 0 else ''}{whole}.{cents:02d}"


def harmless(text: str) -> str:
    """Return a text that no spreadsheet runs."""
    return "'" + text if text.startswith(_STARTS) else text


def name_of_digits(text: str) -> str:
    """Return a code that no spreadsheet shortens: of digits alone it would make a number (7.7E+12)."""
    return f"{text}\t" if text.isdigit() else text


def _lines(rows: Iterable[Sequence[str | int]]) -> Iterator[str]:
    writer: Any = csv.writer(_Echo())
    yield BYTE_ORDER_MARK
    for row in rows:
        yield writer.writerow([yuan(cell) if isinstance(cell, int) else harmless(cell) for cell in row])
