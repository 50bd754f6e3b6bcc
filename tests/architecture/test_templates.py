"""What every template must keep: it compiles, obeys the content security policy, names its pictures, uses icons that exist."""

import re
from pathlib import Path

import pytest
from django.template import engines

UI = Path(__file__).resolve().parents[2] / "src/anxin/ui"
TEMPLATES = UI / "templates"
ICONS = set((UI / "icons.txt").read_text().split())

FORBIDDEN = {
    "an inline style": re.compile(r"\sstyle=", re.IGNORECASE),
    "an inline script": re.compile(r"""<script(?![^>]*\s(?:src=|type="application/json"))""", re.IGNORECASE),
    "an inline handler": re.compile(r"<[a-z][^>]*\son[a-z]+=", re.IGNORECASE),
    "a picture without alt": re.compile(r"<img(?![^>]*\salt=)[^>]*>", re.IGNORECASE),
    "an address of another site": re.compile(r"""(?:src|href|action)=["']https?://""", re.IGNORECASE),
}
ICON = re.compile(r"""{%\s*icon\s+["']([\w-]+)["']""")


def wrong(source: str) -> list[str]:
    """Everything that a template does and must not do."""
    found = [name for name, pattern in FORBIDDEN.items() if pattern.search(source)]
    return found + [f"the unknown icon {name}" for name in ICON.findall(source) if name not in ICONS]


@pytest.mark.parametrize(
    "path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.relative_to(TEMPLATES).as_posix()
)
def test_template_compiles_and_keeps_the_rules(path):
    engines["django"].engine.get_template(path.relative_to(TEMPLATES).as_posix())
    assert wrong(path.read_text()) == []


@pytest.mark.parametrize(
    "source",
    [
        '<p style="color:red">',
        "<script>alert(1)</script>",
        '<button onclick="x()">',
        '<img src="/a.jpg">',
        '<a href="https://example.org">',
        '{% icon "no-such-icon" %}',
    ],
)
def test_every_forbidden_thing_is_seen(source):
    assert len(wrong(source)) == 1
