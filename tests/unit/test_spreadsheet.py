"""What a cell of a spreadsheet may hold, and in what pieces a file travels."""

import pytest

from anxin.faces.spreadsheet import PIECE_CHARACTERS, csv_download, plain_code


@pytest.mark.parametrize(
    "code", ["0012345", "1E10", "1e+10", "12-3", "2024-01", "1/2", "3.10", "12:30", "MAR1", "1-Sept", "5%"]
)
def test_a_code_that_would_be_a_number_or_a_date_stays_a_text(code: str) -> None:
    assert plain_code(code) == f"{code}\t"


@pytest.mark.parametrize("code", ["TEE-01", "A1", "1E10X", "12-3-red", "-", ""])
def test_other_codes_stay_as_they_are(code: str) -> None:
    assert plain_code(code) == code


def test_rows_travel_many_in_a_piece_and_none_is_lost() -> None:
    rows = [(f"row {number}", number) for number in range(20_000)]
    pieces = [bytes(piece) for piece in csv_download("many.csv", rows).streaming_content]
    assert all(PIECE_CHARACTERS <= len(piece) < 2 * PIECE_CHARACTERS for piece in pieces[:-1])
    lines = b"".join(pieces).decode("utf-8-sig").splitlines()
    assert lines == [f"row {number},{number // 100}.{number % 100:02d}" for number in range(20_000)]
