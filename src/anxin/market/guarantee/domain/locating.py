"""Where in a TOML text a value stands, for messages that name the line. Pure.

`tomllib` does not keep positions, so the text is scanned: tables by their headers, keys by their beginnings, and inside
an inline table or a list by the line on which the key appears.
"""

import re
from collections.abc import Sequence

Path = tuple[str | int, ...]
_HEADER = re.compile(r"^\s*(\[\[?)\s*([\w.\-]+)\s*\]\]?")


def line_of(text: str, path: Path) -> int:
    """Return the number (from 1) of the line that says the value at `path`, or the nearest that holds it."""
    lines = text.split("\n")
    best, start, end = 1, 0, len(lines)
    for depth in range(1, len(path) + 1):
        found = _find(lines, path[:depth], start, end)
        if found is not None:
            start, end = found
            best = start + 1
    return best


def _find(lines: Sequence[str], path: Path, start: int, end: int) -> tuple[int, int] | None:
    """Return the lines [start, end) of the value at the end of `path` inside those of its parent."""
    last = path[-1]
    if isinstance(last, int):
        return _table(lines, path[:-1], last, start, end) or _element(lines, last, start, end)
    return _tables(lines, path, start, end) or _table(lines, path, 0, start, end) or _key(lines, last, start, end)


def _tables(lines: Sequence[str], path: Path, start: int, end: int) -> tuple[int, int] | None:
    """Return the lines from the first table of an array of tables on: each of its elements is looked for in there."""
    name = ".".join(step for step in path if isinstance(step, str))
    heads = (
        at for at in range(start, end) if (head := _HEADER.match(lines[at])) and head[1] == "[[" and head[2] == name
    )
    first = next(heads, None)
    return None if first is None else (first, end)


def _table(lines: Sequence[str], path: Path, index: int, start: int, end: int) -> tuple[int, int] | None:
    """Return the lines of the table of this name; of an array of tables, of the one with this index."""
    name = ".".join(step for step in path if isinstance(step, str))
    heads = [at for at in range(start, end) if (head := _HEADER.match(lines[at])) and head[2] == name]
    if not heads or index >= len(heads):
        return None
    at = heads[index]
    return at, next((below for below in range(at + 1, end) if _closes(lines[below], name)), end)


def _closes(line: str, name: str) -> bool:
    head = _HEADER.match(line)
    return head is not None and not head[2].startswith(f"{name}.")


def _key(lines: Sequence[str], key: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the lines of `key = …`: at the beginning of a line, or inside an inline table."""
    named = re.compile(rf"(^\s*|[{{,]\s*)\"?{re.escape(key)}\"?\s*=")
    at = next((at for at in range(start, end) if named.search(lines[at])), None)
    if at is None:
        return None
    return at, next((below for below in range(at + 1, end) if _begins(lines[below])), end)


def _begins(line: str) -> bool:
    return re.match(r"^[\w\"-]+\s*=", line) is not None or _HEADER.match(line) is not None


def _element(lines: Sequence[str], index: int, start: int, end: int) -> tuple[int, int] | None:
    """Return the line of an element where each stands on its own, as long lists are written here."""
    rows = [at for at in range(start, end) if lines[at].lstrip().startswith(("{", '"'))]
    return (rows[index], rows[index] + 1) if index < len(rows) else None
