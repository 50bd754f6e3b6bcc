"""Every text has its Chinese, every translation its text, and the facts in them are the same."""

from anxin.entry.messages import findings


def test_translations_are_complete() -> None:
    assert [f"{finding.kind}: {finding.text}" for finding in findings()] == []
