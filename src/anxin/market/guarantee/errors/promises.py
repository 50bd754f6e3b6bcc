"""What the promise files and their use refuse."""

from dataclasses import dataclass
from pathlib import Path

from anxin.kernel.errors import AnxinError, Kind


@dataclass(eq=False)
class BadPromiseFile(AnxinError):
    """{file}, line {line}: {why}"""

    file: str
    line: int
    why: str
    code = "guarantee.bad_promise_file"
    kind = Kind.INVALID


@dataclass(eq=False)
class NoRuleFolder(AnxinError):
    """{folder} holds neither a folder “promises” nor a folder “rules”."""

    folder: Path
    code = "guarantee.no_rule_folder"
    kind = Kind.INVALID


@dataclass(eq=False)
class UnknownPromise(AnxinError):
    """There is no promise “{promise}”."""

    promise: str
    code = "guarantee.unknown_promise"
    kind = Kind.NOT_FOUND


class UnknownVersion(AnxinError):
    """There is no such version of the promise."""

    code = "guarantee.unknown_version"
    kind = Kind.NOT_FOUND


class UnknownCertificate(AnxinError):
    """There is no such certificate."""

    code = "guarantee.unknown_certificate"
    kind = Kind.NOT_FOUND


class UnknownDecision(AnxinError):
    """There is no such decision."""

    code = "guarantee.unknown_decision"
    kind = Kind.NOT_FOUND


class UnknownLine(AnxinError):
    """There is no such order line."""

    code = "guarantee.unknown_line"
    kind = Kind.NOT_FOUND


@dataclass(eq=False)
class NotOptional(AnxinError):
    """Whether goods carry “{promise}” is not for the shop to decide."""

    promise: str
    code = "guarantee.not_optional"
    kind = Kind.INVALID


@dataclass(eq=False)
class MayNotDeclare(AnxinError):
    """Goods of this kind cannot be declared as “{mark}”."""

    mark: str
    code = "guarantee.may_not_declare"
    kind = Kind.INVALID
