"""Letters as people see them, and names of which only one or two of them are shown."""

import pytest

from anxin.kernel.contacts import masked_name, name_to_strangers
from anxin.kernel.letters import first_letter, letters

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
DOCTOR = "\U0001f469\U0001f3fd\u200d\u2695\ufe0f"
CHINA, FRANCE = "\U0001f1e8\U0001f1f3", "\U0001f1eb\U0001f1f7"
ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
HEART, KEYCAP, SHAKING = "\u2764\ufe0f", "1\ufe0f\u20e3", "\U0001f642\u200d\u2194\ufe0f"
E_ACUTE, HAN, KI, NAM = "e\u0301", "\u1112\u1161\u11ab", "\u0915\u093f", "\u0e19\u0e33"


@pytest.mark.parametrize(
    "written",
    [
        ["张", "伟"],
        ["A", "l"],
        [FAMILY, "王"],
        [DOCTOR, DOCTOR],
        [CHINA, FRANCE, "\U0001f1e8"],
        ["\U0001f1e8", "a"],
        [ENGLAND, "x"],
        [HEART, KEYCAP, SHAKING],
        [E_ACUTE, HAN, KI, NAM],
        ["각", "가\u11a8", "z"],
        ["王\u200d", "伟"],  # only emoji are joined
        [FAMILY + "\u200d", "王"],
        ["\r", "\n", "a", " ", "b"],
        ["葛\U000e0100", "城"],
    ],
)
def test_what_one_place_on_the_screen_shows_is_one_letter(written: list[str]) -> None:
    assert list(letters("".join(written))) == written


def test_a_mark_without_its_letter_is_not_lost() -> None:
    assert list(letters("\u0301a")) == ["\u0301", "a"]
    assert list(letters("")) == []


@pytest.mark.parametrize(("name", "first"), [(f" {FAMILY}之家", FAMILY), ("", ""), ("  ", ""), ("anna", "a")])
def test_the_first_letter_stands_for_a_name(name: str, first: str) -> None:
    assert first_letter(name) == first


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (f"{FAMILY}小王", f"{FAMILY}**"),
        (DOCTOR, "*"),
        (f"{CHINA}李", f"{CHINA}*"),
        (f"{E_ACUTE}lodie", f"{E_ACUTE}***"),
    ],
)
def test_a_paper_shows_the_first_letter_of_a_name_whole(name: str, shown: str) -> None:
    assert masked_name(name) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张小伟", "张***伟"),
        (f"{FAMILY}小{DOCTOR}", f"{FAMILY}***{DOCTOR}"),
        (CHINA, f"{CHINA}***"),
        (" 王 ", "王***"),
        ("", "***"),
    ],
)
def test_strangers_read_the_first_and_the_last_letter_of_a_name_whole(name: str, shown: str) -> None:
    assert name_to_strangers(name) == shown
