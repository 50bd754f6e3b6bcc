"""Cursors: what a list wrote is read back, and anything else is refused, whatever a stranger sends."""

import pytest

from anxin.kernel.ids import new_id
from anxin.kernel.page import BadCursor, ranked_cursor, row_cursor

ID = "018f0000-0000-7000-8000-000000000001"


@pytest.mark.parametrize("score", [0, 7, 10**18 - 1])
def test_a_ranked_cursor_is_read_as_it_was_written(score):
    last = new_id()
    assert ranked_cursor(f"{score}_{last}") == (score, last)


@pytest.mark.parametrize(
    "text", ["", "_", "1", "1_", "1_x", f"_{ID}", f"-1_{ID}", f"--1_{ID}", f"²_{ID}", f"{10**18}_{ID}", f"1_{ID}\n"]
)
def test_another_ranked_cursor_is_refused(text):
    with pytest.raises(BadCursor):
        ranked_cursor(text)


@pytest.mark.parametrize("number", [1, 90, 10**18 - 1])
def test_a_row_cursor_is_read_as_it_was_written(number):
    assert row_cursor(str(number)) == number


@pytest.mark.parametrize("text", ["", "0", "-1", "--1", "²", "١", "x", "1\n", str(10**18)])
def test_another_row_cursor_is_refused(text):
    with pytest.raises(BadCursor):
        row_cursor(text)
