"""The pure parser of Shopify product files: what is read, what is refused, and where it says so."""

import io
import tracemalloc
from collections.abc import Iterator
from typing import BinaryIO

import pytest

from anxin.market.catalog.domain.content import PICTURES_MAX, SKUS_MAX
from anxin.market.catalog.importing.cells import BadCell, barcode, count, price_minor, stock, tags
from anxin.market.catalog.importing.columns import read_header
from anxin.market.catalog.importing.encoding import GB18030, UTF8, detect, open_text
from anxin.market.catalog.importing.errors import MissingColumns, RepeatedColumn, UnreadableEncoding
from anxin.market.catalog.importing.faults import MESSAGES, Fault
from anxin.market.catalog.importing.products import ReadProduct, RejectedRow, read_products
from anxin.market.catalog.importing.records import MAX_RECORD_CHARS, Record, read_records

HEADER = (
    "Handle,Title,Variant Price,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Qty,Image Src,Variant Barcode"
)


def parsed(text: str, header: str = HEADER) -> list[ReadProduct | RejectedRow]:
    records = read_records(io.StringIO(f"{header}\n{text}", newline=""))
    return list(read_products(read_header(next(records).cells), records))


def products(text: str, header: str = HEADER) -> list[ReadProduct]:
    return [found for found in parsed(text, header) if isinstance(found, ReadProduct)]


def rejected(text: str, header: str = HEADER) -> list[RejectedRow]:
    return [found for found in parsed(text, header) if isinstance(found, RejectedRow)]


def faults(text: str, header: str = HEADER) -> list[tuple[int, str, Fault]]:
    return [(fault.line, fault.column, fault.fault) for row in rejected(text, header) for fault in row.faults]


def test_rows_of_one_handle_become_one_product_with_variants_and_pictures() -> None:
    (mug,) = products(
        "mug,Mug,36.00,Size,S,M-S,4,a.jpg,\n"
        "mug,,38.50,,L,M-L,,,\n"
        "mug,,,,,,,b.jpg,\n"
    )  # fmt: skip
    assert (mug.handle, mug.title, mug.option_names) == ("mug", "Mug", ("Size",))
    assert [(v.code, v.options, v.price_minor, v.quantity) for v in mug.variants] == [
        ("M-S", ("S",), 3600, 4),
        ("M-L", ("L",), 3850, None),
    ]
    assert [picture.source for picture in mug.pictures] == ["a.jpg", "b.jpg"]


def test_default_title_means_a_product_without_options() -> None:
    (cup,) = products("cup,Cup,5,Title,Default Title,,,,\n")
    assert cup.option_names == ()
    assert cup.variants[0].options == ()


def test_line_numbers_are_physical_lines_behind_quoted_newlines() -> None:
    header = "Handle,Title,Variant Price,Body (HTML)"
    text = 'one,One,1,"<p>\nfirst\r\nsecond\n</p>"\ntwo,Two,bad,\n'
    assert products(text, header)[0].body_html == "<p>\nfirst\r\nsecond\n</p>"
    assert faults(text, header) == [(6, "Variant Price", Fault.PRICE_MALFORMED)]


@pytest.mark.parametrize(
    ("text", "minor"),
    [("36.00", 3600), ("0.07", 7), ("1,490.5", 149050), ("¥88", 8800), ("0", 0), ("19.990", 1999), ("79.9", 7990)],
)
def test_prices_are_read_exactly(text: str, minor: int) -> None:
    assert price_minor(text) == minor


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", Fault.PRICE_MISSING),
        ("-5.00", Fault.PRICE_NEGATIVE),
        ("¥-5", Fault.PRICE_NEGATIVE),
        ("12,50", Fault.PRICE_MALFORMED),
        ("1.005", Fault.PRICE_MALFORMED),
        ("1e3", Fault.PRICE_MALFORMED),
        ("NaN", Fault.PRICE_MALFORMED),
        ("٣٦", Fault.PRICE_MALFORMED),
        ("9" * 30, Fault.PRICE_TOO_LARGE),
    ],
)
def test_a_price_that_is_not_exact_is_refused_and_never_guessed(text: str, fault: Fault) -> None:
    with pytest.raises(BadCell) as refused:
        price_minor(text)
    assert refused.value.fault is fault


def test_numbers_too_large_or_negative_are_refused_but_oversold_stock_is_zero() -> None:
    assert [count("7"), count("7.0"), count(""), stock("-3"), stock("12")] == [7, 7, None, 0, 12]
    for text in ("-1", "1.5", "many", "1" * 5000):
        with pytest.raises(BadCell):
            count(text)


