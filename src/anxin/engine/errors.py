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


@dataclass(eq=False)
class ModelUnreadable(AnxinError):
    """The model {path} cannot be used: {reason}."""

    path: str
    reason: str
    code = "engine.model_unreadable"


@dataclass(eq=False)
class LogUnreadable(AnxinError):
    """The learner's log {path} cannot be used: {reason}."""

    path: str
    reason: str
    code = "engine.log_unreadable"


@dataclass(eq=False)
class NoGoodSnapshot(AnxinError):
    """No snapshot in {folder} is whole."""

    folder: str
    code = "engine.no_good_snapshot"


@dataclass(eq=False)
class WrongShape(AnxinError):
    """{what} must be {expected}, not {found}."""

    what: str
    expected: str
    found: str
    code = "engine.wrong_shape"


@dataclass(eq=False)
class MalformedFormula(AnxinError):
    """The value formula cannot be used: {reason}."""

    reason: str
    code = "engine.malformed_formula"


@dataclass(eq=False)
class WrongPropensities(AnxinError):
    """The logged propensities cannot be right: {reason}."""

    reason: str
    code = "engine.wrong_propensities"
