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


@dataclass(eq=False)
class TooManyItems(AnxinError):
    """Vertical {vertical} has {found} items; its closed form is limited to {limit}: divide it."""

    vertical: int
    found: int
    limit: int
    code = "engine.too_many_items"


@dataclass(eq=False)
class PictureOfWrongShape(AnxinError):
    """A picture of shape {shape} has no colours or is smaller than its grid; height × width × 3 is expected."""

    shape: str
    code = "engine.picture_of_wrong_shape"
