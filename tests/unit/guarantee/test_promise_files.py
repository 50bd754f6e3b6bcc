"""Promise files: what is wrong is refused with file, line and reason."""

import pytest

from anxin.market.guarantee import book
from anxin.market.guarantee.domain.reading import read_promise, read_registry
from anxin.market.guarantee.errors.promises import BadPromiseFile
from anxin.market.guarantee.rule_files import PACKAGE

GOOD = """code = "tea"
slot = 20
icon = "leaf"
name = "好茶"
name_en = "Good tea"
summary = "不好喝就退。"
summary_en = "Money back."

[[versions]]
version = 1
profile = "current-2026"
effective_from = 2026-01-01T00:00:00+08:00
effective_until = 2026-06-01T00:00:00+08:00
source = "CHOICE"
binding = "mandatory"
window = { start = "signed", hours = 24 }
claim_types = ["refund_shipped"]
reasons = [{ code = "bitter" }]
evidence = [
    { paid_from_minor = 0, kinds = ["photo_whole"] },
    { paid_from_minor = 10_000, kinds = ["photo_whole", "photo_defect"] },
]
[versions.remedy]
arithmetic = "paid"
refund_bps = 10_000

[[versions]]
version = 2
profile = "current-2026"
effective_from = 2026-06-01T00:00:00+08:00
source = "CHOICE"
binding = "mandatory"
window = { start = "signed", hours = 48 }
claim_types = ["refund_shipped"]
reasons = [{ code = "bitter", window = { start = "signed", hours = 12 } }]
[versions.remedy]
arithmetic = "paid"
"""

# (what is replaced, by what, line, words of the reason)
WRONG = [
    ("slot = 20", 'slot = "20"', 2, "a whole number is expected"),
    ("slot = 20", "slot = true", 2, "a whole number is expected"),
    ('icon = "leaf"', 'icon = "leaf"\ncolour = "green"', 4, "unknown field “colour”"),
    ('icon = "leaf"\n', "", 1, "the field “icon” is missing"),
    ('name_en = "Good tea"', "name_en = Good tea", 5, "Invalid value"),
    ('source = "CHOICE"\nbinding', 'source = "  "\nbinding', 14, "a rule needs its source"),
    (
        'binding = "mandatory"\nwindow = { start = "signed", hours = 24 }',
        'binding = "maybe"\nwindow = { start = "signed", hours = 24 }',
        15,
        "“maybe” is not one of mandatory, default, opt_in",
    ),
    ("hours = 24 }", "hours = -24 }", 16, "-24 is negative"),
    ("hours = 24 }", "hours = 0 }", 16, "a window of no hours is never open"),
    ("hours = 24 }", "days = 1 }", 16, "unknown field “days”"),
    ("hours = 24 }", "hours = 24.5 }", 16, "a whole number is expected"),
    ('start = "signed", hours = 24', 'start = "moonrise", hours = 24', 16, "“moonrise” is not one of"),
    (
        '["refund_shipped"]\nreasons = [{ code = "bitter" }]',
        '["gift"]\nreasons = [{ code = "bitter" }]',
        17,
        "“gift” is not one of",
    ),
    (
        '["refund_shipped"]\nreasons = [{ code = "bitter" }]',
        '"refund_shipped"\nreasons = [{ code = "bitter" }]',
        17,
        "a list is expected",
    ),
    ("paid_from_minor = 10_000", "paid_from_minor = 0", 21, "0 does not rise above 0"),
    ('["photo_whole", "photo_defect"]', '["hearsay"]', 21, "“hearsay” is not one of"),
    ('arithmetic = "paid"\nrefund_bps', 'arithmetic = "guess"\nrefund_bps', 24, "no arithmetic “guess”"),
    ("refund_bps = 10_000", "refund_bps = 10_001", 25, "10001 basis points are more than the whole"),
    ("refund_bps = 10_000", "refund_bsp = 10_000", 25, "unknown field “refund_bsp”"),
    ("version = 2", "version = 1", 28, "version 1 does not follow 1"),
    (
        "effective_from = 2026-06-01T00:00:00+08:00",
        "effective_from = 2026-05-31T23:59:59+08:00",
        30,
        "begins before version 1 ends",
    ),
    (
        "effective_from = 2026-06-01T00:00:00+08:00",
        "effective_from = 2026-06-01T00:00:00",
        30,
        "a moment needs its offset",
    ),
    (
        "effective_until = 2026-06-01T00:00:00+08:00",
        "effective_until = 2025-06-01T00:00:00+08:00",
        13,
        "the period ends before it begins",
    ),
    ("effective_until = 2026-06-01T00:00:00+08:00\n", "", 29, "begins before version 1 ends"),
    ("hours = 12", "hours = -12", 35, "-12 is negative"),
    (
        'profile = "current-2026"\neffective_from = 2026-06-01',
        'profile = "next-2030"\neffective_from = 2026-06-01',
        29,
        "“next-2030” is not one of",
    ),
]


@pytest.mark.parametrize(("good", "bad", "line", "why"), WRONG)
def test_a_wrong_file_is_refused_with_its_line_and_reason(good, bad, line, why):
    assert good in GOOD
    with pytest.raises(BadPromiseFile) as refused:
        read_promise("tea.toml", GOOD.replace(good, bad, 1))
    assert refused.value.file == "tea.toml"
    assert why in refused.value.why
    assert refused.value.line == line
    assert str(refused.value).startswith(f"tea.toml, line {line}: ")


def test_a_right_file_is_read():
    promise = read_promise("tea.toml", GOOD)
    assert [one.version for one in promise.versions] == [1, 2]
    assert promise.versions[0].hash != promise.versions[1].hash
    assert promise.versions[1].reason("bitter", "").window.hours == 12


def test_no_version_is_no_promise():
    with pytest.raises(BadPromiseFile, match="at least one"):
        read_promise("tea.toml", GOOD.partition("[[versions]]")[0])


def test_two_files_may_not_make_the_same_promise():
    with pytest.raises(BadPromiseFile, match=r"is also in a\.toml"):
        read_registry({"a.toml": GOOD, "b.toml": GOOD})


def test_the_files_that_ship_are_right_and_hold_the_nine_services():
    found = book.registry()
    assert [one.slot for one in found.promises] == list(range(1, 14))
    assert {version.profile.value for one in found.promises for version in one.versions} == {
        "article-2021",
        "current-2026",
    }


def test_every_file_names_itself():
    for path in (PACKAGE / "promises").glob("*.toml"):
        assert read_promise(path.name, path.read_text()).code == path.stem
