"""The translation tool sees what is missing, what is unused and what would break when it is shown."""

from pathlib import Path

import pytest

from anxin.entry.messages import findings, missing_catalog, used_texts

SOURCE = """
from gettext import gettext as _, ngettext, pgettext
_("Ship %(count)d parcels")
pgettext("countdown", "{days} d")
ngettext("one parcel", "%(n)d parcels", 2)
_(variable)
"""
ERRORS = '''
class AnxinError(Exception): ...
class OutOfStock(AnxinError):
    """Only {left} are left.

    More for the programmer.
    """
    code = "orders.out_of_stock"
'''
TEMPLATE = """{% load i18n %}{% translate "To pay" %}
{% blocktranslate trimmed with shop=name %}
  Sold by {{ shop }}
{% endblocktranslate %}"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    (tmp_path / "views.py").write_text(SOURCE)
    (tmp_path / "errors.py").write_text(ERRORS)
    (tmp_path / "page.html").write_text(TEMPLATE)
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "other.py").write_text('_("not ours")')
    return tmp_path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "zh_Hans"
    made.mkdir()
    return made


def entry(text: str, translated: str, before: str = "") -> str:
    return f'{before}msgid "{text}"\nmsgstr "{translated}"\n\n'


COMPLETE = (
    entry("Ship %(count)d parcels", "发 %(count)d 个包裹")
    + entry("{days} d", "{days} 天", 'msgctxt "countdown"\n')
    + 'msgid "one parcel"\nmsgid_plural "%(n)d parcels"\nmsgstr[0] "%(n)d 个包裹"\n\n'
    + entry("Only {left} are left.", "只剩 {left} 件。")
    + entry("To pay", "待支付")
    + entry("Sold by %(shop)s", "由 %(shop)s 销售")
)


def kinds(package: Path, folder: Path) -> list[tuple[str, str]]:
    return [(finding.kind, finding.text) for finding in findings(package, folder)]


def test_texts_are_found_in_code_templates_and_errors(package):
    assert {used.text for used in used_texts(package).values()} == {
        "Ship %(count)d parcels",
        "{days} d",
        "one parcel",
        "Only {left} are left.",
        "To pay",
        "Sold by %(shop)s",
    }


def test_a_complete_translation_has_no_findings(package, folder):
    (folder / "all.po").write_text(COMPLETE)
    assert kinds(package, folder) == []


def test_a_missing_translation_is_found_and_can_be_filled_in(package, folder):
    (folder / "all.po").write_text(COMPLETE.replace(entry("To pay", "待支付"), ""))
    assert kinds(package, folder) == [("missing", "To pay")]
    assert 'msgid "To pay"\nmsgstr ""' in missing_catalog(package, folder)


@pytest.mark.parametrize(
    ("more", "finding"),
    [
        (entry("Nobody says this", "没人说"), ("unused", "Nobody says this")),
        (entry("To pay", "要付钱"), ("contradiction", "To pay")),
    ],
)
def test_a_second_area_must_agree_and_be_used(package, folder, more, finding):
    (folder / "all.po").write_text(COMPLETE)
    (folder / "other.po").write_text(more)
    assert kinds(package, folder) == [finding]


def test_a_text_that_one_file_translates_twice_is_found(package, folder):
    (folder / "all.po").write_text(COMPLETE + entry("To pay", "要付钱"))
    assert kinds(package, folder) == [("twice", "To pay")]


def test_one_word_in_two_contexts_is_no_repetition(package, folder):
    (package / "more.py").write_text('pgettext("bill", "To pay")')
    (folder / "all.po").write_text(COMPLETE + entry("To pay", "应付", 'msgctxt "bill"\n'))
    assert kinds(package, folder) == []


@pytest.mark.parametrize(
    ("good", "bad", "kind"),
    [
        ("只剩 {left} 件。", "只剩 {rest} 件。", "placeholders"),
        ("由 %(shop)s 销售", "由商家销售", "placeholders"),
        ("待支付", "", "empty"),
    ],
)
def test_a_translation_that_would_break_is_found(package, folder, good, bad, kind):
    (folder / "all.po").write_text(COMPLETE.replace(good, bad))
    assert [finding for finding, _text in kinds(package, folder)] == [kind]


def test_a_doubtful_translation_is_found(package, folder):
    (folder / "all.po").write_text(COMPLETE.replace('msgid "To pay"', '#, fuzzy\nmsgid "To pay"'))
    assert kinds(package, folder) == [("fuzzy", "To pay")]
