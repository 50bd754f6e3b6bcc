"""Why a command could not be carried out; each message is a sentence for the person at the terminal."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from anxin.kernel.errors import AnxinError, Kind


@dataclass(eq=False)
class PortTaken(AnxinError):
    """Port {port} on {host} cannot be used: {reason}. Choose another one, as in `make up PORT=9000`; nothing was changed."""

    code: ClassVar[str] = "entry.port_taken"
    kind: ClassVar[Kind] = Kind.UNAVAILABLE
    host: str
    port: str
    reason: str


@dataclass(eq=False)
class AlreadyRunning(AnxinError):
    """Anxin already runs on {home} (process {pid}). Stop it first, or give this one a data directory of its own with ANXIN_HOME."""  # noqa: E501

    code: ClassVar[str] = "entry.already_running"
    kind: ClassVar[Kind] = Kind.CONFLICT
    home: Path
    pid: str


@dataclass(eq=False)
class PreparationFailed(AnxinError):
    """The database could not be prepared (see above); nothing was started."""

    code: ClassVar[str] = "entry.preparation_failed"
    kind: ClassVar[Kind] = Kind.UNAVAILABLE


@dataclass(eq=False)
class HomeNotWritable(AnxinError):
    """The data directory {home} cannot be written: {reason}."""

    code: ClassVar[str] = "entry.home_not_writable"
    kind: ClassVar[Kind] = Kind.UNAVAILABLE
    home: Path
    reason: str


@dataclass(eq=False)
class NotABackup(AnxinError):
    """{file} is not a backup made by `anxin backup`; nothing was changed."""

    code: ClassVar[str] = "entry.not_a_backup"
    kind: ClassVar[Kind] = Kind.INVALID
    file: Path


@dataclass(eq=False)
class ToolFailed(AnxinError):
    """{tool} failed: {reason}"""

    code: ClassVar[str] = "entry.tool_failed"
    kind: ClassVar[Kind] = Kind.UNAVAILABLE
    tool: str
    reason: str


@dataclass(eq=False)
class MarketNotEmpty(AnxinError):
    """The database holds a market already. Add --replace to put the backup in its place; nothing was changed."""

    code: ClassVar[str] = "entry.market_not_empty"
    kind: ClassVar[Kind] = Kind.CONFLICT
