"""Cells that a spreadsheet would run as a formula are written with a leading apostrophe, and read back without it."""

import re

# Excel, LibreOffice and Numbers run cells that begin so; the wide forms are what a Chinese keyboard types.
_DANGEROUS = re.compile(r"^'*[=+\-@\t\r\n＝＋－＠]")
_NEUTRALISED = re.compile(r"^'+[=+\-@\t\r\n＝＋－＠]")


def neutralise(text: str) -> str:
    """Return a text that no spreadsheet runs; `restore` gives back exactly what went in."""
    return "'" + text if _DANGEROUS.match(text) else text


def restore(text: str) -> str:
    """Take away the apostrophe that `neutralise` wrote."""
    return text[1:] if _NEUTRALISED.match(text) else text
