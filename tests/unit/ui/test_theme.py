"""Both themes keep WCAG 2.2 AA contrast for every pair of colours that text is written in."""

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).parents[3] / "src/anxin/ui/css/theme.css").read_text()
AA = 4.5

Colours = dict[str, str]


def themes() -> dict[str, Colours]:
    blocks = re.findall(r'@plugin "daisyui/theme" \{(.*?)\n\}', CSS, re.DOTALL)
    named = {
        re.search(r'name: "(.+?)"', block)[1]: dict(re.findall(r"--color-([\w-]+): (#\w{6})", block))
        for block in blocks
    }
    own = re.findall(r"^:root(?:\[data-theme=\"anxin-dark\"\])? \{(.*?)\n\}", CSS, re.DOTALL | re.MULTILINE)
    for colours, block in zip(named.values(), own, strict=True):
        colours.update(re.findall(r"--ax-([\w-]+): (#\w{6})", block))
    return named


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_black_on_white_is_the_highest_contrast():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", ["anxin", "anxin-dark"])
@pytest.mark.parametrize("role", ["primary", "secondary", "accent", "neutral", "info", "success", "warning", "error"])
def test_text_on_a_coloured_ground_can_be_read(theme, role):
    colours = themes()[theme]
    assert contrast(colours[f"{role}-content"], colours[role]) >= AA


@pytest.mark.parametrize("theme", ["anxin", "anxin-dark"])
@pytest.mark.parametrize("ink", ["base-content", "muted", "price", "amber", "error", "success"])
@pytest.mark.parametrize("ground", ["base-100", "base-200", "tint"])
def test_text_on_paper_can_be_read(theme, ink, ground):
    colours = themes()[theme]
    assert contrast(colours[ink], colours[ground]) >= AA
