"""Rule books that are wrong in one place: each is refused with its line and reason."""

from collections.abc import Callable

import pytest

from anxin.market.guarantee.errors.promises import BadPromiseFile
from anxin.market.guarantee.rule_files import PACKAGE


def refused(read: Callable[[str, str], object], file: str, old: str, new: str) -> tuple[str, str]:
    """Read a book of the package with `old` replaced by `new`; return the line it is refused for, and why."""
    right = (PACKAGE / file).read_text()
    assert old in right
    text = right.replace(old, new, 1)
    with pytest.raises(BadPromiseFile) as refusal:
        read(file, text)
    return text.splitlines()[refusal.value.line - 1], refusal.value.why
