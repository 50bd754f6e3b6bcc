"""What uploads refuse."""

from dataclasses import dataclass

from anxin.kernel.errors import AnxinError, Kind
from anxin.market.content.domain import media as rules

_MIB = 1024 * 1024


class UnknownUpload(AnxinError):
    """There is no such upload."""

    code = "content.unknown_upload"
    kind = Kind.NOT_FOUND


class FileEmpty(AnxinError):
    """This file is empty."""

    code = "content.file_empty"


@dataclass(eq=False)
class FileTooLarge(AnxinError):
    """A video may have up to {megabytes_max} MB."""

    megabytes_max: int = rules.BYTES_MAX // _MIB
    code = "content.file_too_large"


@dataclass(eq=False)
class ChunkTooLarge(AnxinError):
    """A part of an upload may have up to {megabytes_max} MB and not go beyond the end of the file."""

    megabytes_max: int = rules.CHUNK_BYTES_MAX // _MIB
    code = "content.chunk_too_large"


@dataclass(eq=False)
class ChunkOutOfOrder(AnxinError):
    """The upload continues at byte {offset}."""

    offset: int
    code = "content.chunk_out_of_order"
    kind = Kind.CONFLICT


class ChunkDamaged(AnxinError):
    """This part does not have the checksum that was sent with it. Send it again."""

    code = "content.chunk_damaged"


class ChunkDiffers(AnxinError):
    """Another part was received for these bytes. Is this the same file?"""

    code = "content.chunk_differs"
    kind = Kind.CONFLICT


class UploadOver(AnxinError):
    """This upload has ended."""

    code = "content.upload_over"
    kind = Kind.CONFLICT


@dataclass(eq=False)
class UploadsTooMany(AnxinError):
    """Up to {uploads_max} uploads can be under way. Finish or cancel one."""

    uploads_max: int = rules.OPEN_UPLOADS_MAX
    code = "content.uploads_too_many"
    kind = Kind.LIMITED


@dataclass(eq=False)
class UnusedTooMany(AnxinError):
    """Up to {uploads_max} videos that no post uses are kept, each for {days} days. Use one or cancel one."""

    uploads_max: int = rules.UNUSED_MAX
    days: int = rules.UNUSED_LIFE.days
    code = "content.unused_too_many"
    kind = Kind.LIMITED