def test_spreadsheet_marks_around_a_barcode_are_taken_away() -> None:
    assert barcode("'886888963176") == barcode('="886888963176"') == "886888963176"
    with pytest.raises(BadCell):
        barcode("8.86889E+11")


def test_tags_split_at_western_and_chinese_commas_once_each() -> None:
    assert tags("春季, 新品，春季,") == ("春季", "新品")


@pytest.mark.parametrize(
    ("row", "column", "fault"),
    [
        (",Mug,1,,,,,,", "Handle", Fault.HANDLE_MISSING),
        ("a b,Mug,1,,,,,,", "Handle", Fault.HANDLE_MALFORMED),
        ("../up,Mug,1,,,,,,", "Handle", Fault.HANDLE_MALFORMED),
        ("mug,,1,,,,,,", "Title", Fault.TITLE_MISSING),
        (f"mug,{'x' * 256},1,,,,,,", "Title", Fault.TOO_LONG),
        ("mug,Mug,-1,,,,,,", "Variant Price", Fault.PRICE_NEGATIVE),
        ("mug,Mug,1,Size,,,,,", "Option1 Value", Fault.OPTION_MISSING),
        ("mug,Mug,1,,Red,,,,", "Option1 Value", Fault.OPTION_UNNAMED),
        ("mug,Mug,1,,,,few,,", "Variant Inventory Qty", Fault.NUMBER_MALFORMED),
        ("mug,Mu\x00g,1,,,,,,", "Title", Fault.NUL),
        ("mug,Mug,1,,,,,,,490.00", "", Fault.EXTRA_CELLS),
        ('mug,"Mug"x,1,,,,,,', "", Fault.ROW_MALFORMED),
    ],
)
def test_a_bad_row_names_its_column_and_reason_and_leaves_the_next_product_alone(
    row: str, column: str, fault: Fault
) -> None:
    text = f"{row}\ngood,Good,2,,,,,,\n"
    assert faults(text) == [(2, column, fault)]
    assert [product.handle for product in products(text)] == ["good"]


def test_one_bad_variant_does_not_hold_back_the_others_and_its_row_can_stand_alone_when_repaired() -> None:
    text = "mug,Mug,1,Size,S,A,,,\nmug,,oops,,M,B,,,\nmug,,3,,L,C,,,\n"
    (mug,) = products(text)
    assert [variant.code for variant in mug.variants] == ["A", "C"]
    (bad,) = rejected(text)
    assert bad.cells[:5] == ("mug", "Mug", "oops", "Size", "M")


def test_rows_of_a_product_whose_first_row_is_bad_are_returned_too() -> None:
    text = "mug,,1,Size,S,A,,,\nmug,,2,,M,B,,,\n"
    assert products(text) == []
    assert [fault for _, _, fault in faults(text)] == [Fault.TITLE_MISSING, Fault.PRODUCT_REJECTED]


def test_picture_rows_of_a_product_without_a_good_variant_are_returned_too() -> None:
    assert faults("mug,Mug,x,,,,,,\nmug,,,,,,,a.jpg,\n") == [
        (2, "Variant Price", Fault.PRICE_MALFORMED),
        (3, "", Fault.PRODUCT_REJECTED),
    ]


def test_a_handle_that_comes_back_far_away_is_refused_with_the_line_of_its_first_use() -> None:
    far = "".join(f"p{number},P,1,,,,,,\n" for number in range(500))
    (row,) = rejected(f"mug,Mug,1,,,,,,\n{far}mug,Mug again,2,,,,,,\n")
    assert (row.line, row.faults[0].fault, row.faults[0].value) == (503, Fault.HANDLE_REPEATED, "2")


def test_the_same_options_or_sku_twice_in_a_product_are_refused() -> None:
    text = "mug,Mug,1,Size,S,A,,,\nmug,,2,,S,B,,,\nmug,,3,,M,A,,,\n"
    assert faults(text) == [
        (3, "Option1 Value", Fault.VARIANT_REPEATED),
        (4, "Variant SKU", Fault.SKU_REPEATED),
    ]


def test_a_product_has_limits_on_variants_and_pictures() -> None:
    rows = "".join(f"mug,Mug,1,Size,S{number},,,p{number}.jpg,\n" for number in range(SKUS_MAX + 3))
    found = parsed(rows)
    (mug,) = [each for each in found if isinstance(each, ReadProduct)]
    assert len(mug.pictures) == PICTURES_MAX
    assert len(found) - 1 == SKUS_MAX + 3 - PICTURES_MAX


