"""Invariants that must hold at any moment. Each module declares its own in `checks.py`; `anxin doctor` runs them all."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

CHECKS: dict[str, Callable[[], str]] = {}


class Broken(Exception):
    """An invariant does not hold; the message says where."""


@dataclass(frozen=True)
class CheckResult:
    """What one check found: `detail` says what was looked at, or what is wrong."""

    name: str
    ok: bool
    detail: str


def check(name: str) -> Callable[[Callable[[], str]], Callable[[], str]]:
    """Register a check: it returns what it looked at (`3,014 journals`) or raises Broken."""

    def register(look: Callable[[], str]) -> Callable[[], str]:
        CHECKS[name] = look
        return look

    return register


def examine() -> Iterator[CheckResult]:
    """Run every check, in the order of names."""
    for name, look in sorted(CHECKS.items()):
        try:
            yield CheckResult(name, ok=True, detail=look())
        except Broken as broken:
            yield CheckResult(name, ok=False, detail=str(broken))
