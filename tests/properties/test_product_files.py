"""Laws of product files, whatever somebody writes into a cell."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from anxin.infra.words import asked, asked_loosely, fold, words_of
from anxin.market.catalog.importing.columns import read_header
from anxin.market.catalog.importing.formulas import neutralise, restore
from anxin.market.catalog.importing.products import ReadProduct, RejectedRow, read_products
from anxin.market.catalog.importing.records import read_records

HEADER = ("Handle", "Title", "Variant Price", "Option1 Name", "Option1 Value", "Body (HTML)")
CELL = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=60)
TRICKY = st.text(st.sampled_from(list("=+-@'\",\n\r\t ＝a")), max_size=12)


def lines_of(rows: list[tuple[str, ...]]) -> io.StringIO:
    out = io.StringIO(newline="")
    csv.writer(out).writerows((HEADER, *rows))
    return io.StringIO(out.getvalue(), newline="")


@given(CELL | TRICKY)
def test_a_neutralised_cell_runs_nowhere_and_comes_back_as_it_was(text: str) -> None:
    written = neutralise(text)
    assert not written.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
    assert restore(written) == text


@given(st.lists(st.tuples(CELL, CELL | TRICKY), min_size=1, max_size=8))
def test_records_are_those_that_were_written_and_their_lines_are_counted_right(pairs: list[tuple[str, str]]) -> None:
    rows = [(f"h{number}", left, "1", "", "", right) for number, (left, right) in enumerate(pairs)]
    stream = lines_of(rows)
    physical = list(io.StringIO(stream.getvalue(), newline=""))  # what a person's editor calls lines
    found = list(read_records(stream))[1:]
    assert [record.cells for record in found] == rows
    for record, row in zip(found, rows, strict=True):
        assert physical[record.line - 1].startswith(f"{row[0]},")


@given(st.lists(st.tuples(st.sampled_from("abc"), CELL, st.sampled_from(("1", "-1", "x", "2.50")), CELL), max_size=12))
def test_every_row_is_either_in_a_product_or_rejected_with_a_reason(rows: list[tuple[str, str, str, str]]) -> None:
    records = read_records(lines_of([(handle, title, price, "Size", size, "") for handle, title, price, size in rows]))
    header = read_header(next(records).cells)
    lines: list[int] = []
    for found in read_products(header, records):
        if isinstance(found, ReadProduct):
            assert found.title
            assert all(variant.price_minor >= 0 for variant in found.variants)
            lines += [record.line for record in found.rows]
        else:
            assert isinstance(found, RejectedRow)
            assert found.faults
            lines.append(found.line)
    assert len(lines) == len(set(lines)) == len(rows)


@given(CELL)
def test_any_text_can_be_searched_for(text: str) -> None:
    wanted = asked(text)
    assert wanted.is_empty == (not words_of(text[:100], finely=False).all)
    assert fold(fold(text)) == fold(text)
    asked_loosely(wanted.words, {})
