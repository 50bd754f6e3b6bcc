"""The axe accessibility engine on a page in a real browser: every violation of WCAG 2.2 A and AA that a machine can see."""

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

ENGINE = Path(__file__).resolve().parents[2] / "src/anxin/ui/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def violations(page: Page) -> list[str]:
    """Return what axe finds wrong on the page as it is now, a line for each element."""
    page.evaluate(_engine())  # by the debugger, past the content security policy
    found: dict[str, Any] = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    return [
        f"{rule['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


@cache
def _engine() -> str:
    return ENGINE.read_text()
