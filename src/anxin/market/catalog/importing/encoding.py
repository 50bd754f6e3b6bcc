"""How a file's bytes become text: UTF-8 (with or without a mark) or GB18030, decided by reading all of it once."""

import codecs
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from anxin.market.catalog.importing.errors import UnreadableEncoding

CHUNK_BYTES = 1 << 20
# GB18030 gives a meaning to nearly every pair of bytes. Real Chinese text stays inside the old GB2312 set;
# Western text that is misread as Chinese falls outside it.
MIN_COMMON_SHARE = 0.8


@dataclass(frozen=True)
class TextSource:
    """An encoding that reads the whole of a file without a single error."""

    codec: str
    label: str


UTF8 = TextSource("utf-8-sig", "UTF-8")
GB18030 = TextSource("gb18030", "GB18030")
_WIDE_MARKS = {codecs.BOM_UTF16_LE: "UTF-16", codecs.BOM_UTF16_BE: "UTF-16"}


def detect(file: BinaryIO) -> TextSource:
    """Return the encoding of a seekable file and rewind it. Raises UnreadableEncoding, naming the line of the first bad byte."""
    file.seek(0)
    head = file.read(4)
    wide = _WIDE_MARKS.get(head[:2])
    if wide:
        raise UnreadableEncoding(line=1, found=wide)
    bad_line = _first_bad_line(file, "utf-8")
    if bad_line is None:
        return _rewound(file, UTF8)
    if _first_bad_line(file, GB18030.codec) is None and _mostly_common_chinese(file):
        return _rewound(file, GB18030)
    raise UnreadableEncoding(line=bad_line, found="?")


def open_text(file: BinaryIO, source: TextSource) -> io.TextIOWrapper:
    """Wrap a binary file as text whose line ends are left as they are."""
    return io.TextIOWrapper(file, encoding=source.codec, newline="")


def _rewound(file: BinaryIO, source: TextSource) -> TextSource:
    file.seek(0)
    return source


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while chunk := file.read(CHUNK_BYTES):
        yield chunk


def _first_bad_line(file: BinaryIO, codec: str) -> int | None:
    """Return the line (from 1) where decoding fails, None where it never does."""
    decoder = codecs.getincrementaldecoder(codec)()
    line = 1
    for chunk in _chunks(file):
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError as error:
            return line + chunk[: error.start].count(b"\n")
        line += chunk.count(b"\n")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return line
    return None


def _mostly_common_chinese(file: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder(GB18030.codec)()
    foreign = common = 0
    for chunk in _chunks(file):
        letters = [letter for letter in decoder.decode(chunk) if letter > "\x7f"]
        foreign += len(letters)
        common += sum(1 for letter in letters if _in_gb2312(letter))
    return common >= foreign * MIN_COMMON_SHARE


def _in_gb2312(letter: str) -> bool:
    try:
        letter.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
