"""Why a whole file cannot be imported. What is wrong with single rows is in faults.py."""

from dataclasses import dataclass

from anxin.kernel.errors import AnxinError, Kind


@dataclass(eq=False)
class UnreadableEncoding(AnxinError):
    """This file is neither UTF-8 nor GB18030 (line {line}). Save it as “CSV UTF-8” and try again."""

    line: int
    found: str
    code = "catalog.import_encoding"
    kind = Kind.INVALID


@dataclass(eq=False)
class MissingColumns(AnxinError):
    """These columns are missing: {columns}."""

    columns: str
    code = "catalog.import_columns"
    kind = Kind.INVALID


@dataclass(eq=False)
class RepeatedColumn(AnxinError):
    """The column “{column}” appears twice."""

    column: str
    code = "catalog.import_repeated_column"
    kind = Kind.INVALID


class EmptyFile(AnxinError):
    """This file holds no rows."""

    code = "catalog.import_empty"
    kind = Kind.INVALID


@dataclass(eq=False)
class FileTooLarge(AnxinError):
    """This file is larger than {limit_mib} MiB."""

    limit_mib: int
    code = "catalog.import_too_large"
    kind = Kind.INVALID


@dataclass(eq=False)
class BadMapping(AnxinError):
    """The category mapping cannot be used: {reason}"""

    reason: str
    code = "catalog.import_mapping"
    kind = Kind.INVALID


class ImportNotFound(AnxinError):
    """There is no such import."""

    code = "catalog.import_not_found"
    kind = Kind.NOT_FOUND
