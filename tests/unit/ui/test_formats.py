from datetime import UTC, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from anxin.kernel.money import Money
from anxin.ui.templatetags import formats

NOON = datetime(2026, 3, 1, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minor", "shown"), [(149_000, "¥1,490.00"), (-1, "-¥0.01"), (0, "¥0.00"), (Money(5, "USD"), "$0.05"), (None, "")]
)
def test_money_shows_every_fen(minor, shown):
    assert formats.money(minor) == shown


@pytest.mark.parametrize(("bps", "shown"), [(525, "5.25%"), (500, "5%"), (60, "0.6%"), (-150, "-1.5%"), (None, "")])
def test_rates_have_no_needless_zeros(bps, shown):
    assert formats.rate(bps) == shown


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [(999, "999", "999"), (9_999, "9999", "9.9k"), (12_345, "1.2万", "12.3k"), (20_000, "2万", "20k")],
)
def test_rough_counts_never_read_larger_than_they_are(value, chinese, english):
    with translation.override("zh-hans"):
        assert formats.roughly(value) == chinese
    with translation.override("en"):
        assert formats.roughly(value) == english


def test_moment_is_written_in_the_zone_of_the_viewer():
    with translation.override("zh-hans"), timezone.override(ZoneInfo("Asia/Shanghai")):
        assert ">2026-03-01 12:05</time>" in formats.moment(NOON)
    with translation.override("en"), timezone.override(ZoneInfo("America/New_York")):
        assert ">28 Feb 2026, 23:05</time>" in formats.moment(NOON)


def test_day_of_an_instant_is_the_day_of_the_viewer():
    with translation.override("zh-hans"), timezone.override(ZoneInfo("America/New_York")):
        assert formats.day(NOON) == '<time datetime="2026-02-28">2026-02-28</time>'


def test_bilingual_text_falls_back_to_chinese():
    both = SimpleNamespace(name="茶", name_en="Tea")
    only = SimpleNamespace(name="茶", name_en="")
    with translation.override("en"):
        assert [formats.local(item, "name") for item in (both, only)] == ["Tea", "茶"]
    with translation.override("zh-hans"):
        assert formats.local(both, "name") == "茶"
