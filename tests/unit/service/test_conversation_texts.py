"""What is left of a text that somebody typed."""

import pytest

from anxin.market.service.domain.conversations import (
    PICTURES_MAX,
    TEXT_LENGTH_MAX,
    NewMessage,
    Picture,
    check_message,
    cleaned,
    preview_of,
)
from anxin.market.service.errors.conversations import NothingSaid, TooLong, TooManyPictures


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("  hello \r\n there ", "hello \n there"),
        ("a\x00b\x1b[31mc", "ab[31mc"),
        ("pay \u202egnp.exe", "pay gnp.exe"),
        ("a\n\n\n\n\nb", "a\n\nb"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),  # pages escape it
        ("你好 👍🏽", "你好 👍🏽"),
    ],
)
def test_a_text_keeps_its_words_and_loses_its_tricks(given, kept):
    assert cleaned(given) == kept


def test_a_text_has_an_end():
    assert cleaned("x" * TEXT_LENGTH_MAX)
    with pytest.raises(TooLong):
        cleaned("x" * (TEXT_LENGTH_MAX + 1))


@pytest.mark.parametrize("text", ["", "  \n ", "\u202e", "\x00"])
def test_nothing_cannot_be_said(text):
    with pytest.raises(NothingSaid):
        check_message(NewMessage("k", text))


def test_a_picture_needs_no_words_and_there_is_an_end_of_pictures():
    picture = Picture("0190", 4, 3)
    assert check_message(NewMessage("k", "", (picture,))).text == ""
    with pytest.raises(TooManyPictures):
        check_message(NewMessage("k", "", (picture,) * (PICTURES_MAX + 1)))


def test_a_preview_is_one_short_line():
    assert preview_of("a\n\n b" + "x" * 200) == "a b" + "x" * 77
