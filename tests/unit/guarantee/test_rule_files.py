"""A folder of the operator's own is accepted as a whole or not at all, and what was accepted stays when an edit is wrong."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from anxin.market.guarantee.errors.promises import BadPromiseFile, NoRuleFolder
from anxin.market.guarantee.rule_files import PACKAGE, accept, accepted, edition_of, look, read_files, texts_of

TODAY = date(2026, 6, 1)
ALLERGY = "promises/allergy.toml"
DISPUTES = "rules/arbitration-current-2026.toml"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder of the operator's own: what ships, to begin with."""
    for part in ("promises", "rules"):
        shutil.copytree(PACKAGE / part, tmp_path / "own" / part)
    return tmp_path / "own"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A data directory."""
    return tmp_path / "home"


def edit(own: Path, file: str, old: str, new: str) -> None:
    text = (own / file).read_text()
    assert old in text
    (own / file).write_text(text.replace(old, new, 1))


def allergy_hours(folder: Path | None) -> int:
    assert folder is not None
    promise = read_files(folder).promises.promise("allergy")
    assert promise is not None
    return promise.versions[0].window.hours


def test_a_wrong_edit_is_refused_and_the_accepted_set_stays(own: Path, home: Path) -> None:
    edit(own, ALLERGY, "hours = 1_440", "hours = 1_000")
    first = accept(own, home, today=TODAY)
    edit(own, ALLERGY, "hours = 1_000", "hours = -1")
    with pytest.raises(BadPromiseFile) as refused:
        accept(own, home, today=TODAY)
    assert (refused.value.file, refused.value.why) == (ALLERGY, "-1 is negative")
    kept = accepted(home)
    assert kept is not None
    assert kept.name == first.edition
    assert allergy_hours(kept) == 1_000


def test_a_right_edit_is_switched_to_and_copies_never_change(own: Path, home: Path) -> None:
    first = accept(own, home, today=TODAY)
    before = accepted(home)
    edit(own, ALLERGY, "hours = 1_440", "hours = 1_000")
    assert allergy_hours(accepted(home)) == 1_440
    second = accept(own, home, today=TODAY)
    assert (first.is_new, second.is_new) == (True, True)
    assert not accept(own, home, today=TODAY).is_new
    assert (allergy_hours(before), allergy_hours(accepted(home))) == (1_440, 1_000)
    assert sorted(path.name for path in (home / "guarantee").iterdir()) == sorted(
        [first.edition, second.edition, "current"]
    )


def test_going_back_finds_the_old_copy_again(own: Path, home: Path) -> None:
    first = accept(own, home, today=TODAY)
    edit(own, ALLERGY, "hours = 1_440", "hours = 1_000")
    accept(own, home, today=TODAY)
    edit(own, ALLERGY, "hours = 1_000", "hours = 1_440")
    again = accept(own, home, today=TODAY)
    assert (again.edition, again.is_new) == (first.edition, True)


def test_a_part_that_is_not_there_is_the_packages_own(own: Path, home: Path) -> None:
    shutil.rmtree(own / "rules")
    accept(own, home, today=TODAY)
    assert texts_of(own) == texts_of(PACKAGE)
    kept = accepted(home)
    assert kept is not None
    assert texts_of(kept) == texts_of(PACKAGE)
    assert edition_of(texts_of(kept)) == kept.name


def test_a_book_that_was_in_force_stays_as_it_was(own: Path, home: Path) -> None:
    edit(own, DISPUTES, "evidence_hours = 24", "evidence_hours = 4")
    with pytest.raises(BadPromiseFile, match="was in force and may not be altered"):
        look(own, home, today=TODAY)
    (own / DISPUTES).unlink()
    with pytest.raises(BadPromiseFile, match="there are no rules for disputes"):
        look(own, home, today=TODAY)
    (own / "rules" / "compensation-current-2026.toml").rename(own / "rules" / "compensation-next.toml")
    with pytest.raises(BadPromiseFile, match="needs a file of that name"):
        look(own, home, today=TODAY)


def test_a_change_is_a_new_book_with_a_later_day_which_may_be_mended_until_then(own: Path, home: Path) -> None:
    text = (own / DISPUTES).read_text().replace("evidence_hours = 24", "evidence_hours = 4")
    text = text.replace('name = "current-2026"', 'name = "autumn"').replace("2026-01-01", "2026-09-01")
    (own / "rules/arbitration-autumn.toml").write_text(text)
    accept(own, home, today=TODAY)
    edit(own, "rules/arbitration-autumn.toml", "evidence_hours = 4", "evidence_hours = 6")
    accept(own, home, today=TODAY)
    kept = accepted(home)
    assert kept is not None
    assert [(book.name, book.clocks.evidence_hours) for book in read_files(kept).arbitration] == [
        ("current-2026", 24),
        ("autumn", 6),
    ]
    edit(own, "rules/arbitration-autumn.toml", "evidence_hours = 6", "evidence_hours = 5")
    with pytest.raises(BadPromiseFile, match="“autumn” was in force"):
        accept(own, home, today=date(2026, 9, 1))


@pytest.mark.parametrize(
    ("name", "text", "line", "why"),
    [
        ("rules/refunds.toml", "", 1, "a file of rules is called"),
        ("rules/insurance-next.toml", 'name = "next"\n', 1, "is missing"),
        ("promises/tea.toml", "code = tea", 1, "Invalid value"),
        (ALLERGY, 'code = "allergy"\nslot = "\xe9"', 2, "this is not UTF-8"),
    ],
)
def test_a_wrong_file_is_named_with_its_line(own: Path, home: Path, name: str, text: str, line: int, why: str) -> None:
    (own / name).write_bytes(text.encode("latin-1"))
    with pytest.raises(BadPromiseFile) as refused:
        look(own, home, today=TODAY)
    assert (refused.value.file, refused.value.line) == (name, line)
    assert why in refused.value.why
    assert not home.exists()


def test_a_folder_that_holds_nothing_is_refused(own: Path, home: Path, tmp_path: Path) -> None:
    with pytest.raises(NoRuleFolder):
        accept(tmp_path / "nowhere", home, today=TODAY)
    for path in (own / "promises").iterdir():
        path.unlink()
    with pytest.raises(BadPromiseFile, match="there is no promise"):
        accept(own, home, today=TODAY)


def test_a_profile_without_its_book_is_refused(own: Path, home: Path) -> None:
    (own / "rules" / "insurance-article-2021.toml").unlink()
    with pytest.raises(BadPromiseFile, match="there is no insurance of the profile article-2021"):
        accept(own, home, today=TODAY)


def test_what_an_older_version_accepted_and_this_one_cannot_read_binds_nobody(own: Path, home: Path) -> None:
    accept(own, home, today=TODAY)
    kept = accepted(home)
    assert kept is not None
    edit(kept, ALLERGY, "[[versions]]", "[[editions]]")
    edit(own, DISPUTES, "evidence_hours = 24", "evidence_hours = 4")
    accept(own, home, today=TODAY)
    assert read_files(accepted(home) or home).arbitration[0].clocks.evidence_hours == 4
