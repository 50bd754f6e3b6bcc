"""What the engine refuses."""

from dataclasses import dataclass

from anxin.kernel.errors import AnxinError


@dataclass(eq=False)
class MalformedTable(AnxinError):
    """{path}, line {line}: {reason}."""

    path: str
    line: int
    reason: str
    code = "engine.malformed_table"


@dataclass(eq=False)
class TooFewData(AnxinError):
    """{what} has {found}, and {needed} are needed to hold something out and still learn."""

    what: str
    found: int
    needed: int
    code = "engine.too_few_data"