def test_an_unclosed_quote_costs_one_product_not_the_file() -> None:
    text = 'bad,"Bad,1,,,,,,\nlost,"Lost",1,,,,,,\n' + "".join(f"p{n},P,1,,,,,,\n" for n in range(50))
    assert len(products(text)) == 50
    assert faults(text)[0] == (2, "", Fault.ROW_MALFORMED)


def test_a_quote_never_closed_is_reported_where_it_opens() -> None:
    assert faults('good,Good,1,,,,,,\nbad,"Bad,1,,,,,,\n') == [(3, "", Fault.ROW_UNCLOSED)]


def test_a_stray_quote_inside_a_cell_opens_nothing() -> None:
    (board,) = products('board,Board 6" wide,1,,,,,,\n')
    assert board.title == 'Board 6" wide'


class _Repeated(io.RawIOBase):
    """A file of one huge cell that never exists as a whole."""

    def __init__(self, before: bytes, size: int, after: bytes) -> None:
        self._pieces = self._make(before, size, after)
        self._left = b""

    @staticmethod
    def _make(before: bytes, size: int, after: bytes) -> Iterator[bytes]:
        yield before
        for _ in range(size // 1024):
            yield b"x" * 1023 + b"\n"
        yield after

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:
        self._left = self._left or next(self._pieces, b"")
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count


def test_a_cell_of_50_mb_is_refused_without_holding_it() -> None:
    size = 50 * 1024 * 1024
    file: BinaryIO = io.BufferedReader(  # type: ignore[assignment]
        _Repeated(b'Handle,Title,Variant Price\nbig,"', size, b'",1\nsmall,Small,2\n')
    )  # fmt: skip
    tracemalloc.start()
    records = read_records(open_text(file, UTF8))
    found = list(read_products(read_header(next(records).cells), records))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(found[0], RejectedRow)
    assert found[0].faults[0].fault is Fault.ROW_TOO_LARGE
    assert isinstance(found[1], ReadProduct)
    assert found[1].line == 2 + size // 1024 + 1
    assert peak < 5 * MAX_RECORD_CHARS


def test_memory_does_not_grow_with_the_number_of_rows() -> None:
    def rows() -> Iterator[Record]:
        for number in range(20_000):
            yield Record(number + 2, (f"handle-{number}", "Title" * 20, "1", "", "", f"SKU-{number}", "1", "", ""))

    header = read_header(HEADER.split(","))
    tracemalloc.start()
    total = sum(1 for _ in read_products(header, rows()))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert total == 20_000
    assert peak < 200 * total  # what is kept of each product is a digest of its handle


def test_missing_and_repeated_columns_are_named() -> None:
    with pytest.raises(MissingColumns) as missing:
        read_header(["Handle", "Vendor"])
    assert missing.value.columns == "Title, Variant Price"
    with pytest.raises(RepeatedColumn):
        read_header(["Handle", "Title", "Variant Price", "handle"])


def test_columns_are_found_under_their_newer_names() -> None:
    header = "URL handle,Title,Price,SKU,Description"
    (mug,) = products("mug,Mug,3,M1,<p>hi</p>\n", header)
    assert (mug.variants[0].code, mug.body_html) == ("M1", "<p>hi</p>")


@pytest.mark.parametrize(
    ("encoded", "source"),
    [
        ("Handle,标题\n杯子,好".encode(), UTF8),
        ("Handle,标题\n杯子,好".encode("utf-8-sig"), UTF8),
        ("Handle,标题\n杯子,女士羊毛衫，加厚保暖".encode("gb18030"), GB18030),
        (b"Handle,Title\nmug,Mug", UTF8),
    ],
)
def test_the_encoding_is_found_by_reading_the_file(encoded: bytes, source: object) -> None:
    assert detect(io.BytesIO(encoded)) is source


@pytest.mark.parametrize(
    ("encoded", "line"),
    [
        ("Handle,Title\ncafé,Crème brûlée de la maison".encode("latin-1"), 2),
        ("Handle,Title\nmug,Mug".encode("utf-16"), 1),
        (b"Handle,Title\nmug,\xff\xff", 2),
    ],
)
def test_an_encoding_that_cannot_be_known_is_refused_with_its_line(encoded: bytes, line: int) -> None:
    with pytest.raises(UnreadableEncoding) as refused:
        detect(io.BytesIO(encoded))
    assert refused.value.line == line


def test_a_mark_at_the_beginning_is_not_part_of_the_first_column() -> None:
    file = io.BytesIO("Handle,Title,Variant Price\n".encode("utf-8-sig"))
    assert next(read_records(open_text(file, detect(file)))).cells[0] == "Handle"


def test_every_fault_has_its_sentence() -> None:
    assert set(MESSAGES) == set(Fault)
