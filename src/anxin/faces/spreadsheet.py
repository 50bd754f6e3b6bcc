"""Downloads for spreadsheets: CSV that opens in Excel with Chinese intact, whose cells no program runs as a formula."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

from django.http import StreamingHttpResponse
from django.utils import timezone, translation

BYTE_ORDER_MARK = "\ufeff"
PIECE_CHARACTERS = 64 * 1024
_STARTS = tuple("=+-@\t\r\n＝＋－＠")
_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_AS_A_NUMBER = re.compile(
    rf"[\d.,:/%\s-]*\d[\d.,:/%\s-]*(?:e[+-]?\d+)?|\d+[\s/-]?{_MONTH}|{_MONTH}[\s/-]?\d+", re.IGNORECASE
)


def csv_file(name: str, pieces: Iterable[str | bytes]) -> StreamingHttpResponse:
    """Return CSV named `name`, streamed. Each piece is made in the language and time zone of who asks for it now."""
    language, zone = translation.get_language(), timezone.get_current_timezone()

    def told() -> Iterator[str | bytes]:
        coming = iter(pieces)
        while True:
            with translation.override(language), timezone.override(zone):
                piece = next(coming, None)
            if piece is None:
                return
            yield piece

    response = StreamingHttpResponse(told(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def csv_download(name: str, rows: Iterable[Sequence[str | int]]) -> StreamingHttpResponse:
    """Return rows as CSV named `name`. Whole numbers are amounts in fen and written as yuan; texts are made harmless."""
    return csv_file(name, _pieces(rows))


def yuan(minor: int) -> str:
    """Return an amount as a plain decimal that a spreadsheet can add up."""
    whole, cents = divmod(abs(minor), 100)
    return f"{'-' if minor < 0 else ''}{whole}.{cents:02d}"


def harmless(text: str) -> str:
    """Return a text that no spreadsheet runs."""
    return "'" + text if text.startswith(_STARTS) else text


def plain_code(code: str) -> str:
    """Return a code that no spreadsheet takes for a number (0012345, 1E10) or a date (12-3, MAR1)."""
    return f"{code}\t" if _AS_A_NUMBER.fullmatch(code) else code


def in_zone(heading: str) -> str:
    """Return the heading of a column of moments, with the time zone they are told in."""
    return f"{heading} ({timezone.get_current_timezone_name()})"


def _pieces(rows: Iterable[Sequence[str | int]]) -> Iterator[str]:
    piece = StringIO(BYTE_ORDER_MARK)
    piece.seek(0, 2)
    writer = csv.writer(piece)
    for row in rows:
        writer.writerow([yuan(cell) if isinstance(cell, int) else harmless(cell) for cell in row])
        if piece.tell() >= PIECE_CHARACTERS:
            yield piece.getvalue()
            piece.seek(0)
            piece.truncate()
    yield piece.getvalue()
